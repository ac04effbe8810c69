/** The arrays that growing a tree works on, and the loops that take most of its time. */
import { BINS } from "./encoding.js";

export interface KernelSize {
  readonly rows: number;
  readonly width: number;
  /** Bins that the feature with most has. */
  readonly bins: number;
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
  /** Histograms: the sums of both over the rows of each bin, [slots × width × stride]. */
  readonly sums: Float64Array;
  /** To be called once all bins are there. */
  turn(): void;
  /** Which features histograms are made of from now on. */
  use(columns: Int32Array): void;
  /** Makes the histogram of the rows `order[begin … end)` in a slot. */
  accumulate(slot: number, begin: number, end: number): void;
  /** Takes the histogram in the slot `part` away from that in the slot `whole`. */
  subtract(whole: number, part: number): void;
  /**
   * Puts those of `order[begin … end)` first whose bin of a feature has a 1 in `isLeft` [BINS], each side in its order;
   * returns where the others begin.
   */
  divide(feature: number, isLeft: Uint8Array, begin: number, end: number): number;
  /** What `cut` is asked and answers with, in the places of `Ask`. */
  readonly ask: Float64Array;
  /** The best cut of the bins `sums[begin … end)`: the place of the last bin on the left; −1: none is worth more than asked. */
  cut(begin: number, end: number): number;
}

/** Places of what a cut is looked for by. */
export const Ask = {
  /** Sums of what goes left anyway; then those of the best cut's left side. */
  leftGradient: 0,
  leftBend: 1,
  /** Sums of the node. */
  gradient: 2,
  bend: 3,
  l1: 4,
  l2: 5,
  /** Bounds of the left side's second derivative. */
  least: 6,
  most: 7,
  /** What both sides together have to be worth more than; then what the best cut's are. */
  worth: 8,
} as const;

/** The size of a number, less l1. */
export function shrunk(gradient: number, l1: number): number {
  return Math.max(Math.abs(gradient) - l1, 0);
}

/**
 * Numbers that a histogram has for one feature: two sums a bin, and a line of cache more, or else equal bins of features
 * with 256 of them would all lie in the same few places of the cache.
 */
export function strideOf({ bins }: Pick<KernelSize, "bins">): number {
  return 2 * bins + 8 - ((2 * bins) % 8);
}

/** In plain TypeScript: what the compiled one is held to, and its stand-in where rows take more than its memory can have. */
export class PlainKernel implements Kernel {
  readonly codes: Uint8Array;
  readonly pairs: Float32Array;
  readonly order: Int32Array;
  readonly sums: Float64Array;
  private readonly aside: Int32Array;
  /** The bins again, [width × rows]: the rows of a node ascend, so that division reads on and on. */
  private readonly byColumn: Uint8Array;
  private readonly stride: number;
  readonly ask = new Float64Array(9);
  private columns = new Int32Array(0);

  constructor(readonly size: KernelSize) {
    const { rows, width, slots } = size;
    this.stride = strideOf(size);
    this.codes = new Uint8Array(rows * width);
    this.byColumn = new Uint8Array(rows * width);
    this.pairs = new Float32Array(rows * 2);
    this.order = new Int32Array(rows);
    this.aside = new Int32Array(rows);
    this.sums = new Float64Array(slots * width * this.stride);
  }

  turn(): void {
    const { rows, width } = this.size;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < width; column++) {
        this.byColumn[column * rows + row] = this.codes[row * width + column] as number;
      }
    }
  }

  use(columns: Int32Array): void {
    this.columns = columns.slice();
  }

  accumulate(slot: number, begin: number, end: number): void {
    const { codes, columns, pairs, order, stride } = this;
    const { width } = this.size;
    const length = width * stride;
    const sums = this.sums.subarray(slot * length, (slot + 1) * length).fill(0);
    for (let at = begin; at < end; at++) {
      const row = order[at] as number;
      const gradient = pairs[2 * row] as number;
      const bend = pairs[2 * row + 1] as number;
      const from = row * width;
      for (let index = 0; index < columns.length; index++) {
        const column = columns[index] as number;
        const cell = column * stride + 2 * (codes[from + column] as number);
        sums[cell] = (sums[cell] as number) + gradient;
        sums[cell + 1] = (sums[cell + 1] as number) + bend;
      }
    }
  }

  subtract(whole: number, part: number): void {
    const { sums } = this;
    const length = this.size.width * this.stride;
    for (let to = whole * length, from = part * length, end = to + length; to < end; to++, from++) {
      sums[to] = (sums[to] as number) - (sums[from] as number);
    }
  }

  divide(feature: number, isLeft: Uint8Array, begin: number, end: number): number {
    const { order, aside } = this;
    const bins = this.byColumn.subarray(feature * this.size.rows);
    let [left, right] = [begin, 0];
    for (let at = begin; at < end; at++) {
      const row = order[at] as number;
      const goes = isLeft[bins[row] as number] as number;
      order[left] = row;
      aside[right] = row;
      left += goes;
      right += 1 - goes;
    }
    order.set(aside.subarray(0, right), left);
    return left;
  }

  cut(begin: number, end: number): number {
    const { ask, sums } = this;
    const number = (place: number) => ask[place] as number;
    const [whole, wholeBend, l1, l2] = [number(Ask.gradient), number(Ask.bend), number(Ask.l1), number(Ask.l2)];
    const [least, most] = [number(Ask.least), number(Ask.most)];
    let [gradient, bend, worth, best] = [number(Ask.leftGradient), number(Ask.leftBend), number(Ask.worth), -1];
    for (let cell = begin; cell < end; cell += 2) {
      gradient += sums[cell] as number;
      bend += sums[cell + 1] as number;
      if (bend < least) continue;
      if (bend > most) break;
      const [a, b] = [shrunk(gradient, l1), shrunk(whole - gradient, l1)];
      const [below, above] = [bend + l2, wholeBend - bend + l2];
      // a² / below + b² / above > worth, without a division for each bin
      if (!(a * a * above + b * b * below > worth * (below * above))) continue;
      worth = (a * a) / below + (b * b) / above;
      best = cell;
      ask[Ask.leftGradient] = gradient;
      ask[Ask.leftBend] = bend;
    }
    ask[Ask.worth] = worth;
    return best;
  }
}

/** The set of bins of a split as a byte for each. Asked for at each split, so no iterator is. */
export function bytesOf(set: Int32Array): Uint8Array {
  const bytes = new Uint8Array(BINS);
  for (let bin = 0; bin < BINS; bin++) bytes[bin] = ((set[bin >> 5] as number) >>> (bin & 31)) & 1;
  return bytes;
}
