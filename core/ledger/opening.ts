/** The log as its lines give it, held against what was signed of it. */
import { SousError } from "../errors.js";
import { entriesPath, type Link, readChain, START, wholeLines } from "./chain.js";
import type { Entry } from "./entry.js";
import { type Grown, requireAnnounced, requireHeads, signedHeads } from "./heads.js";
import { Roster } from "./roster.js";
import { finishRotation, keyTerms } from "./rotation.js";
import { Seal } from "./seal.js";
import { pendingPath, readSigned, requireSigned, type SignedState } from "./signed.js";
import { type LogSigner, openSigner, settleSigner } from "./signer.js";
import { TileWriter } from "./tiles.js";
import { Frontier, leafHash } from "./tlog/merkle.js";
import type { Trusted } from "./tlog/note.js";

export interface Replayed extends Grown {
  readonly entries: Entry[];
  readonly link: Link;
}

interface Until {
  readonly sizes: readonly number[];
  /** Entries to read at most. */
  readonly limit?: number;
}

/** Every line, checked. Throws LEDGER_DAMAGED. */
export async function replay(folder: string, { sizes, limit = Number.POSITIVE_INFINITY }: Until): Promise<Replayed> {
  const entries: Entry[] = [];
  const tree = new Frontier();
  const roots = new Map(sizes.includes(0) ? [[0, tree.root()]] : []);
  let link = START;
  for await (const linked of readChain(entriesPath(folder))) {
    if (entries.length === limit) break;
    entries.push(linked.entry);
    link = linked.link;
    tree.push(leafHash(linked.line));
    if (sizes.includes(tree.size)) roots.set(tree.size, tree.root());
  }
  return { entries, link, tree, roots };
}

/** A log that is to go on, and who signs it; `state` is what was signed before. */
export interface Held {
  readonly found: Replayed;
  readonly signer: LogSigner;
  readonly state: SignedState;
  readonly trusted: Trusted;
}

/**
 * Reads a log that is to be signed, and changes nothing but that keys are made where there are none. Entries of a group
 * that a crash cut short are left out: they were not acknowledged.
 * @throws SousError LEDGER_DAMAGED, LEDGER_SIGNATURE, LEDGER_CUT, LEDGER_REWRITTEN, LEDGER_FOREIGN, and as `openSigner`
 */
export async function hold(folder: string, keys: string): Promise<Held> {
  const state = await readSigned(folder);
  const found = await replay(folder, { sizes: signedHeads(state).map(({ size }) => size) });
  await finishRotation(keys, found.entries);
  const signer = await openSigner(keys, state.checkpoint !== null || state.pending !== null);
  const trusted = keyTerms(found.entries, signer.signer.verifier, entriesPath(folder));
  requireSigned(state, trusted);
  if (state.pending === null && signer.isSettled) {
    throw new SousError("LEDGER_SIGNATURE", { path: pendingPath(folder), reason: "is gone" });
  }
  await requireHeads(folder, found, signedHeads(state));
  requireAnnounced(folder, found.tree.size, state);
  const { from, to } = state.pending?.says ?? { from: found.tree, to: found.tree };
  const cutShort = found.tree.size > from.size && found.tree.size < to.size;
  return { found: cutShort ? await replay(folder, { sizes: [], limit: from.size }) : found, signer, state, trusted };
}

/** The seal of a log that `hold` has read, with its tiles and its roster mended. Throws FILE_WRITE_FAILED. */
export async function startSeal(folder: string, { found, signer, state, trusted }: Held): Promise<Seal> {
  const tiles = new TileWriter(folder);
  const roster = new Roster();
  await tiles.mend(enrolled(wholeLines(entriesPath(folder)), found.entries, roster));
  const seal = new Seal(folder, { signer: signer.signer, trusted }, { tree: found.tree, tiles, roster });
  await seal.mendRoster();
  if (state.pending === null) await seal.announce([]);
  if (state.checkpoint?.says.size !== found.tree.size) await seal.publish();
  if (!signer.isSettled) await settleSigner(signer.keys, signer.signer.verifier);
  return seal;
}

/** The same lines, each put down in the roster as it passes. */
async function* enrolled(
  lines: AsyncIterable<Uint8Array>,
  entries: readonly Entry[],
  roster: Roster,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const line of lines) {
    roster.add(entries[at] as Entry, line.length);
    at += 1;
    yield line;
  }
}
