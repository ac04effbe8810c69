import { meanOf } from "./estimate.js";

/** Step of the central difference, relative: its square, 1e-8, bounds the slope's error for a smooth function. */
const STEP = 1e-4;
/** Losses of the rows. The metric must have them. */
export function lossesOf(metric, judged) {
  const losses = metric.losses?.(judged);
  if (losses?.length !== judged.truth.length) throw new TypeError(`${metric.name} gives no loss for each row`);
  return losses;
}
/** The score that a mean loss makes. */
export function scoreOfMean(metric, mean) {
  return metric.fromMeanLoss?.(mean) ?? mean;
}
/** The score as a function f of the mean loss: influence f′(mean)·w(loss − mean)/Σw. */
export function linearisedScore(metric, losses, weight) {
  const { value: mean, influence } = meanOf(losses, weight);
  const slope = slopeAt(metric, mean);
  return { value: scoreOfMean(metric, mean), influence: influence.map((part) => part * slope) };
}
function slopeAt(metric, mean) {
  const step = STEP * Math.abs(mean);
  // At a mean loss of 0 all losses are 0 and have no influence, whatever the slope.
  return step === 0 ? 1 : (scoreOfMean(metric, mean + step) - scoreOfMean(metric, mean - step)) / (2 * step);
}
