/** A binary tree over bins as flat arrays, and how rows go through it. */
import { BINS, type Binned } from "./encoding.js";

/** Words of 32 bits that a set of bins takes. */
export const SET_WORDS = BINS / 32;

export interface Tree {
  /** Which feature an inner node asks for; −1: a leaf. Node 0 is the root. [nodes] */
  readonly feature: Int32Array;
  /** [nodes]; of a leaf 0 */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Bit b of a node's words: rows of bin b go left. Of a number column these are a prefix and, or not, the missing. */
  readonly lefts: Int32Array;
  /** What a leaf adds to the score. [nodes] */
  readonly value: Float64Array;
}

export function goesLeft({ lefts }: Tree, node: number, bin: number): boolean {
  return (((lefts[node * SET_WORDS + (bin >> 5)] as number) >>> (bin & 31)) & 1) === 1;
}

/** The first bin of a node that goes right; BINS where none does. */
export function firstRight({ lefts }: Tree, node: number): number {
  for (let word = 0; word < SET_WORDS; word++) {
    const rights = ~(lefts[node * SET_WORDS + word] as number);
    if (rights !== 0) return 32 * word + 31 - Math.clz32(rights & -rights);
  }
  return BINS;
}

/** The leaf that a row comes to; `from`: where its bins begin. */
function leafOf(tree: Tree, codes: Uint8Array, from: number): number {
  const { feature, left, right, lefts } = tree;
  let node = 0;
  let asked = feature[0] as number;
  while (asked >= 0) {
    const bin = codes[from + asked] as number;
    const bit = ((lefts[node * SET_WORDS + (bin >> 5)] as number) >>> (bin & 31)) & 1;
    node = (bit === 1 ? left[node] : right[node]) as number;
    asked = feature[node] as number;
  }
  return node;
}

/** Adds what the tree says of rows, all or those that `some` lists, to their scores. [rows] */
export function addTree(tree: Tree, { rows, width, codes }: Binned, scores: Float64Array, some?: Int32Array): void {
  const count = some?.length ?? rows;
  for (let at = 0; at < count; at++) {
    const row = some === undefined ? at : (some[at] as number);
    scores[row] = (scores[row] as number) + (tree.value[leafOf(tree, codes, row * width)] as number);
  }
}

/** Collects nodes while a tree grows. */
export class TreeBuilder {
  private readonly feature: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly lefts: number[] = [];
  private readonly value: number[] = [];

  /** A leaf, until it is split. Returns its number. */
  leaf(value: number): number {
    this.left.push(0);
    this.right.push(0);
    this.value.push(value);
    for (let word = 0; word < SET_WORDS; word++) this.lefts.push(0);
    return this.feature.push(-1) - 1;
  }

  /** Makes a leaf an inner node over two others. @param set [SET_WORDS] */
  split(
    node: number,
    { feature, set }: { readonly feature: number; readonly set: Int32Array },
    children: readonly [number, number],
  ): void {
    this.feature[node] = feature;
    [this.left[node], this.right[node]] = children;
    this.value[node] = 0;
    set.forEach((word, at) => {
      this.lefts[node * SET_WORDS + at] = word;
    });
  }

  tree(): Tree {
    return {
      feature: Int32Array.from(this.feature),
      left: Int32Array.from(this.left),
      right: Int32Array.from(this.right),
      lefts: Int32Array.from(this.lefts),
      value: Float64Array.from(this.value),
    };
  }
}
