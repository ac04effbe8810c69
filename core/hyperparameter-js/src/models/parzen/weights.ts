/** How much each kernel of a Parzen mixture counts. */
import { log } from "../../math/elementary.js";

/** The newest so many observations have full weight. */
const FULL_WEIGHT = 25;

/** By age, oldest first: a ramp from 1/m to 1, then 25 ones. Optuna's rule. */
export function ageWeights(m: number): Float64Array {
  const ramp = m - FULL_WEIGHT;
  const rise = ramp > 1 ? (1 - 1 / m) / (ramp - 1) : 0;
  const weights = new Float64Array(m).fill(1);
  for (let index = 0; index < ramp; index++) weights[index] = 1 / m + rise * index;
  return weights;
}

/**
 * By worth, best first: log((m + 1) / rank), with mean 1. CMA-ES weighs its parents like this (Hansen, "The CMA evolution
 * strategy: a tutorial", eq. 49), and it is near to the expected improvement over the worst of them.
 */
export function rankWeights(m: number): Float64Array {
  const weights = new Float64Array(m);
  for (let index = 0; index < m; index++) weights[index] = log(m + 1) - log(index + 1);
  return scaled(weights, m);
}

/** Scales the weights, in place, so that they add up to `total`. */
function scaled(weights: Float64Array, total: number): Float64Array {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) sum += weights[index] as number;
  for (let index = 0; index < weights.length; index++) weights[index] = ((weights[index] as number) * total) / sum;
  return weights;
}

/** The weights of all kernels, with the prior's behind those of the observations: they add up to 1. */
export function withPrior(weights: Float64Array, prior: number): Float64Array {
  const all = new Float64Array(weights.length + 1);
  all.set(weights);
  all[weights.length] = prior;
  return scaled(all, 1);
}
