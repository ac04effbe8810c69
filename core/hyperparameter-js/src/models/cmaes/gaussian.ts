/**
 * The search distribution of CMA-ES and its update by one generation: Hansen, arXiv 1604.00772 (algorithm of figure 6);
 * points that others proposed: Hansen, "Injecting external solutions into CMA-ES", arXiv 1110.4181.
 */

import { symmetricEigen } from "../../math/eigen.js";
import { exp } from "../../math/elementary.js";
import { combineRows, projectOnRows } from "../../math/rows.js";
import type { Rng } from "../../random/rng.js";
import type { Strategy } from "./strategy.js";

const { max, min, sqrt } = Math;

/** x = mean + sigma · scale ∘ y, y ~ N(0, C). Changed in place by `updateGaussian`. */
export interface Gaussian {
  readonly strategy: Strategy;
  readonly mean: Float64Array;
  sigma: number;
  /** C, d × d row-major; its diagonal alone where separable. */
  readonly covariance: Float64Array;
  /** Unit eigenvectors of C as rows; empty where separable. */
  vectors: Float64Array;
  /** Square roots of the eigenvalues. */
  readonly deviations: Float64Array;
  /** Widens integers that have become too certain: Hamano et al. 2022's A. */
  readonly scale: Float64Array;
  readonly sigmaPath: Float64Array;
  readonly covariancePath: Float64Array;
  generation: number;
  /** (1 − c_σ)^(2·generation) */
  fading: number;
}

/** No eigenvalue is taken for less than this share of the largest. */
const LEAST_SHARE = 1e-20;

/** The largest step of log sigma in one generation, as injected points may be far out. */
const LARGEST_STEP = 1;

function decompose(gaussian: Gaussian): void {
  const { strategy, covariance, deviations } = gaussian;
  const { dimensions, separable } = strategy;
  const { values, vectors } = separable
    ? { values: covariance, vectors: gaussian.vectors }
    : symmetricEigen(covariance, dimensions);
  let largest = 0;
  for (const value of values) largest = max(largest, value);
  for (let k = 0; k < dimensions; k++) deviations[k] = sqrt(max(values[k] as number, LEAST_SHARE * largest));
  gaussian.vectors = vectors;
}

export interface Start {
  readonly mean: Float64Array;
  readonly sigma: number;
  /** d × d; identity where not given. */
  readonly covariance?: Float64Array;
}

function identity(d: number): Float64Array {
  return Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0));
}

export function startGaussian(strategy: Strategy, { mean, sigma, covariance }: Start): Gaussian {
  const d = strategy.dimensions;
  const full = covariance ?? identity(d);
  const gaussian = {
    strategy,
    mean: mean.slice(),
    sigma,
    covariance: strategy.separable
      ? Float64Array.from({ length: d }, (_, j) => full[j * d + j] as number)
      : full.slice(),
    vectors: new Float64Array(0),
    deviations: new Float64Array(d),
    scale: new Float64Array(d).fill(1),
    sigmaPath: new Float64Array(d),
    covariancePath: new Float64Array(d),
    generation: 0,
    fading: 1,
  };
  decompose(gaussian);
  return gaussian;
}

/** Standard deviation of y in one coordinate. */
export function deviationOf({ strategy: { dimensions, separable }, covariance }: Gaussian, j: number): number {
  return sqrt(covariance[separable ? j : j * dimensions + j] as number);
}

/** Memory for one draw after another. */
let lengthsDrawn = new Float64Array(0);

function lengthsFor(d: number): Float64Array {
  if (lengthsDrawn.length !== d) lengthsDrawn = new Float64Array(d);
  return lengthsDrawn;
}

/** Writes one point into `point`. */
export function drawGaussian(gaussian: Gaussian, rng: Rng, point: Float64Array): void {
  const { strategy, mean, sigma, vectors, deviations, scale } = gaussian;
  const { dimensions: d, separable } = strategy;
  const lengths = separable ? point : lengthsFor(d);
  for (let k = 0; k < d; k++) lengths[k] = (deviations[k] as number) * rng.normal();
  if (!separable) combineRows(vectors, lengths, point);
  for (let j = 0; j < d; j++) point[j] = (mean[j] as number) + sigma * (scale[j] as number) * (point[j] as number);
}

/** D⁻¹Bᵀy */
function whiten({ strategy, vectors, deviations }: Gaussian, y: Float64Array, into: Float64Array): void {
  const { dimensions: d, separable } = strategy;
  if (separable) into.set(y);
  else projectOnRows(vectors, y, into);
  for (let k = 0; k < d; k++) into[k] = (into[k] as number) / (deviations[k] as number);
}

function squareOf(vector: Float64Array): number {
  let sum = 0;
  for (const each of vector) sum += each * each;
  return sum;
}

interface Steps {
  /** y of each rank, λ × d. */
  readonly y: Float64Array;
  /** Squared Mahalanobis length of each. */
  readonly squares: Float64Array;
  /** Weighted means over the parents, of y and of D⁻¹Bᵀy. */
  readonly mean: Float64Array;
  readonly whiteMean: Float64Array;
}

