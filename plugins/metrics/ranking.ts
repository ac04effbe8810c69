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

function precisionOverRecall(judged: Judged): number {
  const { truth, prediction } = judged;
  const scoreOf = (row: number) => prediction[2 * row + 1] as number;
  const order = Uint32Array.from(truth, (_, row) => row).sort((a, b) => scoreOf(b) - scoreOf(a));
  let hits = 0;
  let taken = 0;
  let area = 0;
  for (let from = 0, to = 0; from < order.length; from = to) {
    const before = hits;
    for (; to < order.length && scoreOf(order[to] as number) === scoreOf(order[from] as number); to++) {
      const row = order[to] as number;
      taken += weightOf(judged, row);
      if (truth[row] === 1) hits += weightOf(judged, row);
    }
    if (hits > before) area += (hits - before) * (hits / taken);
  }
  return area / hits;
}
