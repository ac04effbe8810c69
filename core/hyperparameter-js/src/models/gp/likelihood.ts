/**
 * How well lengths and noise explain values: the log marginal likelihood of a Gaussian process (Rasmussen and Williams,
 * eq. 2.30) with its gradient (eq. 5.9). Covariance: s²·(M + λI), M as the kernel has it, s² at its best value for the rest.
 */
import { factorize, invert, logDeterminant, rowStart, solveLower, solveUpper } from "../../math/cholesky.js";
import { exp, log } from "../../math/elementary.js";
import { type Inputs, MEAN_VARIANCE, squaredDifferences } from "./kernel.js";

const { sqrt } = Math;

/** log θ of each dimension, then log λ. */
export type LogParameters = Float64Array;

/**
 * Weight of the prior on s², inverse gamma with mode near 1: as much as that many values of variance 1. It keeps s² from 0
 * where all values are alike.
 */
export const SCALE_WEIGHT = 1;

export interface Likelihood {
  /** −log p(y | θ, λ) at the best s², up to a constant; Infinity where the matrix is not positive definite. */
  value(parameters: LogParameters, gradient: Float64Array): number;
  /** The best s² at the parameters of the last call. */
  scale(): number;
}

/** Covariances M of all pairs, packed; and dM/dr² beside them. */
function covary(squares: readonly Float64Array[], p: LogParameters, m: Float64Array, slopes: Float64Array): void {
  m.fill(0);
  squares.forEach((square, d) => {
    const theta = exp(p[d] as number);
    for (let at = 0; at < square.length; at++) (m[at] as number) += theta * (square[at] as number);
  });
  for (let at = 0; at < m.length; at++) {
    const t = sqrt(5 * (m[at] as number));
    const e = exp(-t);
    m[at] = MEAN_VARIANCE + (1 + t + (t * t) / 3) * e;
    slopes[at] = (-5 / 6) * (1 + t) * e;
  }
}

/**
 * Turns the slopes dM/dr² of pairs into their weights in the gradient, (M⁻¹ − ααᵀ/s²)_ij·dM_ij/dr²; returns the trace of
 * M⁻¹ − ααᵀ/s², which is the weight of λ.
 */
function weighPairs(inverse: Float64Array, alpha: Float64Array, scale: number, slopes: Float64Array): number {
  let trace = 0;
  for (let i = 0, at = 0; i < alpha.length; i++, at++) {
    const a = (alpha[i] as number) / scale;
    for (let j = 0; j < i; j++, at++) (slopes[at] as number) *= (inverse[at] as number) - a * (alpha[j] as number);
    trace += (inverse[at] as number) - a * (alpha[i] as number);
    slopes[at] = 0;
  }
  return trace;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}

/** Of values `y` at `inputs`, one a row. */
export function likelihoodOf(inputs: Inputs, y: Float64Array): Likelihood {
  const n = inputs.rows;
  const squares = squaredDifferences(inputs);
  const d = squares.length;
  const m = new Float64Array(rowStart(n));
  const slopes = new Float64Array(rowStart(n));
  const inverse = new Float64Array(rowStart(n));
  const scratch = new Float64Array(n * n);
  const alpha = new Float64Array(n);
  let scale = 1;
  return {
    scale: () => scale,
    value(parameters, gradient) {
      const noise = exp(parameters[d] as number);
      covary(squares, parameters, m, slopes);
      for (let i = 0; i < n; i++) (m[rowStart(i) + i] as number) += noise;
      if (!factorize(m, n)) return Number.POSITIVE_INFINITY;
      alpha.set(y);
      solveLower(m, n, alpha);
      scale = (dot(alpha, alpha) + SCALE_WEIGHT) / (n + SCALE_WEIGHT);
      solveUpper(m, n, alpha);
      invert(m, n, inverse, scratch);
      gradient[d] = 0.5 * noise * weighPairs(inverse, alpha, scale, slopes);
      squares.forEach((square, k) => {
        gradient[k] = exp(parameters[k] as number) * dot(slopes, square);
      });
      return 0.5 * ((n + SCALE_WEIGHT) * log(scale) + logDeterminant(m, n));
    },
  };
}
