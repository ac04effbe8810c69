/**
 * Resampling of rows with replacement, for scores whose error has no formula. Percentile bounds of Efron and
 * Tibshirani, An Introduction to the Bootstrap (1993), ch. 13, with a normal tail where draws run out.
 */
import { createRng, type Rng } from "hyperparameter-js";
import { reachOf } from "./estimate.js";
import { normalCdf, normalQuantile } from "./normal.js";

/** knowledge/promotion.md §3.2 asks for at least 2,000. */
const MOST_DRAWS = 2000;
const LEAST_DRAWS = 200;
/** Rows in all draws, a second's work or a few. With many rows the distribution is near to normal and takes fewer draws. */
const ROW_BUDGET = 2e6;
/** Quantiles with fewer draws than this beyond them are noise. Spent alphas are soon below 1/2000 (decide.ts). */
const TAIL_DRAWS = 20;
/** Classes with fewer rows are drawn apart, so that no draw is without them (knowledge/promotion.md §3.2). */
const SMALL_CLASS = 50;
/** The share of draws that may have no score; beyond it nothing is said. */
const MOST_UNDEFINED = 0.05;

/** What is drawn, with replacement within its stratum: unit u is rows[starts[u]] … rows[starts[u + 1] − 1]. */
export interface Units {
  readonly rows: Int32Array;
  readonly starts: Int32Array;
  /** First unit of each stratum, and at the end the number of units. */
  readonly strata: Int32Array;
  /** Units in a row that are drawn together, from any on and round the end; absent: 1. */
  readonly block?: number;
}

/** Which rows are not independent of each other. */
export interface Arrangement {
  readonly group: Int32Array | null;
  /** Rows are in the order of time. */
  readonly serial?: boolean;
}

/**
 * Whole groups, where there are groups; blocks of rows of a series (Politis and Romano 1992, circular); else rows, with a
 * stratum for each class.
 */
export function unitsOf(truth: Float64Array, classes: number, { group, serial }: Arrangement): Units {
  if (group === null && serial === true) {
    const count = truth.length;
    const rows = Int32Array.from({ length: count + 1 }, (_, row) => row);
    return { rows: rows.subarray(0, count), starts: rows, strata: Int32Array.of(0, count), block: reachOf(count) };
  }
  if (group !== null) {
    const { rows, starts } = sortedBy(group);
    return { rows, starts, strata: Int32Array.of(0, starts.length - 1) };
  }
  const { rows, starts } = sortedBy(classes > 0 ? truth : new Float64Array(truth.length));
  return { rows, starts: Int32Array.from({ length: rows.length + 1 }, (_, unit) => unit), strata: starts };
}

/** Whether strata are drawn apart. */
export function hasSmallStratum(units: Units): boolean {
  return Math.min(...strataSizes(units)) < SMALL_CLASS;
}

/** Number of units in each stratum. */
export function strataSizes({ strata }: Units): readonly number[] {
  return Array.from(strata.subarray(1), (end, index) => end - (strata[index] as number));
}

/**
 * The statistic of each draw, ascending; null where too many draws have none. Strata are drawn apart only where one is
 * small: that rows of a class could have been more or fewer is part of what is to be known.
 * @param statistic of the rows drawn, some of them several times; the array is used again for the next draw
 */
export function bootstrap(units: Units, seed: number, statistic: (rows: Int32Array) => number): Float64Array | null {
  const draws = Math.round(Math.min(MOST_DRAWS, Math.max(LEAST_DRAWS, ROW_BUDGET / units.rows.length)));
  const isSmall = hasSmallStratum(units);
  const drawn = isSmall ? units : { ...units, strata: Int32Array.of(0, units.starts.length - 1) };
  const values: number[] = [];
  const buffer = new DrawnRows(units.rows.length);
  const rng = createRng(seed, "bootstrap");
  for (let draw = 0; draw < draws; draw++) {
    if (drawn.block === undefined) drawInto(buffer, drawn, rng);
    else drawBlocks(buffer, drawn, { length: drawn.block, rng });
    const value = statistic(buffer.rows);
    if (Number.isFinite(value)) values.push(value);
  }
  return values.length < draws * (1 - MOST_UNDEFINED) ? null : Float64Array.from(values).sort();
}

