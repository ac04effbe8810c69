/** Memory that is used again: allocating and clearing large arrays for each proposal would cost more than filling them. */

/** Arrays are longer than was asked for, by less than this, so that a history that grows seldom needs new ones. */
const SPARE = 128;

export class Scratch {
  readonly #arrays: Float64Array[] = [];
  #taken = 0;

  /**
   * An array of `length` numbers or more, with any contents, until the next `clear`. After that the first one taken is the
   * first one again, and so on: a view of a part of a buffer would take longer to make than most are worked on.
   */
  take(length: number): Float64Array {
    const at = this.#taken++;
    const known = this.#arrays[at];
    if (known !== undefined && known.length >= length) return known;
    const array = new Float64Array(length + SPARE - (length % SPARE));
    this.#arrays[at] = array;
    return array;
  }

  /** Everything that was taken may be handed out again. */
  clear(): void {
    this.#taken = 0;
  }
}
