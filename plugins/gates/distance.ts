/** How far apart two samples of a column are: the largest difference in the probability of an event, 0 … 1. */
import type { Column, LevelColumn } from "../../core/plugin/index.js";

export interface Distance {
  readonly name: string;
  readonly distance: number;
  /** What the distance of the populations is at least, with confidence 1 − alpha for all columns together. */
  readonly atLeast: number;
}

/** Rows that are looked at of each sample: the distance is then known to ±0.02. */
const ROWS = 20_000;

/** A column, or the target, as two samples of it. */
export interface Sampled {
  readonly name: string;
  /** Missing is NaN, for levels −1. */
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
  readonly isLevels: boolean;
}

export function sampledColumn(before: Column, after: Column): Sampled {
  const cells = (column: Column) => ("codes" in column ? (column as LevelColumn).codes : column.values);
  return { name: after.name, before: cells(before), after: cells(after), isLevels: "codes" in after };
}

/**
 * Of numbers the statistic of Kolmogorov and Smirnov, or the difference in missing cells where that is larger; of levels
 * the largest difference of a level's share, all that the first sample doesn't have counting as one. The bound is
 * Hoeffding's (for numbers that of Dvoretzky, Kiefer and Wolfowitz), divided over the events and over `columns`.
 */
export function distanceOf(sampled: Sampled, { columns, alpha }: { columns: number; alpha: number }): Distance {
  const [before, after] = [thinned(sampled.before), thinned(sampled.after)];
  const { distance, events } = (sampled.isLevels ? levelDistance : numberDistance)(before, after);
  const reach = Math.sqrt((Math.log((2 * events * columns) / alpha) / 2) * (1 / before.length + 1 / after.length));
  return { name: sampled.name, distance, atLeast: Math.max(0, distance - reach) };
}

function thinned(cells: ArrayLike<number>): Float64Array {
  const step = Math.max(1, Math.ceil(cells.length / ROWS));
  return Float64Array.from({ length: Math.ceil(cells.length / step) }, (_, at) => cells[at * step] as number);
}

interface Measured {
  readonly distance: number;
  readonly events: number;
}

function levelDistance(before: Float64Array, after: Float64Array): Measured {
  const known = sharesOf(before);
  const unseen = Number.POSITIVE_INFINITY;
  const now = sharesOf(after.map((code) => (known.has(code) ? code : unseen)));
  const codes = new Set([...known.keys(), unseen]);
  const differences = [...codes].map((code) => Math.abs((known.get(code) ?? 0) - (now.get(code) ?? 0)));
  return { distance: Math.max(0, ...differences), events: codes.size };
}

function sharesOf(codes: Float64Array): Map<number, number> {
  const shares = new Map<number, number>();
  for (const code of codes) shares.set(code, (shares.get(code) ?? 0) + 1 / codes.length);
  return shares;
}

function numberDistance(before: Float64Array, after: Float64Array): Measured {
  const [one, two] = [before, after].map((cells) => cells.filter((value) => !Number.isNaN(value)).sort()) as [
    Float64Array,
    Float64Array,
  ];
  const missing = Math.abs(one.length / before.length - two.length / after.length);
  return { distance: Math.max(missing, one.length > 0 && two.length > 0 ? smirnov(one, two) : 0), events: 2 };
}

/** The largest distance of two empirical distribution functions; both are sorted. */
function smirnov(one: Float64Array, two: Float64Array): number {
  let [a, b, most] = [0, 0, 0];
  while (a < one.length && b < two.length) {
    const value = Math.min(one[a] as number, two[b] as number);
    while (a < one.length && (one[a] as number) <= value) a++;
    while (b < two.length && (two[b] as number) <= value) b++;
    most = Math.max(most, Math.abs(a / one.length - b / two.length));
  }
  return most;
}
