/**
 * Philox4x32-10: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. A keyed
 * bijection of 128-bit counters: random access, no state to save, 32-bit integer arithmetic only.
 */

/** Bound once: a look-up of a global is slow in some hosts (Node's vm contexts). */
const { imul } = Math;

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** High 32 bits of the 64-bit product, as JavaScript multiplies exactly only up to 2^53. */
function highWord(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // Neither sum reaches 2^32: (2^16 − 1)² + 2^16 − 1 is below it.
  const middle = imul(aHigh, bLow) + (imul(aLow, bLow) >>> 16);
  const carry = imul(aLow, bHigh) + (middle & 0xffff);
  return (imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) >>> 0;
}

/** Four words, each 0 … 2^32 − 1. */
export type Block = readonly [number, number, number, number];
/** Two words, each 0 … 2^32 − 1. */
export type Key = readonly [number, number];

export function philox(counter: Block, key: Key): Block {
  let a = counter[0];
  let b = counter[1];
  let c = counter[2];
  let d = counter[3];
  let k0 = key[0];
  let k1 = key[1];
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = highWord(MULTIPLIER_0, a);
    const low0 = imul(MULTIPLIER_0, a) >>> 0;
    const high1 = highWord(MULTIPLIER_1, c);
    const low1 = imul(MULTIPLIER_1, c) >>> 0;
    a = (high1 ^ b ^ k0) >>> 0;
    b = low1;
    c = (high0 ^ d ^ k1) >>> 0;
    d = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [a, b, c, d];
}
