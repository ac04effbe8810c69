import { readFile } from "node:fs/promises";
import { join, normalize, sep } from "node:path";
import { sha256 } from "../artifacts/digest.js";
import { systemCode } from "../artifacts/files.js";
import { monotonic, sleep } from "../clock.js";
import { type ErrorRecord, SousError } from "../errors.js";
import { entriesPath, type Link, type Linked, readChain, START, sizeOf, wholeLines } from "./chain.js";
import type { Entry } from "./entry.js";
import { requireAnnounced, requireHeads, signedHeads } from "./heads.js";
import { Roster } from "./roster.js";
import { checkRoster, type ReadHead, readHead } from "./roster-files.js";
import { keyTerms } from "./rotation.js";
import { checkpointPath, pendingPath, readSigned, requireSigned, type SignedState } from "./signed.js";
import { checkTiles } from "./tile-check.js";
import { Frontier, leafHash, sameHash } from "./tlog/merkle.js";
import type { Note, Trusted, Verifier } from "./tlog/note.js";
import type { TreeHead } from "./tlog/proofs.js";

/** What a check of a log from its bytes found. */
export interface Verification {
  /** Entries that hold, from the first on. */
  readonly entries: number;
  /** SHA-256 (hex) of the last line that holds. */
  readonly head: string;
  /** Bytes after the last whole line: a write that was cut short, or that goes on right now. */
  readonly torn: number;
  /** Entries that a checkpoint covers whose signature holds; null where no key is known. */
  readonly signed: number | null;
  /** The first thing that is wrong, or null. */
  readonly problem: ErrorRecord | null;
}

/** What somebody else saw of the log. */
export interface Seen {
  readonly head: TreeHead;
  /** Hash of an entry's leaf, by its index from 0; null where only the head was kept. */
  leaf(index: number): Uint8Array | null;
}

export interface Evidence {
  /** A key of the log. */
  readonly known: Verifier | null;
  readonly seen: Seen | null;
  /** Is told the leaf of each entry, from the first on; begins anew where the log grew meanwhile. */
  readonly onLeaf?: (index: number, leaf: Uint8Array) => void;
  /** Is told the checkpoint whose signature and tiles hold. */
  readonly onSigned?: (checkpoint: Note) => void;
}

const NO_EVIDENCE: Evidence = { known: null, seen: null };
/** Times that a log which grows while it is read is read again. */
const ATTEMPTS = 10;
/** Milliseconds for which a log that grows is read again in any case: of a short one ten times are over between two writes. */
const PATIENCE = 5_000;
/** Milliseconds between two looks whether a write that goes on is over, and looks; on a busy disk it takes a second. */
const LOOK_EVERY = 5;
const LOOKS = 400;

/**
 * Checks a log from its bytes: every line, what its repairs kept, what was signed of it and by whom, its tiles, and what
 * others saw of it. Changes nothing.
 */
export async function verifyLedger(folder: string, evidence: Evidence = NO_EVIDENCE): Promise<Verification> {
  const began = monotonic();
  for (let attempt = 1; ; attempt += 1) {
    const before = await stamp(folder);
    const found = await verifyOnce(folder, evidence);
    if (found.problem?.code === "LEDGER_TILE") await quiet(folder);
    const isLast = attempt >= ATTEMPTS && monotonic() - began > PATIENCE;
    if (found.problem === null || isLast || before === (await stamp(folder))) return found;
  }
}

async function verifyOnce(folder: string, evidence: Evidence): Promise<Verification> {
  const audit = new Audit(folder, evidence);
  let problem: ErrorRecord | null = null;
  try {
    await audit.run();
  } catch (error) {
    if (!(error instanceof SousError)) throw error;
    problem = error.toJSON();
  }
  const { link, signed } = audit;
  const torn = problem === null ? (await sizeOf(entriesPath(folder))) - link.bytes : 0;
  return { entries: link.seq, head: link.hash, torn, signed, problem };
}

/** Waits for a write that goes on: lines are announced and not signed. A crash leaves them so for good. */
async function quiet(folder: string): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    await sleep(LOOK_EVERY);
    const state = await readSigned(folder).catch(() => null);
    if (state?.checkpoint?.says.size === state?.pending?.says.to.size) return;
  }
}

/** Changes whenever the log grows. */
async function stamp(folder: string): Promise<string> {
  const files = [checkpointPath(folder), pendingPath(folder)];
  return (await Promise.all(files.map((path) => readFile(path, "latin1").catch(() => "")))).join("\n");
}

