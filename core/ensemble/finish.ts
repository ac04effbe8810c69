/**
 * What follows the mean: a calibration of its probabilities, and of two classes the probability above which the label is
 * the positive one. Both are chosen on predictions that were held out, fitted on four folds and judged on the fifth.
 */
import type { Answers, Prediction, TaskSpec } from "../plugin/index.js";
import { rowsWhere } from "../resampling/folds.js";
import { pairedTest } from "../statistics/compare.js";
import type { Judging } from "../statistics/pair.js";
import { type Rows, SURPRISE } from "../statistics/surprise.js";
import { type Calibration, calibrated } from "./calibration.js";
import { costOf } from "./greedy.js";
import { fitIsotonic } from "./isotonic.js";
import { FINISH_ALPHA, FOLDS } from "./odds.js";
import { fitPlatt } from "./platt.js";
import { gathered, type Pause } from "./pool.js";
import { fitTemperature } from "./temperature.js";

/** Thresholds that are tried, at quantiles of the probability. */
const TRIED = 200;

/** Predictions for rows that had no part in making them. */
export interface Held {
  readonly judging: Judging;
  readonly prediction: Prediction;
  readonly folds: Int32Array;
}

type Learn = (rows: Rows) => Calibration | null;

interface MapRule {
  readonly tasks: readonly TaskSpec["task"][];
  readonly learn: Learn;
  /** Whether rows in order may become equal, which a metric of ranks punishes: on one of ten tables by 0.005. */
  readonly ties: boolean;
}

/** Simpler ones first: they win where others are no better. */
const MAPS: readonly MapRule[] = [
  { tasks: ["binary", "multiclass"], learn: fitTemperature, ties: false },
  { tasks: ["binary"], learn: fitPlatt, ties: false },
  { tasks: ["binary"], learn: fitIsotonic, ties: true },
];

/**
 * The map with the least held-out log loss; null where none lowers it by more than noise, or where the recipe's metric
 * gets worse by more than a standard error.
 */
export async function chooseCalibration(held: Held, pause: Pause): Promise<Calibration | null> {
  const { judging } = held;
  let best: { readonly learn: Learn; readonly prediction: Prediction; readonly loss: number } | null = null;
  const ranks = readsRanks(held);
  for (const { tasks, learn, ties } of MAPS) {
    if (!tasks.includes(judging.spec.task) || (ties && ranks)) continue;
    const prediction = await heldOut(held, learn, pause);
    const loss = SURPRISE.score({ ...judging, prediction });
    if (best === null || loss < best.loss) best = { learn, prediction, loss };
  }
  if (best === null || !isSurer(held, best.prediction)) return null;
  const map = best.learn(rowsOf(held));
  return map === null || harms(held, map) ? null : map;
}

/** Whether the score follows the order of the rows alone: a map that keeps it changes nothing. */
function readsRanks({ judging, prediction }: Held): boolean {
  const { metric, spec, truth, weight } = judging;
  const scored = (shares: Prediction) => metric.score({ spec, truth, weight, prediction: shares });
  const rescaled = prediction.map((share) => 0.25 + share / 2); // of two classes they still sum to 1
  return spec.task === "binary" && scored(prediction) === scored(rescaled);
}

function rowsOf({ judging, prediction }: Held): Rows {
  const { spec, truth, weight } = judging;
  return { spec, truth, weight, prediction };
}

function isSurer({ judging, prediction }: Held, mapped: Prediction): boolean {
  const comparison = pairedTest({ ...judging, metric: SURPRISE }, prediction, mapped, {
    margin: 0,
    alpha: FINISH_ALPHA,
  });
  return comparison.test !== null && comparison.lower > 0;
}

/** By one map for all rows: maps of five folds put rows of several folds in another order, which one alone doesn't. */
function harms({ judging, prediction }: Held, map: Calibration): boolean {
  const mapped = calibrated(map, judging.spec, prediction);
  const comparison = pairedTest(judging, prediction, mapped, { margin: 0, alpha: FINISH_ALPHA });
  return comparison.test === null || comparison.delta < -comparison.se;
}