/** Steps from the mean, best first, none longer than √d + 2d/(d + 2) in Mahalanobis' sense. */
function stepsOf(gaussian: Gaussian, points: Float64Array, order: ArrayLike<number>): Steps {
  const { strategy, mean: centre, sigma, scale } = gaussian;
  const { dimensions: d, population, parents, weights } = strategy;
  const longest = sqrt(d) + (2 * d) / (d + 2);
  const y = new Float64Array(population * d);
  const squares = new Float64Array(population);
  const [mean, whiteMean, white] = [new Float64Array(d), new Float64Array(d), new Float64Array(d)];
  for (let rank = 0; rank < population; rank++) {
    const from = (order[rank] as number) * d;
    const step = y.subarray(rank * d, (rank + 1) * d);
    for (let j = 0; j < d; j++)
      step[j] = ((points[from + j] as number) - (centre[j] as number)) / (sigma * (scale[j] as number));
    whiten(gaussian, step, white);
    const shrink = min(1, longest / sqrt(squareOf(white)));
    if (shrink < 1) for (let j = 0; j < d; j++) (step[j] as number) *= shrink;
    squares[rank] = squareOf(white) * shrink * shrink;
    if (rank >= parents) continue;
    const weight = weights[rank] as number;
    for (let j = 0; j < d; j++) {
      (mean[j] as number) += weight * (step[j] as number);
      (whiteMean[j] as number) += weight * shrink * (white[j] as number);
    }
  }
  return { y, squares, mean, whiteMean };
}

/** p_σ ← (1 − c_σ) p_σ + √(c_σ(2 − c_σ)μ_eff) · C^(−1/2) y_w; its length. */
function advanceSigmaPath({ strategy, vectors, sigmaPath }: Gaussian, whiteMean: Float64Array): number {
  const { dimensions: d, separable, cSigma, effective } = strategy;
  const gain = sqrt(cSigma * (2 - cSigma) * effective);
  for (let j = 0; j < d; j++) (sigmaPath[j] as number) *= 1 - cSigma;
  for (let k = 0; k < d; k++) {
    const along = gain * (whiteMean[k] as number);
    if (separable) (sigmaPath[k] as number) += along;
    else for (let j = 0, at = k * d; j < d; j++, at++) (sigmaPath[j] as number) += along * (vectors[at] as number);
  }
  return sqrt(squareOf(sigmaPath));
}

/** Adds weight · v·vᵀ on and below the diagonal. */
function addOuter({ covariance, strategy }: Gaussian, v: Float64Array, weight: number): void {
  const { dimensions: d, separable } = strategy;
  for (let i = 0; i < d; i++) {
    const part = weight * (v[i] as number);
    if (separable) (covariance[i] as number) += part * (v[i] as number);
    else for (let j = 0, at = i * d; j <= i; j++, at++) (covariance[at] as number) += part * (v[j] as number);
  }
}

function mirror({ covariance, strategy: { dimensions: d, separable } }: Gaussian): void {
  if (separable) return;
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) covariance[j * d + i] = covariance[i * d + j] as number;
}

/** Rank-one and active rank-μ update; `stalled`: p_c has been held back as sigma grows fast. */
function updateCovariance(gaussian: Gaussian, { y, squares }: Steps, stalled: boolean): void {
  const { strategy, covariance, covariancePath } = gaussian;
  const { dimensions: d, population, weights, cOne, cMu, cPath } = strategy;
  let sum = 0;
  for (const weight of weights) sum += weight;
  const kept = 1 + cOne * (stalled ? cPath * (2 - cPath) : 0) - cOne - cMu * sum;
  for (let at = 0; at < covariance.length; at++) (covariance[at] as number) *= kept;
  addOuter(gaussian, covariancePath, cOne);
  for (let rank = 0; rank < population; rank++) {
    const weight = weights[rank] as number;
    const active = weight < 0 ? (weight * d) / max(squares[rank] as number, Number.MIN_VALUE) : weight;
    if (squares[rank] !== 0) addOuter(gaussian, y.subarray(rank * d, (rank + 1) * d), cMu * active);
  }
  mirror(gaussian);
}

/** One generation: λ points as rows (λ × d) and their indexes, best first. */
export function updateGaussian(gaussian: Gaussian, points: Float64Array, order: ArrayLike<number>): void {
  const { strategy, mean, covariancePath } = gaussian;
  const { dimensions: d, cSigma, dSigma, cPath, effective, chi, gap } = strategy;
  const steps = stepsOf(gaussian, points, order);
  for (let j = 0; j < d; j++) (mean[j] as number) += gaussian.sigma * (steps.mean[j] as number);
  const length = advanceSigmaPath(gaussian, steps.whiteMean);
  gaussian.generation++;
  gaussian.fading *= (1 - cSigma) * (1 - cSigma);
  const stalled = length / sqrt(1 - gaussian.fading) >= (1.4 + 2 / (d + 1)) * chi;
  const gain = stalled ? 0 : sqrt(cPath * (2 - cPath) * effective);
  for (let j = 0; j < d; j++)
    covariancePath[j] = (1 - cPath) * (covariancePath[j] as number) + gain * (steps.mean[j] as number);
  updateCovariance(gaussian, steps, stalled);
  gaussian.sigma *= exp(min(LARGEST_STEP, (cSigma / dSigma) * (length / chi - 1)));
  if (gaussian.generation % gap === 0) decompose(gaussian);
}
