/** Scores of the order that probabilities put rows in. */
import { areaUnderRoc, type Judged, type Metric } from "../../core/plugin/index.js";
import { isJudgeable, weightOf } from "./rows.js";

/** Area under the ROC curve; for more than two classes each against the rest, averaged over the classes. */
export const rocAuc: Metric = {
  name: "roc_auc",
  direction: "maximize",
  tasks: ["binary", "multiclass"],
  shape: "ranking",
  score: (judged) => (isJudgeable(judged) ? areaUnderRoc(judged).value : Number.NaN),
};

/**
 * Σ (R_n − R_{n−1})·P_n over the thresholds, without interpolation; rows that tie share one threshold. No `ranking`
 * shape, which is the ROC curve's.
 */
export const averagePrecision: Metric = {
  name: "average_precision",
  direction: "maximize",
  tasks: ["binary"],
  shape: "class_rate",
  score: (judged) => (isJudgeable(judged) ? precisionOverRecall(judged) : Number.NaN),
};

/**
 * Sorts the scores alone and finds each row's place among them by bisection: sorting row numbers by a comparison takes
 * ten times as long, and resampling asks for it thousands of times.
 */
function precisionOverRecall(judged: Judged): number {
  const { truth, prediction } = judged;
  const score = truth.map((_, row) => prediction[2 * row + 1] as number);
  const sorted = score.slice().sort();
  const hitsAt = new Float64Array(truth.length);
  const takenAt = new Float64Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    const place = firstPlace(sorted, score[row] as number);
    const weight = weightOf(judged, row);
    takenAt[place] = (takenAt[place] as number) + weight;
    if (truth[row] === 1) hitsAt[place] = (hitsAt[place] as number) + weight;
  }
  let hits = 0;
  let taken = 0;
  let area = 0;
  for (let place = truth.length - 1; place >= 0; place--) {
    hits += hitsAt[place] as number;
    taken += takenAt[place] as number;
    if (hitsAt[place] !== 0) area += (hitsAt[place] as number) * (hits / taken);
  }
  return area / hits;
}

/** Index of the first of the equal values in an ascending array. */
function firstPlace(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