/**
 * The value that the statistic exceeds with probability 1 − alpha, for alpha below one half.
 * @param point the statistic of the rows themselves, from which a normal tail is measured
 */
export function lowerBound(sorted: Float64Array, point: number, alpha: number): number {
  const rank = Math.floor(alpha * (sorted.length + 1));
  if (rank >= TAIL_DRAWS) return sorted[rank - 1] as number;
  const { distance, deviations } = tailOf(sorted, point);
  return point + (distance * normalQuantile(alpha)) / deviations;
}

export function upperBound(sorted: Float64Array, point: number, alpha: number): number {
  return -lowerBound(sorted.map((value) => -value).sort(), -point, alpha);
}

/** The alpha at which `lowerBound` reaches `margin`: (1 + draws at or below it)/(draws + 1), or the normal tail's. */
export function exceedance(sorted: Float64Array, point: number, margin: number): number {
  const share = (1 + sorted.filter((value) => value <= margin).length) / (sorted.length + 1);
  if (share * (sorted.length + 1) >= TAIL_DRAWS) return share;
  const { distance, deviations } = tailOf(sorted, point);
  return distance > 0 ? normalCdf((-(point - margin) * deviations) / distance) : share;
}

/** How far the last trusted quantile lies from the point, and how far it would in a standard normal distribution. */
function tailOf(sorted: Float64Array, point: number): { readonly distance: number; readonly deviations: number } {
  const distance = Math.max(0, point - (sorted[TAIL_DRAWS - 1] as number));
  return { distance, deviations: -normalQuantile(TAIL_DRAWS / (sorted.length + 1)) };
}

/** Row numbers ordered by their code, and where each code begins, with the count of rows at the end. */
function sortedBy(codes: ArrayLike<number>): { readonly rows: Int32Array; readonly starts: Int32Array } {
  const rows = Int32Array.from(codes, (_, row) => row);
  rows.sort((a, b) => (codes[a] as number) - (codes[b] as number) || a - b);
  const starts = [0];
  for (let at = 1; at < rows.length; at++)
    if (codes[rows[at] as number] !== codes[rows[at - 1] as number]) starts.push(at);
  return { rows, starts: Int32Array.from([...starts, rows.length]) };
}

function drawInto(buffer: DrawnRows, { rows, starts, strata }: Units, rng: Rng): void {
  buffer.clear();
  for (let stratum = 0; stratum + 1 < strata.length; stratum++) {
    const from = strata[stratum] as number;
    const count = (strata[stratum + 1] as number) - from;
    // One random number of up to 53 bits holds several choices, as its digits to the base `count`.
    const digits = Math.max(1, Math.floor(53 / Math.log2(count + 1)));
    for (let drawn = 0; drawn < count; drawn += digits) {
      let number = rng.int(count ** digits);
      for (let digit = drawn; digit < Math.min(count, drawn + digits); digit++) {
        const unit = from + (number % count);
        number = Math.floor(number / count);
        buffer.add(rows, starts[unit] as number, starts[unit + 1] as number);
      }
    }
  }
}

/** Blocks that begin anywhere, until there are as many rows as there were; the last one is cut short. */
function drawBlocks(
  buffer: DrawnRows,
  { rows }: Units,
  { length, rng }: { readonly length: number; readonly rng: Rng },
): void {
  buffer.clear();
  for (let drawn = 0; drawn < rows.length; drawn += length) {
    const from = rng.int(rows.length);
    const to = from + Math.min(length, rows.length - drawn);
    buffer.add(rows, from, Math.min(to, rows.length));
    buffer.add(rows, 0, Math.max(0, to - rows.length));
  }
}

/** Rows drawn so far, in memory that is used again; groups of different size make draws of different length. */
class DrawnRows {
  #rows: Int32Array;
  #length = 0;

  constructor(capacity: number) {
    this.#rows = new Int32Array(capacity);
  }

  get rows(): Int32Array {
    return this.#rows.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  add(from: Int32Array, start: number, end: number): void {
    if (this.#length + end - start > this.#rows.length) {
      const larger = new Int32Array(2 * (this.#length + end - start));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    for (let at = start; at < end; at++) this.#rows[this.#length++] = from[at] as number;
  }
}