async function heldOut(held: Held, learn: Learn, pause: Pause): Promise<Prediction> {
  const { spec } = held.judging;
  const width = spec.classes.length;
  const mapped = new Float64Array(held.prediction.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    await pause();
    const map = learn(rowsOf(partOf(held, (one) => one !== fold)));
    const own = rowsWhere(held.folds, (one) => one === fold);
    const part = calibrated(map, spec, partOf(held, (one) => one === fold).prediction);
    own.forEach((row, at) => {
      mapped.set(part.subarray(at * width, (at + 1) * width), row * width);
    });
  }
  return mapped;
}

function partOf({ judging, prediction, folds }: Held, keep: (fold: number) => boolean): Held {
  const rows = rowsWhere(folds, keep);
  const part = gathered({ judging, candidates: [{ trial: 0, bytes: 0, prediction }] }, rows);
  const [one] = part.candidates;
  return { judging: part.judging, prediction: one?.prediction ?? new Float64Array(0), folds: rows };
}

/**
 * The probability of the positive class above which it is the label, single precision; null where the metric doesn't
 * look at labels, or one half is as good.
 */
export async function chooseThreshold(held: Held, pause: Pause): Promise<number | null> {
  const { judging, prediction, folds } = held;
  if (judging.spec.task !== "binary" || !readsLabels(held)) return null;
  const labels = new Float64Array(judging.truth.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    await pause();
    const threshold = bestThreshold(partOf(held, (one) => one !== fold));
    for (const row of rowsWhere(folds, (one) => one === fold)) labels[row] = labelAt(prediction, row, threshold);
  }
  const answers: Answers = { prediction, labels };
  const comparison = pairedTest(judging, prediction, answers, { margin: 0, alpha: FINISH_ALPHA });
  return comparison.test !== null && comparison.lower > 0 ? bestThreshold(held) : null;
}

/** Whether the score follows the labels: it changes when they do, and nothing else. */
function readsLabels({ judging, prediction }: Held): boolean {
  const { metric, spec, truth, weight } = judging;
  const scored = (labels: Float64Array) => metric.score({ spec, truth, weight, prediction, labels });
  return scored(truth) !== scored(truth.map((code) => 1 - code));
}

/** One half, where nothing is better. */
function bestThreshold({ judging, prediction }: Held): number {
  const { metric, spec, truth, weight } = judging;
  const cost = (threshold: number) => {
    const labels = labelsOf(prediction, threshold);
    return costOf(metric, metric.score({ spec, truth, weight, prediction, labels }));
  };
  let best = { threshold: 0.5, cost: cost(0.5) };
  for (const threshold of triedThresholds(prediction)) {
    const next = cost(threshold);
    if (next < best.cost) best = { threshold, cost: next };
  }
  return best.threshold;
}

/** Half way between neighbours, ascending. */
function triedThresholds(prediction: Prediction): readonly number[] {
  const shares = Float32Array.from({ length: prediction.length / 2 }, (_, row) => prediction[2 * row + 1] as number);
  const distinct = [...new Set(shares.sort())];
  const steps = Math.min(TRIED, distinct.length - 1);
  return Array.from({ length: steps }, (_, step) => {
    const at = Math.floor((step * (distinct.length - 1)) / steps);
    return Math.fround(((distinct[at] as number) + (distinct[at + 1] as number)) / 2);
  });
}

/** Codes of the rows' labels: the second class where its probability is above the threshold. [rows] */
export function labelsOf(prediction: Prediction, threshold: number): Float64Array {
  return Float64Array.from({ length: prediction.length / 2 }, (_, row) => labelAt(prediction, row, threshold));
}

function labelAt(prediction: Prediction, row: number, threshold: number): number {
  return Math.fround(prediction[2 * row + 1] as number) > threshold ? 1 : 0;
}
