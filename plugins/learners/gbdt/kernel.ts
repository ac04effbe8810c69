/** The arrays that growing a tree works on, and the two loops that take most of its time. */
import { BINS } from "./encoding.js";

/** Numbers that a histogram has for one feature: two sums a bin. */
export const STRIDE = 2 * BINS;

export interface KernelSize {
  readonly rows: number;
  readonly width: number;
  /** How many histograms. */
  readonly slots: number;
}

export interface Kernel {
  readonly size: KernelSize;
  /** Bins, [rows × width]. */
  readonly codes: Uint8Array;
  /** Gradient and second derivative of each row, [rows × 2]. */
  readonly pairs: Float32Array;
  /** Row numbers; the rows of a node stand together. [rows] */
  readonly order: Int32Array;
  /** Histograms: the sums of both over the rows of each bin, [slots × width × BINS × 2]. */
  readonly sums: Float64Array;
  /** Makes the histogram of the rows `order[begin … end)` in a slot, over some of the features. */
  accumulate(slot: number, columns: Int32Array, begin: number, end: number): void;
  /** Takes the histogram in the slot `part` away from that in the slot `whole`. */
  subtract(whole: number, part: number): void;
}

export class PlainKernel implements Kernel {
  readonly codes: Uint8Array;
  readonly pairs: Float32Array;
  readonly order: Int32Array;
  readonly sums: Float64Array;

  constructor(readonly size: KernelSize) {
    const { rows, width, slots } = size;
    this.codes = new Uint8Array(rows * width);
    this.pairs = new Float32Array(rows * 2);
    this.order = new Int32Array(rows);
    this.sums = new Float64Array(slots * width * STRIDE);
  }

  accumulate(slot: number, columns: Int32Array, begin: number, end: number): void {
    const { codes, pairs, order } = this;
    const { width } = this.size;
    const length = width * STRIDE;
    const sums = this.sums.subarray(slot * length, (slot + 1) * length).fill(0);
    for (let at = begin; at < end; at++) {
      const row = order[at] as number;
      const gradient = pairs[2 * row] as number;
      const bend = pairs[2 * row + 1] as number;
      const from = row * width;
      for (let index = 0; index < columns.length; index++) {
        const column = columns[index] as number;
        const cell = column * STRIDE + 2 * (codes[from + column] as number);
        sums[cell] = (sums[cell] as number) + gradient;
        sums[cell + 1] = (sums[cell + 1] as number) + bend;
      }
    }
  }

  subtract(whole: number, part: number): void {
    const { sums } = this;
    const length = this.size.width * STRIDE;
    for (let to = whole * length, from = part * length, end = to + length; to < end; to++, from++) {
      sums[to] = (sums[to] as number) - (sums[from] as number);
    }
  }
}
