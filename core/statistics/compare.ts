/** Is B better than A on the same rows, and by how much: the one test that gates decide by. */
import type { Answers, Prediction } from "../plugin/table.js";
import { effectiveRows } from "./estimate.js";
import { normalQuantile } from "./normal.js";
import type { Comparison, Demand, Judging, Pair, Undecidable } from "./pair.js";
import { TESTS } from "./tests.js";

/** Rows below which nothing is decided. */
const LEAST_ROWS = 20;
/** Rows of each of two classes below which a ranking is not decided. */
const LEAST_CLASS_ROWS = 5;
/** Groups below which nothing is decided on grouped rows. */
const LEAST_GROUPS = 8;

/**
 * Tests whether B's gain over A exceeds the margin, by the first of TESTS that is for such a metric and such rows. A
 * metric of classes judges the labels of answers that have them, a prediction alone by its most probable classes. Rows of
 * one group count as one piece of evidence, and near rows of a series as little more than one.
 * @throws TypeError where the metric's `shape` or `losses` contradict its `score`
 */
export function pairedTest(
  judging: Judging,
  a: Answers | Prediction,
  b: Answers | Prediction,
  demand: Demand,
): Comparison | Undecidable {
  const pair: Pair = { judging, a: sideOf(judging, a), b: sideOf(judging, b), demand };
  const n = judging.truth.length;
  const reason = whyNot(pair);
  if (reason !== null) return { test: null, n, reason };
  for (const test of TESTS) {
    const result = test(pair);
    if (result !== null) return result;
  }
  return { test: null, n, reason: "no test is for such rows" };
}

/**
 * Rows with which a gain as large as the one measured would be shown with this power, all in all; null where the gain
 * measured is not above the margin, so that more rows alone are no help. n·((z_alpha + z_power)·se/(delta − margin))²
 */
export function rowsNeeded(
  comparison: Pick<Comparison, "n" | "se" | "delta">,
  { margin, alpha }: Demand,
  power = 0.8,
): number | null {
  const { n, se, delta } = comparison;
  if (!(delta > margin)) return null;
  const deviations = normalQuantile(1 - alpha) + normalQuantile(power);
  return Math.ceil(n * ((deviations * se) / (delta - margin)) ** 2);
}

function sideOf(judging: Judging, answers: Answers | Prediction): Pair["a"] {
  if (answers instanceof Float64Array) return { ...judging, prediction: answers };
  return { ...judging, prediction: answers.prediction, labels: answers.labels ?? null };
}

function whyNot({ judging, a, b }: Pair): string | null {
  const { metric, spec, truth, weight, group } = judging;
  const rows = effectiveRows(truth.length, weight);
  if (rows < LEAST_ROWS) return `there are only ${Math.floor(rows)} rows, and ${LEAST_ROWS} are the least`;
  const groups = group === null ? LEAST_GROUPS : new Set(group).size;
  if (groups < LEAST_GROUPS) return `there are only ${groups} groups of rows, and ${LEAST_GROUPS} are the least`;
  const counts = spec.classes.map((_, code) => truth.reduce((count, y) => count + (y === code ? 1 : 0), 0));
  if (counts.length > 0 && counts.filter((count) => count > 0).length < 2) return "all rows are of one class";
  const least = Math.min(...counts);
  if (counts.length === 2 && !metric.losses && least < LEAST_CLASS_ROWS)
    return `one class has only ${least} rows, and ${LEAST_CLASS_ROWS} are the least`;
  const defined = Number.isFinite(metric.score(a)) && Number.isFinite(metric.score(b));
  return defined ? null : `${metric.name} isn't defined for both models on these rows`;
}
