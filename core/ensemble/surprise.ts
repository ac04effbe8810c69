/** Log loss, by which calibrations are fitted and chosen, whatever the recipe's metric is. */
import type { Judged, Metric } from "../plugin/index.js";
import { weightedMean } from "../statistics/estimate.js";
import { logOf } from "./calibration.js";

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
