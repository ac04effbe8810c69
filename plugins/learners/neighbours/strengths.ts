/** How much each number counts in a distance, by what it tells of the answers by itself. */

export interface Told {
  /** [rows, width] row by row */
  readonly numbers: Float32Array;
  readonly width: number;
  /** [rows, each] row by row */
  readonly values: Float64Array;
  /** [rows], of mean 1 */
  readonly weight: Float64Array;
}

/** Intervals that a number's range is divided into: rows in them are few enough apart, and many enough to be averaged. */
const BINS = 12;
/** Of the strongest one: a number that tells nothing still tells rows apart. */
const LEAST = 0.02;

/**
 * Factors for numbers, float32: 1 / standard deviation, times the correlation ratio (Pearson 1905: the root of the share of
 * the answers' variance that lies between intervals of the number, less what chance would bring) to the power of `focus`.
 */
export function strengthsOf(told: Told, focus: number): Float32Array {
  const columns = Array.from({ length: told.width }, (_, column) => columnOf(told, column));
  const strongest = Math.max(...columns.map(({ ratio }) => ratio), Number.MIN_VALUE);
  return Float32Array.from(columns, ({ ratio, deviation }) => {
    return deviation > 0 ? Math.max(ratio / strongest, LEAST) ** focus / deviation : 0;
  });
}

interface ColumnStrength {
  readonly deviation: number;
  readonly ratio: number;
}

function columnOf(told: Told, column: number): ColumnStrength {
  const { numbers, width } = told;
  const rows = numbers.length / width;
  const cells = Float64Array.from({ length: rows }, (_, row) => numbers[row * width + column] as number);
  const mean = cells.reduce((sum, value) => sum + value, 0) / rows;
  const deviation = Math.sqrt(cells.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
  let [low, high] = [Infinity, -Infinity];
  for (const value of cells) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const bins = cells.map((value) =>
    high > low ? Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS)) : 0,
  );
  return { deviation, ratio: Math.sqrt(shareBetween(bins, told)) };
}

/** Share of the answers' variance that lies between bins, adjusted for their number; the mean over the answers. */
function shareBetween(bins: Float64Array, { values, weight }: Told): number {
  const each = values.length / bins.length;
  const used = new Set(bins).size;
  let [between, all] = [0, 0];
  for (let at = 0; at < each; at++) {
    const sums = new Float64Array(BINS);
    const weights = new Float64Array(BINS);
    let [total, squares] = [0, 0];
    bins.forEach((bin, row) => {
      const share = weight[row] as number;
      const value = share * (values[row * each + at] as number);
      sums[bin] = (sums[bin] as number) + value;
      weights[bin] = (weights[bin] as number) + share;
      total += value;
      squares += value * (values[row * each + at] as number);
    });
    const centre = total ** 2 / bins.length;
    between += sums.reduce((sum, one, bin) => sum + (one === 0 ? 0 : one ** 2 / (weights[bin] as number)), 0) - centre;
    all += squares - centre;
  }
  const rest = bins.length - used;
  if (!(all > 0) || rest < 1) return 0;
  // Ezekiel's adjustment, as for R² of regressions
  return Math.max(0, 1 - ((1 - between / all) * (bins.length - 1)) / rest);
}
