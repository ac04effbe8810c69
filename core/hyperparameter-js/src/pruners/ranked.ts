/** The value at a rank of numbers that keep coming, without sorting them again. */

/** Least first. */
class Heap {
  readonly #values: number[] = [];

  get top(): number | undefined {
    return this.#values[0];
  }

  get size(): number {
    return this.#values.length;
  }

  push(value: number): void {
    const values = this.#values;
    let at = values.length;
    for (; at > 0; at = (at - 1) >> 1) {
      const parent = values[(at - 1) >> 1] as number;
      if (parent <= value) break;
      values[at] = parent;
    }
    values[at] = value;
  }

  /** Takes the least one out; there must be one. */
  pop(): number {
    const values = this.#values;
    const least = values[0] as number;
    const moved = values.pop() as number;
    if (values.length > 0) this.#sink(moved);
    return least;
  }

  #sink(value: number): void {
    const values = this.#values;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= values.length) break;
      if (child + 1 < values.length && (values[child + 1] as number) < (values[child] as number)) child++;
      if ((values[child] as number) >= value) break;
      values[at] = values[child] as number;
      at = child;
    }
    values[at] = value;
  }
}

/**
 * Numbers in two parts, the `rank(n)` smallest of n apart from the others. Adding one costs O(log n) as long as the rank
 * never falls as n grows; the values at both sides of the cut cost nothing.
 */
export class RankedValues {
  readonly #rank: (size: number) => number;
  /** Negated, so that the largest comes first. */
  readonly #low = new Heap();
  readonly #high = new Heap();

  /** `rank(n)`: 1 … n for n ≥ 1. */
  constructor(rank: (size: number) => number) {
    this.#rank = rank;
  }

  get size(): number {
    return this.#low.size + this.#high.size;
  }

  /** The rank(n)-th smallest; undefined while there are none. */
  get atRank(): number | undefined {
    return this.#low.top === undefined ? undefined : -this.#low.top;
  }

  /** The one after it; undefined where there is none. */
  get next(): number | undefined {
    return this.#high.top;
  }

  /** Any number but NaN. */
  add(value: number): void {
    if (this.#low.top === undefined || value < -this.#low.top) this.#low.push(-value);
    else this.#high.push(value);
    const wanted = this.#rank(this.size);
    while (this.#low.size > wanted) this.#high.push(-this.#low.pop());
    while (this.#low.size < wanted) this.#low.push(-this.#high.pop());
  }
}
