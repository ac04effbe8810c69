/**
 * Sobol's sequence by index, with hash-based Owen scrambling: any point at once, nothing kept between points. Every
 * 2^m points from a multiple of 2^m on have each dyadic interval of length 2^−m in each coordinate exactly once, scrambled
 * too. Burley, "Practical hash-based Owen scrambling", JCGT 9 (2020) 4.
 */
import { deriveSeed } from "../random/rng.js";
import { directionsOf, SOBOL_DIMENSIONS } from "./directions.js";

const { imul } = Math;
const TWO_32 = 2 ** 32;

function reverseBits(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}

/**
 * Flips each bit depending on the bits above it and the key: a nested uniform scramble of [0, 1) in 32 bits. Hash of
 * Laine and Karras with the constants of N. Vegdahl, "Building a better LK hash" (2021).
 */
export function owenScramble(word: number, key: number): number {
  let x = reverseBits(word);
  x ^= imul(x, 0x3d20adea);
  x = (x + key) | 0;
  x = imul(x, (key >>> 16) | 1);
  x ^= imul(x, 0x05526c56);
  x ^= imul(x, 0x53a22864);
  return reverseBits(x);
}

/** Coordinate of a point of the unscrambled sequence, in units of 2^−32, in Gray code order (Antonov and Saleev 1979). */
export function sobolWord(index: number, dimension: number): number {
  const vectors = directionsOf(dimension);
  let word = 0;
  for (let gray = index ^ (index >>> 1), bit = 0; gray !== 0; gray >>>= 1, bit++)
    if (gray & 1) word ^= vectors[bit] as number;
  return word >>> 0;
}

export type Sequence = (index: number) => Float64Array;

/**
 * The scrambled sequence as a function of the index, 0 … 2^32 − 1; coordinates inside (0, 1). Beyond the 160 dimensions
 * of the table its columns come again with a scramble of their own and the points in another order, so that each block of
 * 160 dimensions is well spread, and blocks are independent of each other.
 */
export function scrambledSobol(dimensions: number, seed: number): Sequence {
  const keys = Uint32Array.from({ length: dimensions }, (_, at) => deriveSeed(seed, "sobol", at) >>> 0);
  const blocks = Math.ceil(dimensions / SOBOL_DIMENSIONS);
  const orders = Uint32Array.from({ length: blocks }, (_, block) => deriveSeed(seed, "sobol order", block) >>> 0);
  return (index) => {
    const point = new Float64Array(dimensions);
    for (let at = 0; at < dimensions; at++) {
      const block = Math.floor(at / SOBOL_DIMENSIONS);
      const place = block === 0 ? index : owenScramble(index, orders[block] as number);
      const word = owenScramble(sobolWord(place, at % SOBOL_DIMENSIONS), keys[at] as number);
      point[at] = (word + 0.5) / TWO_32;
    }
    return point;
  };
}
