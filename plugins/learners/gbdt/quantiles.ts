/** Thresholds between the values of a number column, about as many rows in each bin, and the bins that they make. */

/** Values that thresholds are fitted on, 200 for each of 255 bins. A larger column gives every second, third … one. */
const SAMPLE = 50_000;

/**
 * Thresholds that part the finite values into `maxBins` bins at most: between every two neighbours where there are few
 * different ones, else near the quantiles; a value that would fill a bin has one by itself.
 * @param maxBins 2 … 255
 */
export function fitThresholds(values: Float32Array, maxBins: number): Float32Array {
  const { levels, counts, total } = distinct(values);
  const thresholds: number[] = [];
  let [rest, inBin] = [total, 0];
  let size = total / maxBins;
  for (let at = 0; at + 1 < levels.length && thresholds.length + 1 < maxBins; at++) {
    inBin += counts[at] as number;
    const few = levels.length - at <= maxBins - thresholds.length;
    const fillsNext = (counts[at + 1] as number) >= size && inBin >= size / 2;
    if (!few && inBin < size && !fillsNext) continue;
    thresholds.push(between(levels[at] as number, levels[at + 1] as number));
    rest -= inBin;
    inBin = 0;
    size = rest / (maxBins - thresholds.length);
  }
  return Float32Array.from(thresholds);
}

/** The different finite values of a sample, ascending, and how often each is there. */
function distinct(values: Float32Array) {
  const sample = sorted(values);
  const levels = new Float32Array(sample.length);
  const counts = new Int32Array(sample.length);
  let last = -1;
  for (const value of sample) {
    if (last < 0 || value !== levels[last]) levels[++last] = value;
    counts[last] = (counts[last] as number) + 1;
  }
  return { levels: levels.subarray(0, last + 1), counts, total: sample.length };
}

function sorted(values: Float32Array): Float32Array {
  const step = Math.max(1, Math.ceil(values.length / SAMPLE));
  const sample = new Float32Array(Math.ceil(values.length / step));
  let total = 0;
  for (let row = 0; row < values.length; row += step) {
    const value = values[row] as number;
    if (Number.isFinite(value)) sample[total++] = value;
  }
  return sample.subarray(0, total).sort();
}

/** A single-precision number t with low ≤ t < high, near the middle. */
function between(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2);
  return middle < high ? middle : low;
}

/** With infinities up to the length that the search of `writeBins` takes. */
export function padded(thresholds: Float32Array): Float32Array {
  const long = new Float32Array(256).fill(Number.POSITIVE_INFINITY);
  long.set(thresholds);
  return long;
}

interface Cells {
  readonly codes: Uint8Array;
  readonly width: number;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** The number of thresholds below each value: a search of eight steps without a branch to mispredict. */
export function writeBins(
  values: Float32Array,
  { thresholds, missing }: { readonly thresholds: Float32Array; readonly missing: number },
  { codes, width, at, from, to }: Cells,
): void {
  for (let row = from, cell = from * width + at; row < to; row++, cell += width) {
    const value = values[row] as number;
    let bin = (thresholds[127] as number) < value ? 128 : 0;
    bin += (thresholds[bin + 63] as number) < value ? 64 : 0;
    bin += (thresholds[bin + 31] as number) < value ? 32 : 0;
    bin += (thresholds[bin + 15] as number) < value ? 16 : 0;
    bin += (thresholds[bin + 7] as number) < value ? 8 : 0;
    bin += (thresholds[bin + 3] as number) < value ? 4 : 0;
    bin += (thresholds[bin + 1] as number) < value ? 2 : 0;
    bin += (thresholds[bin] as number) < value ? 1 : 0;
    codes[cell] = Number.isNaN(value) ? missing : bin;
  }
}
