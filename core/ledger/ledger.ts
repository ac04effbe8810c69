/**
 * The promotion log: the one record of what serves and why. Champions and counts of looks are folds over its entries.
 * Only this folder writes it, and only one process at a time opens it for writing (core/store/lock.ts).
 */
import { appendDurable, truncateDurable } from "../artifacts/files.js";
import { isoNow } from "../clock.js";
import { SousError } from "../errors.js";
import { deepFreeze } from "../json.js";
import {
  encodeEntry,
  entriesPath,
  type Link,
  linkAfter,
  MAX_ENTRY_BYTES,
  type Members,
  membersOf,
  sizeOf,
} from "./chain.js";
import type { Body, Entry } from "./entry.js";
import { hold, replay, startSeal } from "./opening.js";
import { lineOf, proves } from "./proof.js";
import { cutTornTail, unloggedRepairs } from "./repair.js";
import type { Seal } from "./seal.js";
import { tileNodes } from "./tiles.js";
import { leafHash, sameHash } from "./tlog/merkle.js";
import { formatProof } from "./tlog/proof-file.js";
import { proveInclusion, rootByInclusion } from "./tlog/proofs.js";

export interface Ledger {
  /** All entries, oldest first; frozen, and grown by `append`. */
  readonly entries: readonly Entry[];
  /**
   * Writes an entry and resolves with it, frozen, once it is on disk. Calls are served in order; those that are made
   * while the disk is at work are written together. Where it throws FILE_WRITE_FAILED the log is as before and the call
   * may be made again. Throws LEDGER_ENTRY_TOO_LARGE, LEDGER_ENTRY_INVALID, LEDGER_READ_ONLY, LEDGER_CHANGED.
   */
  append(body: Body): Promise<Entry>;
  /**
   * A proof that the entry is in the log as it is now, as the text of a `.tlog-proof` file; null where the log isn't
   * signed. Throws LEDGER_TILES, FILE_READ_FAILED, FILE_WRITE_FAILED.
   */
  proof(seq: number): Promise<string | null>;
  /** Whether the text is a proof that this entry is in this log, as it is now or was before. */
  proves(text: string, seq: number): boolean;
}

interface Opening {
  readonly write: boolean;
  /** The folder of keys, to sign what is written; they are made where there are none. */
  readonly keys?: string;
}

/** Entries in one write at most: what a crash in it may cost, and what is in memory twice. */
const MOST_AT_ONCE = 1024;

/**
 * Reads and checks the whole log. For writing, what a crash cut short is moved to `torn/` first, with an entry that
 * says so. Throws LEDGER_DAMAGED where any other byte is not what was written, and as `hold`, and changes nothing then.
 * @param folder the ledger's own folder; it need not be there
 */
export async function openLedger(folder: string, { write, keys }: Opening): Promise<Ledger> {
  const held = write && keys !== undefined ? await hold(folder, keys) : null;
  const { entries, link } = held?.found ?? (await replay(folder, { sizes: [] }));
  if (!write) return new FileLedger(folder, { entries, link, write, seal: null });
  await cutTornTail(folder, link.bytes);
  const seal = held === null ? null : await startSeal(folder, held);
  const ledger = new FileLedger(folder, { entries, link, write, seal });
  for (const body of await unloggedRepairs(folder, entries)) await ledger.append(body);
  return ledger;
}

interface Waiting {
  readonly kind: string;
  readonly members: Members;
  readonly resolve: (entry: Entry) => void;
  readonly reject: (reason: unknown) => void;
}

/** A line that is to be appended, and who waits for it. */
interface Line extends Waiting {
  readonly bytes: Uint8Array;
  readonly link: Link;
}

class FileLedger implements Ledger {
  readonly #folder: string;
  readonly #path: string;
  readonly #write: boolean;
  readonly #entries: Entry[];
  readonly #seal: Seal | null;
  #link: Link;
  #waiting: Waiting[] = [];
  /** One thing at a time is done to the files. */
  #turn: Promise<unknown> = Promise.resolve();
  /** A write failed: bytes of it may lie after the last entry. */
  #unclean = false;

