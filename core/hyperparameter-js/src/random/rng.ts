/**
 * Random numbers by address: a stream is named by (seed, ...keys), so that nothing has to be saved to continue, and no
 * draw depends on what other parts drew before. Integer mixing only: the same bits on every platform.
 */
import { HyperparameterError, show } from "../errors.js";
import { normalQuantile } from "../math/normal.js";
import { type Block, type Key, philox } from "./philox.js";

export interface Rng {
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform whole number in [0, n), without bias. n: 1 … 2^53 − 1. */
  int(n: number): number;
  /** Standard normal. */
  normal(): number;
}

const TWO_32 = 0x100000000;
const TWO_53 = 2 ** 53;

function seedKey(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new HyperparameterError({
      code: "OPTION_INVALID",
      where: "seed",
      expected: "a whole number from 0 to 2^53 - 1",
      got: show(seed),
    });
  return [seed >>> 0, Math.floor(seed / TWO_32)];
}

/** A key as words, prefix-free: type and length first, so that ("ab", "c") and ("a", "bc") name different streams. */
function wordsOf(key: number | string): number[] {
  if (typeof key === "string")
    return [1, key.length, ...Array.from({ length: key.length }, (_, at) => key.charCodeAt(at))];
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, key);
  return [2, 0, bits.getUint32(0), bits.getUint32(4)];
}

/** Chains Philox over the words as CBC-MAC chains its cipher; safe as the word lists are prefix-free. */
function absorb(seed: number, keys: readonly (number | string)[]): Block {
  const key = seedKey(seed);
  const words = [keys.length, ...keys.flatMap(wordsOf)];
  let state: Block = [0, 0, 0, 0];
  for (let at = 0; at < words.length; at += 4) {
    const [a, b, c, d] = state;
    const mixed = [a ^ (words[at] ?? 0), b ^ (words[at + 1] ?? 0), c ^ (words[at + 2] ?? 0), d ^ (words[at + 3] ?? 0)];
    const [w, x, y, z] = mixed as [number, number, number, number];
    state = philox([w >>> 0, x >>> 0, y >>> 0, z >>> 0], key);
  }
  return state;
}

function to53Bits(high: number, low: number): number {
  return (high >>> 5) * 0x4000000 + (low >>> 6);
}

/** A seed (0 … 2^53 − 1) for a sub-stream, as a pure function of a seed and a path of keys. */
export function deriveSeed(seed: number, ...keys: (number | string)[]): number {
  const [high, low] = absorb(seed, keys);
  return to53Bits(high, low);
}

class PhiloxRng implements Rng {
  readonly #key: Key;
  readonly #third: number;
  readonly #fourth: number;
  #blocks = 0;
  /** The second half of the last block; null: used. */
  #spare: number | null = null;

  constructor([k0, k1, c2, c3]: Block) {
    this.#key = [k0, k1];
    this.#third = c2;
    this.#fourth = c3;
  }

  #bits(): number {
    const spare = this.#spare;
    if (spare !== null) {
      this.#spare = null;
      return spare;
    }
    const low = this.#blocks >>> 0;
    const high = Math.floor(this.#blocks / TWO_32);
    const block = philox([low, high, this.#third, this.#fourth], this.#key);
    this.#blocks++;
    this.#spare = to53Bits(block[2], block[3]);
    return to53Bits(block[0], block[1]);
  }

  next(): number {
    return this.#bits() / TWO_53;
  }

  int(n: number): number {
    const limit = TWO_53 - (TWO_53 % n);
    let bits = this.#bits();
    while (bits >= limit) bits = this.#bits();
    return bits % n;
  }

  /** By inversion: one uniform, shifted by half a unit so that it is never 0. */
  normal(): number {
    return normalQuantile((this.#bits() + 0.5) / TWO_53);
  }
}

export function createRng(seed: number, ...keys: (number | string)[]): Rng {
  return new PhiloxRng(absorb(seed, keys));
}