class Audit {
  readonly #folder: string;
  readonly #evidence: Evidence;
  readonly #tree = new Frontier();
  readonly #roots = new Map([[0, this.#tree.root()]]);
  readonly #rotations: Entry[] = [];
  readonly #roster = new Roster();
  #rosterText: string | null = null;
  link: Link = START;
  signed: number | null = null;

  constructor(folder: string, evidence: Evidence) {
    this.#folder = folder;
    this.#evidence = evidence;
  }

  async run(): Promise<void> {
    const state = await readSigned(this.#folder).catch((error: unknown) => error);
    const { seen } = this.#evidence;
    const heads = [
      ...(seen === null ? [] : [{ ...seen.head, acknowledged: true }]),
      ...(state instanceof Error ? [] : signedHeads(state as SignedState)),
    ];
    const sizes = new Set(heads.map(({ size }) => size));
    const roster = await readHead(this.#folder);
    this.#takeRoster(roster);
    for await (const linked of readChain(entriesPath(this.#folder))) {
      await this.#take(linked, sizes);
      this.#takeRoster(roster);
    }
    if (state instanceof Error) throw state; // a line that is wrong is the first thing to tell
    this.#checkSignatures(state as SignedState);
    await requireHeads(this.#folder, { tree: this.#tree, roots: this.#roots }, heads);
    await this.#checkFiles(state as SignedState);
    const trusted = this.#trusted();
    await checkRoster(this.#folder, roster, { roster: this.#roster, text: this.#rosterText, trusted });
  }

  /** What the roster's head has to say follows from the lines up to the one that it tells. */
  #takeRoster(found: ReadHead | null): void {
    if (found?.head?.size !== this.#tree.size) return;
    this.#rosterText = this.#roster.text(found.head.origin, { size: this.#tree.size, root: this.#tree.root() });
  }

  #trusted(): Trusted | null {
    const { known } = this.#evidence;
    return known === null ? null : keyTerms(this.#rotations, known, entriesPath(this.#folder));
  }

  async #take({ entry, link, line }: Linked, sizes: ReadonlySet<number>): Promise<void> {
    await checkKept(this.#folder, entry);
    const leaf = leafHash(line);
    const seen = this.#evidence.seen?.leaf(link.seq - 1) ?? null;
    if (seen !== null && !sameHash(seen, leaf)) {
      throw new SousError("LEDGER_REWRITTEN", { path: entriesPath(this.#folder), seq: link.seq });
    }
    this.#tree.push(leaf);
    if (sizes.has(link.seq)) this.#roots.set(link.seq, this.#tree.root());
    if (entry.kind === "rotated") this.#rotations.push(entry);
    this.#roster.add(entry, line.length);
    this.#evidence.onLeaf?.(link.seq - 1, leaf);
    this.link = link;
  }

  #checkSignatures(state: SignedState): void {
    const trusted = this.#trusted();
    if (trusted === null) return;
    requireSigned(state, trusted);
    this.signed = state.checkpoint?.says.size ?? 0;
  }

  async #checkFiles(state: SignedState): Promise<void> {
    const { known } = this.#evidence;
    if (known === null && state.checkpoint === null && state.pending === null) return; // of a time before there were keys
    requireAnnounced(this.#folder, this.link.seq, state);
    if (state.pending === null) throw gone(pendingPath(this.#folder));
    const { from, to } = state.pending.says;
    if (state.checkpoint === null && from.size === to.size) return; // a crash while the log was signed the first time
    if (state.checkpoint === null) throw gone(checkpointPath(this.#folder));
    const lines = first(this.link.seq, wholeLines(entriesPath(this.#folder)));
    await checkTiles(this.#folder, lines, state.checkpoint.says.size);
    if (known !== null) this.#evidence.onSigned?.(state.checkpoint.note);
  }
}

function gone(path: string): SousError {
  return new SousError("LEDGER_SIGNATURE", { path, reason: "is gone" });
}

async function* first<T>(count: number, items: AsyncIterable<T>): AsyncGenerator<T> {
  let at = 0;
  if (count > 0)
    for await (const item of items) {
      yield item;
      at += 1;
      if (at === count) return;
    }
}

async function checkKept(folder: string, entry: Entry): Promise<void> {
  if (entry.kind !== "repaired") return;
  const fault = (reason: string) =>
    new SousError("LEDGER_DAMAGED", { path: entriesPath(folder), line: entry.seq, seq: entry.seq, reason });
  if (!normalize(entry.kept).startsWith(`torn${sep}`)) throw fault(`names ${entry.kept}, which is outside torn/`);
  const bytes = await readFile(join(folder, entry.kept)).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") throw fault(`names ${entry.kept}, which is gone`);
    throw error;
  });
  if (sha256(bytes) !== entry.sha256) throw fault(`names ${entry.kept}, whose bytes are not those it was written for`);
}
