/**
 * The promotion log: the one record of what serves and why. Champions and counts of looks are folds over its entries.
 * Only this folder writes `entries.jsonl`, and only one process at a time opens it for writing (core/store/lock.ts).
 */
import { appendDurable, truncateDurable } from "../artifacts/files.js";
import { isoNow } from "../clock.js";
import { SousError } from "../errors.js";
import { canonicalJson, deepFreeze } from "../json.js";
import { encodeEntry, entriesPath, type Link, linkAfter, MAX_ENTRY_BYTES, readChain, START, sizeOf } from "./chain.js";
import type { Body, Entry } from "./entry.js";
import { cutTornTail, unloggedRepairs } from "./repair.js";

export interface Ledger {
  /** All entries, oldest first; frozen, and grown by `append`. */
  readonly entries: readonly Entry[];
  /**
   * Writes an entry and resolves with it, frozen, once it is on disk. Calls are served in order, one at a time. Where it
   * throws FILE_WRITE_FAILED the log is as before and the call may be made again. Throws LEDGER_ENTRY_TOO_LARGE,
   * LEDGER_ENTRY_INVALID, LEDGER_READ_ONLY, LEDGER_CHANGED.
   */
  append(body: Body): Promise<Entry>;
}

/**
 * Reads and checks the whole log. For writing, what a crash cut short is moved to `torn/` first, with an entry that
 * says so. Throws LEDGER_DAMAGED where any other byte is not what was written, and changes nothing then.
 * @param folder the ledger's own folder; it need not be there
 */
export async function openLedger(folder: string, options: { readonly write: boolean }): Promise<Ledger> {
  const path = entriesPath(folder);
  const entries: Entry[] = [];
  let link = START;
  for await (const linked of readChain(path)) {
    entries.push(linked.entry);
    link = linked.link;
  }
  const ledger = new FileLedger(path, { entries, link, write: options.write });
  if (options.write) {
    await cutTornTail(folder, link.bytes);
    for (const body of await unloggedRepairs(folder, entries)) await ledger.append(body);
  }
  return ledger;
}

class FileLedger implements Ledger {
  readonly #path: string;
  readonly #write: boolean;
  readonly #entries: Entry[];
  #link: Link;
  #queue: Promise<unknown> = Promise.resolve();
  /** A write failed: bytes of it may lie after the last entry. */
  #unclean = false;

  constructor(path: string, state: { entries: Entry[]; link: Link; write: boolean }) {
    this.#path = path;
    this.#entries = state.entries;
    this.#link = state.link;
    this.#write = state.write;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  async append(body: Body): Promise<Entry> {
    if (!this.#write) throw new SousError("LEDGER_READ_ONLY", { path: this.#path });
    const kept = plain(body); // what it is now, whatever the caller does to it while earlier calls are served
    const turn = this.#queue.then(() => this.#appendNow(kept));
    this.#queue = turn.catch(() => {}); // told to its own caller; the next call is not its concern
    return turn;
  }

  async #appendNow(body: Body): Promise<Entry> {
    const line = encodeEntry(body, isoNow(), this.#link);
    const bytes = Buffer.from(`${line}\n`);
    const length = bytes.length - 1;
    if (length > MAX_ENTRY_BYTES) {
      throw new SousError("LEDGER_ENTRY_TOO_LARGE", { entry: body.kind, bytes: length, limit: MAX_ENTRY_BYTES });
    }
    await this.#prepareEnd();
    this.#unclean = true;
    await appendDurable(this.#path, bytes);
    this.#unclean = false;
    this.#link = linkAfter(this.#link, bytes.subarray(0, -1));
    const entry = deepFreeze(JSON.parse(line) as Entry);
    this.#entries.push(entry);
    return entry;
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
}

function plain(body: Body): Body {
  try {
    return JSON.parse(canonicalJson(body)) as Body;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SousError("LEDGER_ENTRY_INVALID", { entry: body.kind, reason }, { cause: error });
  }
}
