/**
 * The error of a smooth score from its spread over disjoint batches of the rows, for many rows: a batch of n/B rows errs
 * √B times as much as all n, so that the deviation over the batches, by √B, is the standard error of the whole. Costs
 * one pass over the rows where a bootstrap takes hundreds. (Batch means; "random groups" in Wolter, Introduction to
 * Variance Estimation, 2007, ch. 2.)
 */
import { createRng } from "hyperparameter-js";
import { strataSizes, type Units } from "./bootstrap.js";
import { deviationOf, type Spread } from "./estimate.js";

/** Below it a bootstrap is affordable and, for skewed scores, better. */
const MANY_UNITS = 5000;
const MOST_BATCHES = 50;
/** With fewer the standard error itself is too unsure. */
const LEAST_BATCHES = 16;
/** Units of every stratum that a batch must have, so that its score is one of the same kind. */
const LEAST_UNITS = 20;

/** Null where units, or those of one stratum, are too few, or a batch has no score. */
export function batchSpread(units: Units, seed: number, statistic: (rows: Int32Array) => number): Spread | null {
  const batches = Math.min(MOST_BATCHES, Math.floor(Math.min(...strataSizes(units)) / LEAST_UNITS));
  if (units.starts.length - 1 < MANY_UNITS || batches < LEAST_BATCHES) return null;
  const values = Float64Array.from(dealt(units, batches, seed), statistic);
  if (!values.every(Number.isFinite)) return null;
  return { se: deviationOf(values) / Math.sqrt(batches), df: batches - 1 };
}

/**
 * The rows of each batch: every stratum shuffled (Fisher and Yates) and dealt round. Of a series stretches that follow each
 * other, which are long beside the blocks in which its rows depend on each other.
 */
function dealt({ rows, starts, strata, block }: Units, batches: number, seed: number): Int32Array[] {
  if (block !== undefined) return stretches(rows, batches);
  const rng = createRng(seed, "batches");
  const order = Int32Array.from({ length: starts.length - 1 }, (_, unit) => unit);
  for (let stratum = 0; stratum + 1 < strata.length; stratum++) {
    const from = strata[stratum] as number;
    for (let at = (strata[stratum + 1] as number) - 1; at > from; at--) {
      const other = from + rng.int(at - from + 1);
      [order[at], order[other]] = [order[other] as number, order[at] as number];
    }
  }
  const hands: number[][] = Array.from({ length: batches }, () => []);
  for (const [position, unit] of order.entries())
    for (let at = starts[unit] as number; at < (starts[unit + 1] as number); at++)
      (hands[position % batches] as number[]).push(rows[at] as number);
  return hands.map((hand) => Int32Array.from(hand));
}

function stretches(rows: Int32Array, count: number): Int32Array[] {
  const cut = (at: number) => Math.floor((at * rows.length) / count);
  return Array.from({ length: count }, (_, at) => rows.subarray(cut(at), cut(at + 1)));
}
