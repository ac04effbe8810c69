/** A shuffled order of any length by index: a small Feistel cipher, applied again while it leaves the range. */
import { mix32 } from "./mix.js";

const { floor, imul } = Math;
const ROUNDS = 6;

/** Where an index (0 … size − 1) goes in a permutation named by a 32-bit key. size: up to 2^52. */
export function permuted(index: number, size: number, key: number): number {
  let half = 1;
  while (half * half < size) half *= 2;
  let place = index;
  do {
    let left = floor(place / half);
    let right = place % half;
    for (let round = 0; round < ROUNDS; round++) {
      const mixed = mix32((mix32(right ^ key) + imul(round + 1, 0x9e3779b9)) | 0) % half;
      [left, right] = [right, (left ^ mixed) >>> 0];
    }
    place = left * half + right;
  } while (place >= size);
  return place;
}
