/**
 * Standard errors by linearisation. Every smooth score is, near the data, a sum over rows of how much each one moves
 * it (the empirical influence function; Hampel 1974, and for weighted and clustered samples Binder 1983). Its variance
 * is then that of a sum of independent parts: rows, or whole groups of rows. For a plain mean this is s²/n, for a mean
 * over groups the cluster-robust variance, for the area under the ROC curve DeLong's.
 */

/** A number computed from rows, and how much each row moves it: influences sum to 0, to first order. */
export interface Linearised {
  readonly value: number;
  /** [rows] */
  readonly influence: Float64Array;
}

export interface Layout {
  readonly weight: Float64Array | null;
  /** Rows of one group are not independent of each other. */
  readonly group: Int32Array | null;
  /** Rows are in the order of time, and near ones not independent of each other. */
  readonly serial?: boolean;
  /** Class of each row, where classes were sampled apart (ranking); null: rows are one sample. */
  readonly strata: Float64Array | null;
}

export interface Spread {
  readonly se: number;
  /** Degrees of freedom of `se`; NaN where it can't be estimated. */
  readonly df: number;
}

/** The standard error of a linearised number; NaN with fewer than two independent parts. */
export function spreadOf(influence: Float64Array, layout: Layout): Spread {
  if (layout.group !== null) return groupSpread(influence, layout.group);
  return layout.serial === true ? serialSpread(influence) : rowSpread(influence, layout);
}

/** Rows, one after the other, that are taken to depend on each other: n^(1/3) (Künsch, Annals of Statistics 17, 1989). */
export function reachOf(rows: number): number {
  return Math.max(1, Math.ceil(Math.cbrt(rows)));
}

/** Effective number of rows: (Σw)²/Σw² (Kish 1965); the count of rows where all weigh the same. */
export function effectiveRows(rows: number, weight: Float64Array | null): number {
  if (weight === null) return rows;
  let sum = 0;
  let squares = 0;
  for (const w of weight) {
    sum += w;
    squares += w * w;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}

/** Σwx/Σw */
export function weightedMean(values: Float64Array, weight: Float64Array | null): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    const w = weight === null ? 1 : (weight[row] as number);
    sum += w * (values[row] as number);
    total += w;
  }
  return sum / total;
}

/** Standard deviation of a sample. */
export function deviationOf(values: Float64Array): number {
  const mean = weightedMean(values, null);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** A weighted mean, with w(x − mean)/Σw as the influence of each row. */
export function meanOf(values: Float64Array, weight: Float64Array | null): Linearised {
  const value = weightedMean(values, weight);
  const total = weight === null ? values.length : weight.reduce((sum, w) => sum + w, 0);
  const influence = values.map((x, row) => ((weight === null ? 1 : (weight[row] as number)) * (x - value)) / total);
  return { value, influence };
}

interface Part {
  squares: number;
  weight: number;
  weightSquares: number;
}

/** Variances of strata add up; their degrees of freedom combine as Satterthwaite's (1946). */
function rowSpread(influence: Float64Array, layout: Layout): Spread {
  let variance = 0;
  let inverse = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const { squares, weight, weightSquares } of partsOf(influence, layout)) {
    const df = (weight * weight) / weightSquares - 1;
    const own = (squares * (df + 1)) / df;
    variance += own;
    inverse += (own * own) / df;
    least = Math.min(least, df);
  }
  if (!(least > 0)) return { se: Number.NaN, df: Number.NaN };
  return { se: Math.sqrt(variance), df: variance > 0 ? (variance * variance) / inverse : least };
}

function partsOf(influence: Float64Array, { weight, strata }: Layout): Iterable<Part> {
  const parts = new Map<number, Part>();
  for (let row = 0; row < influence.length; row++) {
    const stratum = strata === null ? 0 : (strata[row] as number);
    const part = parts.get(stratum) ?? { squares: 0, weight: 0, weightSquares: 0 };
    const w = weight === null ? 1 : (weight[row] as number);
    part.squares += (influence[row] as number) ** 2;
    part.weight += w;
    part.weightSquares += w * w;
    parts.set(stratum, part);
  }
  return parts.values();
}

/**
 * Diebold and Mariano's variance (Journal of Business & Economic Statistics 13, 1995): that of the rows and twice their
 * covariances at less than h rows' distance, with the correction of Harvey, Leybourne and Newbold (International Journal
 * of Forecasting 13, 1997). h is `reachOf`, since how far ahead a forecast was made is not known. Where that sum is not
 * above 0, covariances are weighed as Bartlett's, which keeps it there (Newey and West 1987).
 */
function serialSpread(influence: Float64Array): Spread {
  const n = influence.length;
  const h = reachOf(n);
  if (n <= 2 * h) return { se: Number.NaN, df: Number.NaN };
  const lagged = Array.from({ length: h }, (_, lag) => laggedSum(influence, lag));
  const summed = (weight: (lag: number) => number) =>
    lagged.reduce((sum, product, lag) => sum + (lag === 0 ? 1 : 2) * weight(lag) * product, 0);
  const flat = summed(() => 1);
  const variance = flat > 0 ? flat : summed((lag) => 1 - lag / h);
  const correction = (n + 1 - 2 * h + (h * (h - 1)) / n) / n;
  return { se: Math.sqrt(Math.max(0, variance) / correction), df: n - 1 };
}

function laggedSum(values: Float64Array, lag: number): number {
  let sum = 0;
  for (let at = lag; at < values.length; at++) sum += (values[at] as number) * (values[at - lag] as number);
  return sum;
}

function groupSpread(influence: Float64Array, group: Int32Array): Spread {
  const sums = new Map<number, number>();
  for (let row = 0; row < influence.length; row++) {
    const code = group[row] as number;
    sums.set(code, (sums.get(code) ?? 0) + (influence[row] as number));
  }
  const groups = sums.size;
  if (groups < 2) return { se: Number.NaN, df: Number.NaN };
  let squares = 0;
  for (const sum of sums.values()) squares += sum * sum;
  return { se: Math.sqrt((squares * groups) / (groups - 1)), df: groups - 1 };
}
