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

const float = new DataView(new ArrayBuffer(8));

/** A key as words, prefix-free: type and length first, so that ("ab", "c") and ("a", "bc") name different streams. */
function pushWords(words: number[], key: number | string): void {
  if (typeof key === "string") {
    words.push(1, key.length);
    for (let at = 0; at < key.length; at++) words.push(key.charCodeAt(at));
  } else {
    float.setFloat64(0, key);
    words.push(2, 0, float.getUint32(0), float.getUint32(4));
  }
}

/** Chains Philox over the words as CBC-MAC chains its cipher; safe as the word lists are prefix-free. */
function absorb(seed: number, keys: readonly (number | string)[]): Block {
  const key = seedKey(seed);
  const words = [keys.length];
  for (const each of keys) pushWords(words, each);
  while (words.length % 4 !== 0) words.push(0);
  let state: Block = [0, 0, 0, 0];
  for (let at = 0; at < words.length; at += 4) {
    const a = (state[0] ^ (words[at] as number)) >>> 0;
    const b = (state[1] ^ (words[at + 1] as number)) >>> 0;
    const c = (state[2] ^ (words[at + 2] as number)) >>> 0;
    const d = (state[3] ^ (words[at + 3] as number)) >>> 0;
    state = philox([a, b, c, d], key);
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

function emptyRange(n: unknown): HyperparameterError {
  const expected = "a whole number of 1 or more";
  return new HyperparameterError({ code: "OPTION_INVALID", where: "rng.int", expected, got: show(n) });
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
    if (!(n >= 1)) throw emptyRange(n);
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
