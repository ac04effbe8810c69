/** Trees that somebody vouches for, held against the tree that the lines of a log give. */
import { SousError } from "../errors.js";
import { entriesPath, wholeLines } from "./chain.js";
import type { SignedState } from "./signed.js";
import { firstForeignLine } from "./tiles.js";
import { type Frontier, sameHash } from "./tlog/merkle.js";
import type { TreeHead } from "./tlog/proofs.js";

export interface Vouched extends TreeHead {
  /** Whether lines up to here were acknowledged; else they may be missing. */
  readonly acknowledged: boolean;
}

/** The lines of a log as a tree, with its roots at the sizes that were asked for, as far as the lines reach. */
export interface Grown {
  readonly tree: Frontier;
  readonly roots: ReadonlyMap<number, Uint8Array>;
}

/** What the log's own signed files vouch for. */
export function signedHeads({ checkpoint, pending }: SignedState): readonly Vouched[] {
  const heads = checkpoint === null ? [] : [{ ...checkpoint.says, acknowledged: true }];
  if (pending === null) return heads;
  const { from, to } = pending.says;
  return [...heads, { ...from, acknowledged: true }, { ...to, acknowledged: false }];
}

/** Throws LEDGER_CUT or LEDGER_REWRITTEN, with the entry as far as the tiles tell it. */
export async function requireHeads(folder: string, { tree, roots }: Grown, heads: readonly Vouched[]): Promise<void> {
  const path = entriesPath(folder);
  for (const { size, root, acknowledged } of heads) {
    const found = roots.get(size);
    if (found === undefined ? !acknowledged : sameHash(found, root)) continue;
    const seq = await firstForeignLine(folder, size, wholeLines(path));
    if (seq === null && found === undefined)
      throw new SousError("LEDGER_CUT", { path, entries: tree.size, signed: size });
    throw new SousError("LEDGER_REWRITTEN", { path, seq: seq ?? `1 to ${size}, nobody can say which,` });
  }
}

/** Throws LEDGER_FOREIGN where there are more lines than were announced. */
export function requireAnnounced(folder: string, entries: number, { pending }: SignedState): void {
  const announced = pending?.says.to.size ?? entries;
  if (entries > announced) throw new SousError("LEDGER_FOREIGN", { path: entriesPath(folder), seq: announced + 1 });
}
