/** By what a fit tells on the select side that it is time to stop. */
import { meanSurprise } from "../statistics/surprise.js";
import { evened } from "./answers.js";
import type { Labelled, Prediction, TaskSpec } from "./table.js";

/** @param reported the recipe's metric of the prediction, as `FitContext.loss` gives it */
export type StoppingLoss = (prediction: Prediction, reported: number) => number;

/**
 * Of classes the log loss, weighed as the fit weighs them; of a regression the recipe's metric. Ranks and labels move by
 * single rows, and their best round is a matter of chance: stopped by log loss in place of the area under the ROC curve,
 * boosting on five outer folds of two tables had a log loss lower by 1 to 11 %, and an area larger by 0.002 on average.
 */
export function stoppingLoss(spec: TaskSpec, { truth, weight }: Labelled, balanced: boolean): StoppingLoss {
  if (spec.task === "regression") return (_, reported) => reported;
  const shares = balanced ? evened(spec, truth, weight ?? new Float64Array(truth.length).fill(1)) : weight;
  return (prediction) => meanSurprise({ spec, truth, prediction, weight: shares });
}
