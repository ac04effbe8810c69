/** Is B better than A on the same rows, and by how much: the one test that gates decide by. */
import type { Metric } from "../plugin/metric.js";
import type { Answers, Prediction, TaskSpec, Truth } from "../plugin/table.js";
import { batchSpread } from "./batches.js";
import { bootstrap, exceedance, lowerBound, unitsOf, upperBound } from "./bootstrap.js";
import { deviationOf, effectiveRows, type Linearised, type Spread, spreadOf } from "./estimate.js";
import { linearisedScore, lossesOf } from "./losses.js";
import { normalQuantile } from "./normal.js";
import { areaUnderRoc } from "./ranking.js";
import { gather } from "./rows.js";
import { studentCdf, studentQuantile } from "./student.js";

/** Rows below which nothing is decided. */
const LEAST_ROWS = 20;
/** Rows of each of two classes below which a ranking is not decided. */
const LEAST_CLASS_ROWS = 5;
/** Groups below which nothing is decided on grouped rows. */
const LEAST_GROUPS = 8;
/** Below it the exact test of signs is heeded as well, as McNemar's is (knowledge/promotion.md §3.2). */
const FEW_SIGNS = 25;

/** The rows that models are compared on. `Evidence` of a gate is one. */
export interface Judging {
  readonly metric: Metric;
  readonly spec: TaskSpec;
  readonly truth: Truth;
  readonly weight: Float64Array | null;
  readonly group: Int32Array | null;
  readonly seed: number;
}

export interface Demand {
  /** The gain to be shown, in the metric's own unit, ≥ 0. */
  readonly margin: number;
  /** One-sided error rate, 0 … 0.5. */
  readonly alpha: number;
}

/** B against A. Gains are in the metric's own unit, positive where B is better, whatever the metric's direction. */
export interface Comparison {
  readonly test: "delong" | "paired_t" | "paired_bootstrap" | "paired_batches";
  readonly delta: number;
  /** Two-sided 95 % interval of `delta`. */
  readonly low: number;
  readonly high: number;
  /** One-sided bounds at 1 − alpha: the gain is above `lower`; it is below `upper`. */
  readonly lower: number;
  readonly upper: number;
  /** Of "the gain is at most `margin`". */
  readonly p: number;
  /** Standard error of `delta`. */
  readonly se: number;
  readonly n: number;
  /** (delta − margin)/se; null for a bootstrap, and where every row says the same. */
  readonly statistic: number | null;
}

/** No comparison can be made, with the reason as a clause ("there are only 7 rows"). */
export interface Undecidable {
  readonly test: null;
  readonly n: number;
  readonly reason: string;
}

/**
 * Tests whether B's gain over A exceeds the margin. A ranking metric is tested by DeLong's test, one that is a function
 * of a mean of row losses by a paired t test (of that function, to first order), any other by a paired bootstrap, or by
 * the spread over batches where rows are many.
 * A metric of classes judges the labels of answers that have them, a prediction alone by its most probable classes.
 * Rows of one group count as one piece of evidence. Student's t is used with DeLong's standard error too, with
 * Satterthwaite's degrees of freedom: the same for many rows, and honest for few of a class.
 * @throws TypeError where the metric's `shape` or `losses` contradict its `score`
 */
export function pairedTest(
  judging: Judging,
  a: Answers | Prediction,
  b: Answers | Prediction,
  demand: Demand,
): Comparison | Undecidable {
  const { metric, truth } = judging;
  const pair: Pair = { judging, a: sideOf(judging, a), b: sideOf(judging, b), demand };
  const reason = whyNot(pair);
  if (reason !== null) return { test: null, n: truth.length, reason };
  if (metric.shape === "ranking") return rankingTest(pair);
  return metric.losses ? lossTest(pair) : resampledTest(pair);
}

/**
 * Rows with which a gain as large as the one measured would be shown with this power, all in all; null where the gain
 * measured is not above the margin, so that more rows alone are no help. n·((z_alpha + z_power)·se/(delta − margin))²
 */
export function rowsNeeded(comparison: Comparison, { margin, alpha }: Demand, power = 0.8): number | null {
  const { n, se, delta } = comparison;
  if (!(delta > margin)) return null;
  const deviations = normalQuantile(1 - alpha) + normalQuantile(power);
  return Math.ceil(n * ((deviations * se) / (delta - margin)) ** 2);
}

type Side = Judging & Answers;

function sideOf(judging: Judging, answers: Answers | Prediction): Side {
  if (answers instanceof Float64Array) return { ...judging, prediction: answers };
  return { ...judging, prediction: answers.prediction, labels: answers.labels ?? null };
}

