/** Inclusion and consistency proofs: made as RFC 6962 §2.1.1 and §2.1.2 define them, checked as RFC 9162 §2.1.3.2 and §2.1.4.2 do. */
import { EMPTY_ROOT, foldRight, nodeHash, sameHash } from "./merkle.js";

/** A tree as far as it can be told without its leaves. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * The root of the perfect subtree of 2^level leaves that begins at leaf `index`·2^level. Only subtrees that are whole in
 * the tree at hand are asked for.
 */
export type Nodes = (level: number, index: number) => Promise<Uint8Array>;

/** Leaves from `start` up to, not including, `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Hashes from the leaf's sibling to the root's child; 0 ≤ index < size. */
export function proveInclusion(index: number, size: number, nodes: Nodes): Promise<Uint8Array[]> {
  return hashesOf(path(index, { start: 0, end: size }), nodes);
}

/** Hashes that lead from the root of the first `from` leaves to the root of the first `to`; 1 ≤ from ≤ to. */
export function proveConsistency(from: number, to: number, nodes: Nodes): Promise<Uint8Array[]> {
  return hashesOf(subproof(from, { start: 0, end: to }, true), nodes);
}

/** Root of the tree over the first `size` leaves. */
export function rootOf(size: number, nodes: Nodes): Promise<Uint8Array> {
  return size === 0 ? Promise.resolve(EMPTY_ROOT) : rangeHash({ start: 0, end: size }, nodes);
}

/** The root that a leaf and its proof give, to be compared with a signed one; null where the proof is no proof. */
export function rootByInclusion(
  leaf: Uint8Array,
  { index, size }: { readonly index: number; readonly size: number },
  proof: readonly Uint8Array[],
): Uint8Array | null {
  if (index >= size) return null;
  let root = leaf;
  let [at, last] = [index, size - 1];
  for (const hash of proof) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      root = nodeHash(hash, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else root = nodeHash(root, hash);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? root : null;
}

/** Whether the proof shows that the tree `to` begins with all that the tree `from` has. */
export function isConsistent(from: TreeHead, to: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (from.size > to.size) return false;
  if (from.size === 0) return proof.length === 0 && sameHash(from.root, EMPTY_ROOT);
  if (from.size === to.size) return proof.length === 0 && sameHash(from.root, to.root);
  const roots = rootsByConsistency(from, to.size, proof);
  return roots !== null && sameHash(roots.from, from.root) && sameHash(roots.to, to.root);
}

function rootsByConsistency(
  from: TreeHead,
  size: number,
  proof: readonly Uint8Array[],
): { readonly from: Uint8Array; readonly to: Uint8Array } | null {
  let [at, last] = [from.size - 1, size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  const [first, ...rest] = at === 0 ? [from.root, ...proof] : proof;
  if (first === undefined) return null;
  let roots = { from: first, to: first };
  for (const hash of rest) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      roots = { from: nodeHash(hash, roots.from), to: nodeHash(hash, roots.to) };
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else roots = { from: roots.from, to: nodeHash(roots.to, hash) };
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? roots : null;
}

function path(index: number, { start, end }: Range): Range[] {
  if (end - start === 1) return [];
  const middle = start + splitOf(end - start);
  return index < middle
    ? [...path(index, { start, end: middle }), { start: middle, end }]
    : [...path(index, { start: middle, end }), { start, end: middle }];
}

/** SUBPROOF of RFC 6962 §2.1.2; `whole`: the subtree is the old tree itself, whose root the reader has. */
function subproof(from: number, { start, end }: Range, whole: boolean): Range[] {
  if (from === end - start) return whole ? [] : [{ start, end }];
  const width = splitOf(end - start);
  const middle = start + width;
  return from <= width
    ? [...subproof(from, { start, end: middle }, whole), { start: middle, end }]
    : [...subproof(from - width, { start: middle, end }, false), { start, end: middle }];
}

async function hashesOf(ranges: readonly Range[], nodes: Nodes): Promise<Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  for (const range of ranges) hashes.push(await rangeHash(range, nodes));
  return hashes;
}

/** A range of a proof begins at a multiple of the power of two that is its width or the next above it. */
async function rangeHash({ start, end }: Range, nodes: Nodes): Promise<Uint8Array> {
  const roots: Uint8Array[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level += 1;
    roots.push(await nodes(level, at / 2 ** level));
    at += 2 ** level;
  }
  return foldRight(roots);
}

/** The largest power of two below `size`, which is 2 at least. */
function splitOf(size: number): number {
  let width = 1;
  while (width * 2 < size) width *= 2;
  return width;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
