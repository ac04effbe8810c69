/** Log loss, by which fits stop and calibrations are fitted and chosen, whatever the recipe's metric is. */
import type { Judged, Metric } from "../plugin/metric.js";
import { weightedMean } from "./estimate.js";

/** Probabilities below are taken for it: the smallest step below 1 that single precision shows. */
export const LEAST_SHARE = 2 ** -23;

export function logOf(probability: number): number {
  return Math.log(Math.max(LEAST_SHARE, probability));
}

export type Rows = Omit<Judged, "labels">;

/** −log of the probability of each row's class. */
function surprises({ spec, truth, prediction }: Rows): Float64Array {
  const classes = spec.classes.length;
  return truth.map((code, row) => -logOf(prediction[row * classes + code] as number));
}

export function meanSurprise(rows: Rows): number {
  return weightedMean(surprises(rows), rows.weight);
}

/** For the paired test. */
export const SURPRISE: Metric = {
  name: "surprise",
  direction: "minimize",
  tasks: ["binary", "multiclass"],
  score: meanSurprise,
  losses: surprises,
};
