/**
 * Halton's sequence by index, in any number of dimensions, with nested random linear digit scrambling: a digit d becomes
 * a·d + c modulo the base, where a and c depend on the digits before it. Any two digits go to any two with the same
 * chance, which is all that Owen's scrambling asks of a permutation. Owen, "Randomly permuted (t,m,s)-nets and
 * (t,s)-sequences" (1995); Matoušek, "On the L2-discrepancy for anchored boxes", J. Complexity 14 (1998) 527.
 */
import { mix32 } from "../random/mix.js";
import { deriveSeed } from "../random/rng.js";
import type { Sequence } from "./sobol.js";

const { floor, imul, max, min } = Math;

const primes: number[] = [2];

/** The prime number at a place, from 0; found once. */
export function primeAt(place: number): number {
  for (let candidate = primes.at(-1) as number; primes.length <= place; ) {
    candidate += candidate === 2 ? 1 : 2;
    if (primes.every((prime) => prime * prime > candidate || candidate % prime !== 0)) primes.push(candidate);
  }
  return primes[place] as number;
}

/** The index with its digits in a base mirrored behind the point: 0 … 1. */
export function radicalInverse(index: number, base: number): number {
  let value = 0;
  let scale = 1 / base;
  for (let rest = index; rest > 0; rest = floor(rest / base), scale /= base) value += (rest % base) * scale;
  return value;
}

/** All digits down to 2^−53, the zeros behind the index's own too; inside (0, 1). */
function scrambledInverse(index: number, base: number, key: number): number {
  let value = 0;
  let scale = 1 / base;
  let node = key;
  for (let rest = index; scale > 2 ** -53; rest = floor(rest / base), scale /= base) {
    const digit = rest % base;
    const c = mix32(node);
    const a = mix32(c);
    value += (((1 + (a % (base - 1))) * digit + (c % base)) % base) * scale;
    node = mix32(node ^ imul(digit + 1, 0x9e3779b9));
  }
  return min(max(value, 2 ** -53), 1 - 2 ** -53);
}

/** The scrambled sequence as a function of the index, 0 … 2^53 − 1. */
export function scrambledHalton(dimensions: number, seed: number): Sequence {
  const keys = Uint32Array.from({ length: dimensions }, (_, at) => deriveSeed(seed, "halton", at) >>> 0);
  return (index) => Float64Array.from(keys, (key, at) => scrambledInverse(index, primeAt(at), key));
}
