/** A start from known good points: Nomura et al., "Warm starting CMA-ES for hyperparameter optimization", AAAI 2021. */

import { symmetricEigen } from "../../math/eigen.js";
import { exp, log } from "../../math/elementary.js";
import type { Start } from "./gaussian.js";

/** α: the least deviation around each good point. */
const SPREAD = 0.1;

/** γ: the share of points that count as good. */
export const GOOD_SHARE = 0.1;

/** Means over the points that have the coordinate, and how many have it. */
function columnMeans(points: readonly Float64Array[], fallback: Float64Array): readonly [Float64Array, Float64Array] {
  const mean = new Float64Array(fallback.length);
  const seen = new Float64Array(fallback.length);
  for (const point of points)
    point.forEach((x, j) => {
      if (Number.isNaN(x)) return;
      (mean[j] as number) += x;
      (seen[j] as number)++;
    });
  return [mean.map((sum, j) => (seen[j] === 0 ? (fallback[j] as number) : sum / (seen[j] as number))), seen];
}

/**
 * The normal distribution nearest to a mixture around good points: Σ = α²I + their covariance; sigma = det(Σ)^(1/2d). A
 * coordinate that a point lacks (NaN) has there the mean and sigma of `cold`, the start without knowledge.
 */
export function warmStart(good: readonly Float64Array[], cold: Start): Start {
  const d = cold.mean.length;
  if (good.length === 0 || d === 0) return cold;
  const [mean, seen] = columnMeans(good, cold.mean);
  const n = good.length;
  const full = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++)
      for (const point of good) {
        const product = ((point[i] as number) - (mean[i] as number)) * ((point[j] as number) - (mean[j] as number));
        if (!Number.isNaN(product)) (full[i * d + j] as number) += product / n;
      }
    const lacking = (n - (seen[i] as number)) / n;
    (full[i * d + i] as number) += (1 - lacking) * SPREAD * SPREAD + lacking * cold.sigma * cold.sigma;
  }
  const { values } = symmetricEigen(full, d);
  const volume = exp(values.reduce((sum, value) => sum + log(value), 0) / d);
  return { mean, sigma: Math.sqrt(volume), covariance: full.map((each) => each / volume) };
}
