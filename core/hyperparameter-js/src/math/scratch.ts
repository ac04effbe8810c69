/** Memory that is used again: allocating and clearing large arrays for each proposal would cost more than filling them. */

/** Numbers that the first buffer holds; later ones are twice as large, or as large as needed. */
const FIRST = 4096;

export class Scratch {
  #buffer = new Float64Array(FIRST);
  #used = 0;

  /** An array with any contents, until the next `clear`. */
  take(length: number): Float64Array {
    if (this.#used + length > this.#buffer.length) {
      this.#buffer = new Float64Array(Math.max(2 * this.#buffer.length, length));
      this.#used = 0;
    }
    this.#used += length;
    return this.#buffer.subarray(this.#used - length, this.#used);
  }

  /** Everything that was taken may be handed out again. */
  clear(): void {
    this.#used = 0;
  }
}
