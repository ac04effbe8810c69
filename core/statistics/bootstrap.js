/**
 * Resampling of rows with replacement, for scores whose error has no formula. Percentile bounds of Efron and
 * Tibshirani, An Introduction to the Bootstrap (1993), ch. 13, with a normal tail where draws run out.
 */
import { createRng } from "hyperparameter-js";
import { normalCdf, normalQuantile } from "./normal.js";

/** knowledge/promotion.md §3.2 asks for at least 2,000. */
const MOST_DRAWS = 2000;
const LEAST_DRAWS = 200;
/** Rows in all draws, a few seconds' work. A large sample has a nearly normal distribution, and fewer draws describe it. */
const ROW_BUDGET = 1e7;
/** Quantiles with fewer draws than this beyond them are noise. Spent alphas are soon below 1/2000 (decide.ts). */
const TAIL_DRAWS = 20;
/** Classes with fewer rows are drawn apart, so that no draw is without them (knowledge/promotion.md §3.2). */
const SMALL_CLASS = 50;
/** The share of draws that may have no score; beyond it nothing is said. */
const MOST_UNDEFINED = 0.05;
/** Whole groups, where there are groups; else rows: within their class where a class is small. */
export function unitsOf(truth, classes, group) {
  if (group !== null) {
    const { rows, starts } = sortedBy(group);
    return { rows, starts, strata: Int32Array.of(0, starts.length - 1) };
  }
  const { rows, starts } = sortedBy(classes > 0 ? truth : new Float64Array(truth.length));
  const smallest = Math.min(...Array.from(starts.subarray(1), (end, index) => end - starts[index]));
  const single = Int32Array.from({ length: rows.length + 1 }, (_, unit) => unit);
  return { rows, starts: single, strata: smallest < SMALL_CLASS ? starts : Int32Array.of(0, rows.length) };
}
/**
 * The statistic of each draw, ascending; null where too many draws have none.
 * @param statistic of the rows drawn, some of them several times; the array is used again for the next draw
 */
export function bootstrap(units, seed, statistic) {
  const draws = Math.round(Math.min(MOST_DRAWS, Math.max(LEAST_DRAWS, ROW_BUDGET / units.rows.length)));
  const values = [];
  const buffer = new DrawnRows(units.rows.length);
  for (let draw = 0; draw < draws; draw++) {
    drawInto(buffer, units, createRng(seed, "bootstrap", draw));
    const value = statistic(buffer.rows);
    if (Number.isFinite(value)) values.push(value);
  }
  return values.length < draws * (1 - MOST_UNDEFINED) ? null : Float64Array.from(values).sort();
}
/**
 * The value that the statistic exceeds with probability 1 − alpha, for alpha below one half.
 * @param point the statistic of the rows themselves, from which a normal tail is measured
 */
export function lowerBound(sorted, point, alpha) {
  const rank = Math.floor(alpha * (sorted.length + 1));
  if (rank >= TAIL_DRAWS) return sorted[rank - 1];
  const { distance, deviations } = tailOf(sorted, point);
  return point + (distance * normalQuantile(alpha)) / deviations;
}
export function upperBound(sorted, point, alpha) {
  return -lowerBound(sorted.map((value) => -value).sort(), -point, alpha);
}
/** The alpha at which `lowerBound` reaches `margin`: (1 + draws at or below it)/(draws + 1), or the normal tail's. */
export function exceedance(sorted, point, margin) {
  const share = (1 + sorted.filter((value) => value <= margin).length) / (sorted.length + 1);
  if (share * (sorted.length + 1) >= TAIL_DRAWS) return share;
  const { distance, deviations } = tailOf(sorted, point);
  return distance > 0 ? normalCdf((-(point - margin) * deviations) / distance) : share;
}
/** How far the last trusted quantile lies from the point, and how far it would in a standard normal distribution. */
function tailOf(sorted, point) {
  const distance = Math.max(0, point - sorted[TAIL_DRAWS - 1]);
  return { distance, deviations: -normalQuantile(TAIL_DRAWS / (sorted.length + 1)) };
}
/** Row numbers ordered by their code, and where each code begins, with the count of rows at the end. */
function sortedBy(codes) {
  const rows = Int32Array.from(codes, (_, row) => row);
  rows.sort((a, b) => codes[a] - codes[b] || a - b);
  const starts = [0];
  for (let at = 1; at < rows.length; at++) if (codes[rows[at]] !== codes[rows[at - 1]]) starts.push(at);
  return { rows, starts: Int32Array.from([...starts, rows.length]) };
}
function drawInto(buffer, { rows, starts, strata }, rng) {
  buffer.clear();
  for (let stratum = 0; stratum + 1 < strata.length; stratum++) {
    const from = strata[stratum];
    const count = strata[stratum + 1] - from;
    for (let drawn = 0; drawn < count; drawn++) {
      const unit = from + rng.int(count);
      buffer.add(rows, starts[unit], starts[unit + 1]);
    }
  }
}
/** Rows drawn so far, in memory that is used again; groups of different size make draws of different length. */
class DrawnRows {
  #rows;
  #length = 0;
  constructor(capacity) {
    this.#rows = new Int32Array(capacity);
  }
  get rows() {
    return this.#rows.subarray(0, this.#length);
  }
  clear() {
    this.#length = 0;
  }
  add(from, start, end) {
    if (this.#length + end - start > this.#rows.length) {
      const larger = new Int32Array(2 * (this.#length + end - start));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    for (let at = start; at < end; at++) this.#rows[this.#length++] = from[at];
  }
}