  constructor(folder: string, state: { entries: Entry[]; link: Link; write: boolean; seal: Seal | null }) {
    this.#folder = folder;
    this.#path = entriesPath(folder);
    this.#entries = state.entries;
    this.#link = state.link;
    this.#write = state.write;
    this.#seal = state.seal;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  async append(body: Body): Promise<Entry> {
    if (!this.#write) throw new SousError("LEDGER_READ_ONLY", { path: this.#path });
    const { kind } = body;
    const members = checked(body); // what it is now, whatever the caller does to it while earlier calls are served
    return new Promise((resolve, reject) => {
      this.#waiting.push({ kind, members, resolve, reject });
      if (this.#waiting.length === 1) this.#inTurn(() => this.#appendWaiting());
    });
  }

  proof(seq: number): Promise<string | null> {
    return this.#inTurn(async () => (this.#seal === null ? null : this.#proofBy(this.#seal, seq)));
  }

  proves(text: string, seq: number): boolean {
    const entry = this.#entries[seq - 1];
    return entry !== undefined && this.#seal !== null && proves(text, entry, this.#seal.trusted);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {}); // told to its own caller; the next one is not its concern
    return turn;
  }

  async #appendWaiting(): Promise<void> {
    const taken = this.#waiting.splice(0);
    for (let at = 0; at < taken.length; at += MOST_AT_ONCE) {
      const lines = this.#encode(taken.slice(at, at + MOST_AT_ONCE));
      const isLast = at + MOST_AT_ONCE >= taken.length;
      try {
        if (lines.length > 0) await this.#appendLines(lines, isLast);
      } catch (error) {
        for (const { reject } of lines) reject(error);
      }
    }
  }

  #encode(group: readonly Waiting[]): readonly Line[] {
    const lines: Line[] = [];
    for (const one of group) {
      const before = lines.at(-1)?.link ?? this.#link;
      const bytes = Buffer.from(encodeEntry(one.members, isoNow(), before));
      if (bytes.length <= MAX_ENTRY_BYTES) lines.push({ ...one, bytes, link: linkAfter(before, bytes) });
      else one.reject(tooLarge(one.kind, bytes.length));
    }
    return lines;
  }

  async #appendLines(lines: readonly Line[], isLast: boolean): Promise<void> {
    await this.#prepareEnd();
    await this.#seal?.announce(lines.map(({ bytes }) => bytes));
    this.#unclean = true;
    await appendDurable(this.#path, Buffer.concat(lines.flatMap(({ bytes }) => [bytes, NEWLINE])));
    this.#unclean = false;
    const entries = lines.map(({ bytes }) => deepFreeze(JSON.parse(Buffer.from(bytes).toString()) as Entry));
    this.#seal?.accept(entries);
    // The lines are on disk, and so they count. What can't be signed now is signed with the next ones, or at a start.
    await this.#seal?.publish(!isLast || this.#waiting.length > 0).catch(() => {});
    for (const [i, { link, resolve }] of lines.entries()) {
      this.#link = link;
      this.#entries.push(entries[i] as Entry);
      resolve(entries[i] as Entry);
    }
  }

  /** Takes away what a failed write left, and makes sure that the file ends where this process left it. */
  async #prepareEnd(): Promise<void> {
    const expected = this.#link.bytes;
    const bytes = await sizeOf(this.#path);
    if (bytes === expected) return;
    if (!this.#unclean || bytes < expected)
      throw new SousError("LEDGER_CHANGED", { path: this.#path, bytes, expected });
    await truncateDurable(this.#path, expected);
  }

  async #proofBy(seal: Seal, seq: number): Promise<string> {
    const entry = this.#entries[seq - 1];
    if (entry === undefined) throw new RangeError(`no entry ${seq}`);
    const checkpoint = await seal.publish();
    const { size, root } = seal.head;
    const index = seq - 1;
    const hashes = await proveInclusion(index, size, tileNodes(this.#folder, size));
    const line = lineOf(entry);
    const found = rootByInclusion(leafHash(line), { index, size }, hashes);
    if (found === null || !sameHash(found, root)) throw new SousError("LEDGER_TILES", { path: this.#folder });
    return formatProof({ index, hashes, checkpoint, extra: line });
  }
}

const NEWLINE = Buffer.from("\n");

function checked(body: Body): Members {
  try {
    return membersOf(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SousError("LEDGER_ENTRY_INVALID", { entry: body.kind, reason }, { cause: error });
  }
}

function tooLarge(entry: string, bytes: number): SousError {
  return new SousError("LEDGER_ENTRY_TOO_LARGE", { entry, bytes, limit: MAX_ENTRY_BYTES });
}