interface Pair {
  readonly judging: Judging;
  readonly a: Side;
  readonly b: Side;
  readonly demand: Demand;
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

function gain({ direction }: Metric, a: number, b: number): number {
  return direction === "maximize" ? b - a : a - b;
}

function rankingTest(pair: Pair): Comparison | Undecidable {
  const { truth, spec } = pair.judging;
  const smallest = Math.min(...spec.classes.map((_, code) => truth.filter((y) => y === code).length));
  return linearTest(pair, [areaUnderRoc(pair.a), areaUnderRoc(pair.b)], {
    test: "delong",
    strata: truth,
    // Models that are told apart by every row have no variance; by chance that happens with probability 2^-rows of the
    // smaller class at most.
    floor: 2 ** -smallest,
  });
}

function lossTest(pair: Pair): Comparison | Undecidable {
  const { metric, weight } = pair.judging;
  const [a, b] = [lossesOf(metric, pair.a), lossesOf(metric, pair.b)];
  return linearTest(pair, [linearisedScore(metric, a, weight), linearisedScore(metric, b, weight)], {
    test: "paired_t",
    strata: null,
    floor: signFloor(a, b),
  });
}

interface LinearPlan {
  readonly test: "delong" | "paired_t";
  readonly strata: Float64Array | null;
  /** The p-value is never below it. */
  readonly floor: number;
}

function linearTest(pair: Pair, [a, b]: [Linearised, Linearised], plan: LinearPlan): Comparison | Undecidable {
  const { judging } = pair;
  agrees(judging.metric, judging.metric.score(pair.a), a.value);
  const influence = b.influence.map((part, row) => part - (a.influence[row] as number));
  const spread = spreadOf(influence, { ...judging, strata: plan.strata });
  if (Number.isNaN(spread.se)) return { test: null, n: influence.length, reason: "one class has only one row" };
  return studentTest(pair, { ...plan, ...spread, delta: gain(judging.metric, a.value, b.value) });
}

type Measured = Spread & Pick<Comparison, "test" | "delta"> & Pick<LinearPlan, "floor">;

function studentTest({ judging, demand }: Pair, { test, delta, se, df, floor }: Measured): Comparison {
  const twoSided = se * studentQuantile(0.975, df);
  const oneSided = se * studentQuantile(1 - demand.alpha, df);
  const statistic = se > 0 ? (delta - demand.margin) / se : null;
  const chance = statistic === null ? Number(delta <= demand.margin) : studentCdf(-statistic, df);
  const p = Math.max(chance, floor);
  return {
    test,
    delta,
    low: delta - twoSided,
    high: delta + twoSided,
    lower: p > demand.alpha ? Math.min(delta - oneSided, demand.margin) : delta - oneSided,
    upper: delta + oneSided,
    p,
    se,
    n: judging.truth.length,
    statistic,
  };
}

function resampledTest(pair: Pair): Comparison | Undecidable {
  const { judging, a, b, demand } = pair;
  const { metric, spec, truth, group, seed } = judging;
  const gainOf = (rows: Int32Array) => gain(metric, metric.score(gather(a, rows)), metric.score(gather(b, rows)));
  const delta = gain(metric, metric.score(a), metric.score(b));
  const units = unitsOf(truth, spec.classes.length, group);
  const batched = batchSpread(units, seed, gainOf);
  if (batched !== null) return studentTest(pair, { ...batched, test: "paired_batches", delta, floor: 0 });
  const drawn = bootstrap(units, seed, gainOf);
  if (drawn === null) return { test: null, n: truth.length, reason: `${metric.name} isn't defined on many resamples` };
  return {
    test: "paired_bootstrap",
    delta,
    low: lowerBound(drawn, delta, 0.025),
    high: upperBound(drawn, delta, 0.025),
    lower: lowerBound(drawn, delta, demand.alpha),
    upper: upperBound(drawn, delta, demand.alpha),
    p: exceedance(drawn, delta, demand.margin),
    se: deviationOf(drawn),
    n: truth.length,
    statistic: null,
  };
}

/** A plugin whose words about itself are wrong would be tested by the wrong test; better by none. */
function agrees(metric: Metric, score: number, computed: number): void {
  if (Math.abs(score - computed) <= 1e-6 * Math.max(1, Math.abs(score))) return;
  throw new TypeError(`${metric.name} scores ${score}, but what it says of itself makes ${computed}`);
}

/** P(at least as many rows go B's way) if each row that tells them apart did so by the toss of a coin; 0 for many rows. */
function signFloor(a: Float64Array, b: Float64Array): number {
  let better = 0;
  let apart = 0;
  for (let row = 0; row < a.length; row++) {
    if ((b[row] as number) < (a[row] as number)) better++;
    if (b[row] !== a[row]) apart++;
  }
  return apart < FEW_SIGNS ? binomialTail(apart, better) : 0;
}

/** P(X ≥ least), X binomial with `trials` tosses of a fair coin. */
function binomialTail(trials: number, least: number): number {
  let term = 2 ** -trials;
  let sum = 0;
  for (let heads = 0; heads <= trials; heads++) {
    if (heads >= least) sum += term;
    term *= (trials - heads) / (heads + 1);
  }
  return sum;
}
