/** Which rows and columns a round sees: pure functions of seed and round. */
import { createRng, deriveSeed } from "hyperparameter-js";

export interface Draw {
  readonly seed: number;
  readonly round: number;
  /** Above 0, up to 1. */
  readonly share: number;
}

/**
 * Writes row numbers, those that are drawn first, each side ascending; returns how many are drawn. Each row is drawn by
 * itself, by a hash: a Philox block for each would take longer than the tree.
 */
export function drawRows(order: Int32Array, { seed, round, share }: Draw): number {
  const rows = order.length;
  if (share >= 1) return ascending(order);
  const key = deriveSeed(seed, "rows", round) >>> 0;
  const limit = share * 2 ** 32;
  const isDrawn = (row: number) => mixed(mixed(row ^ key) + key) < limit;
  let [drawn, last] = [0, rows];
  for (let row = 0; row < rows; row++) {
    if (isDrawn(row)) order[drawn++] = row;
    else order[--last] = row;
  }
  order.subarray(drawn).reverse();
  return drawn === 0 ? ascending(order) : drawn;
}

/**
 * As many rows as there are, drawn with replacement (Breiman, "Bagging predictors", 1996): a row that is drawn several times
 * weighs as many. Writes row numbers as drawRows does, and multiplies what each row weighs.
 * @param pairs gradient and second derivative of each row by turns
 */
export function drawBootstrap(order: Int32Array, pairs: Float32Array, { seed, round }: Omit<Draw, "share">): number {
  const rows = order.length;
  const key = deriveSeed(seed, "bootstrap", round) >>> 0;
  const times = new Uint8Array(rows);
  for (let draw = 0; draw < rows; draw++) {
    const row = Math.floor((mixed(mixed(draw ^ key) + key) / 2 ** 32) * rows);
    times[row] = (times[row] as number) + 1;
  }
  let [drawn, last] = [0, rows];
  for (let row = 0; row < rows; row++) {
    const weight = times[row] as number;
    if (weight === 0) order[--last] = row;
    else order[drawn++] = row;
    pairs[2 * row] = (pairs[2 * row] as number) * weight;
    pairs[2 * row + 1] = (pairs[2 * row + 1] as number) * weight;
  }
  order.subarray(drawn).reverse();
  return drawn;
}

function ascending(order: Int32Array): number {
  for (let row = 0; row < order.length; row++) order[row] = row;
  return order.length;
}

/** A bijection of 32-bit words that leaves no bias to see: "lowbias32" of C. Wellons' hash-prospector. */
function mixed(word: number): number {
  let x = word | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Some of the numbers 0 … width − 1, ascending, one at least. */
export function drawColumns(width: number, { seed, round, share }: Draw): Int32Array {
  const all = Int32Array.from({ length: width }, (_, column) => column);
  const count = Math.max(1, Math.round(share * width));
  if (count >= width) return all;
  const rng = createRng(seed, "columns", round);
  for (let at = 0; at < count; at++) {
    const other = at + rng.int(width - at);
    [all[at], all[other]] = [all[other] as number, all[at] as number];
  }
  return all.slice(0, count).sort();
}

/** Numbers for what is drawn many times within one tree, by seed and tree: a Philox block for each would take longer. */
export class Coins {
  private readonly key: number;
  private drawn = 0;

  constructor(seed: number, tree: number) {
    this.key = deriveSeed(seed, "nodes", tree) >>> 0;
  }

  /** A whole number from 0 to below `most`, which is at most 2^32. */
  below(most: number): number {
    this.drawn = (this.drawn + 1) | 0;
    return Math.floor((mixed(mixed(this.drawn ^ this.key) + this.key) / 2 ** 32) * most);
  }

  /** So many of the numbers, one at least, in their order. */
  some(numbers: Int32Array, share: number): Int32Array {
    const count = Math.max(1, Math.round(share * numbers.length));
    if (count >= numbers.length) return numbers;
    const all = numbers.slice();
    for (let at = 0; at < count; at++) {
      const other = at + this.below(all.length - at);
      [all[at], all[other]] = [all[other] as number, all[at] as number];
    }
    return all.slice(0, count).sort();
  }
}
