/**
 * The Parzen estimator of TPE: a mixture with one product kernel per observation and one for the prior, over spaces in
 * which a parameter may not exist. Rules and defaults: Optuna 5 (multivariate); Bergstra et al., NIPS 2011; Watanabe,
 * arXiv 2304.11127. A parameter that an observation lacks has the prior's kernel there: the observation says nothing on it.
 */
import { exp, log } from "../math/elementary.js";
import { LOG_SQRT_2PI, logNormalMass, normalCdf, normalQuantile } from "../math/normal.js";
import type { Rng } from "../random/rng.js";
import { buildParams } from "../space/conditions.js";
import { axisOf, memberOf, type NumericDistribution, sizeOf, valueAt } from "../space/distribution.js";
import type { CategoricalDistribution, Distribution, Params, ParamValue, Space } from "../types.js";

/** The newest so many observations have full weight. */
const FULL_WEIGHT = 25;

/** Normalised weights of m observations, oldest first, then of the prior: a ramp from 1/m to 1, then 25 ones; prior 1. */
export function kernelWeights(m: number): Float64Array {
  const ramp = m - FULL_WEIGHT;
  const weights = Float64Array.from({ length: m + 1 }, (_, index) => {
    if (index >= ramp) return 1;
    return ramp === 1 ? 1 / m : 1 / m + ((1 - 1 / m) * index) / (ramp - 1);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * Bandwidths of sorted centres on [low, high]: the wider of the gaps to both neighbours; the ends are neighbours only
 * of a lone centre. Clipped to [R/min(100, m + 2), R], R = high − low ("magic clip").
 */
export function bandwidths(sorted: Float64Array, low: number, high: number): Float64Array {
  const m = sorted.length;
  const range = high - low;
  const floor = range / Math.min(100, m + 2);
  return sorted.map((centre, index) => {
    const left = index > 0 ? centre - (sorted[index - 1] as number) : m > 1 ? 0 : centre - low;
    const right = index < m - 1 ? (sorted[index + 1] as number) - centre : m > 1 ? 0 : high - centre;
    return Math.min(Math.max(left, right, floor), range);
  });
}

/** The kernels of one parameter: one per observation, then the prior's. */
interface Kernels {
  draw(component: number, rng: Rng): ParamValue;
  /** Adds each kernel's log density (log mass on a grid) at `value`. */
  addLogDensity(value: ParamValue, sums: Float64Array): void;
}

/** A value per observation; undefined where it lacks the parameter or has one that the distribution no longer holds. */
type Observed = readonly (ParamValue | undefined)[];

function categoricalKernels({ choices }: CategoricalDistribution, observed: Observed): Kernels {
  const prior = 1 / (observed.length + 1);
  const total = 1 + choices.length * prior;
  const hit = (1 + prior) / total;
  const miss = prior / total;
  const picks = [...observed, undefined];
  const probability = (pick: ParamValue | undefined, value: ParamValue): number =>
    pick === undefined ? 1 / choices.length : pick === value ? hit : miss;
  return {
    draw(component, rng) {
      const pick = picks[component];
      let left = rng.next();
      const chosen = choices.find((choice) => {
        left -= probability(pick, choice);
        return left < 0;
      });
      return chosen ?? (choices.at(-1) as ParamValue);
    },
    addLogDensity(value, sums) {
      for (let k = 0; k < sums.length; k++) (sums[k] as number) += log(probability(picks[k], value));
    },
  };
}

/** Index of the first of the sorted numbers that isn't below x. */
function lowerBound(sorted: Float64Array, x: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) < x) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Centres and widths on the axis, in the order of the observations; the prior is as wide as the axis, on its middle. */
function placeKernels(observed: Float64Array, low: number, high: number): { mu: Float64Array; sigma: Float64Array } {
  const sorted = observed.filter((position) => !Number.isNaN(position)).sort();
  const widths = bandwidths(sorted, low, high);
  const taken = new Uint32Array(sorted.length);
  const mu = new Float64Array(observed.length + 1).fill((low + high) / 2);
  const sigma = new Float64Array(observed.length + 1).fill(high - low);
  observed.forEach((position, index) => {
    if (Number.isNaN(position)) return;
    const first = lowerBound(sorted, position);
    const rank = first + (taken[first] as number);
    (taken[first] as number)++;
    mu[index] = position;
    sigma[index] = widths[rank] as number;
  });
  return { mu, sigma };
}

function numericKernels(distribution: NumericDistribution, observed: Observed): Kernels {
  const axis = axisOf(distribution);
  const positions = Float64Array.from(observed, (v) => (typeof v === "number" ? axis.encode(v) : Number.NaN));
  const { mu, sigma } = placeKernels(positions, axis.low, axis.high);
  const below = mu.map((centre, k) => normalCdf((axis.low - centre) / (sigma[k] as number)));
  const inside = mu.map((centre, k) => normalCdf((axis.high - centre) / (sigma[k] as number)) - (below[k] as number));
  const logInside = inside.map(log);
  const logHeight = sigma.map((width, k) => -log(width) - LOG_SQRT_2PI - (logInside[k] as number));
  const addDensity = (position: number, sums: Float64Array): void => {
    for (let k = 0; k < sums.length; k++) {
      const z = (position - (mu[k] as number)) / (sigma[k] as number);
      (sums[k] as number) += (logHeight[k] as number) - 0.5 * z * z;
    }
  };
  const massOf = ([left, right]: readonly [number, number]): Float64Array =>
    mu.map((centre, k) => {
      const width = sigma[k] as number;
      return logNormalMass((left - centre) / width, (right - centre) / width) - (logInside[k] as number);
    });
  // Candidates on a grid repeat values, and a mass costs far more than a density.
  const masses = new Map<ParamValue, Float64Array>();
  return {
    draw(component, rng) {
      const quantile = (below[component] as number) + rng.next() * (inside[component] as number);
      return axis.decode((mu[component] as number) + (sigma[component] as number) * normalQuantile(quantile));
    },
    addLogDensity(value, sums) {
      const cell = axis.cell(value as number);
      if (cell === null) return addDensity(axis.encode(value as number), sums);
      const mass = masses.get(value) ?? massOf(cell);
      masses.set(value, mass);
      for (let k = 0; k < sums.length; k++) (sums[k] as number) += mass[k] as number;
    },
  };
}

/** One value has mass 1 in every kernel. */
function constantKernels(value: ParamValue): Kernels {
  return { draw: () => value, addLogDensity: () => undefined };
}

function kernelsOf(distribution: Distribution, params: readonly Params[], name: string): Kernels {
  if (sizeOf(distribution) === 1) return constantKernels(valueAt(distribution, 0));
  const observed = params.map((each) => memberOf(distribution, each[name]));
  if (distribution.type === "categorical") return categoricalKernels(distribution, observed);
  return numericKernels(distribution, observed);
}

/** log Σ exp, without overflow. */
function logSumExp(terms: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const term of terms) if (term > largest) largest = term;
  let sum = 0;
  for (const term of terms) sum += exp(term - largest);
  return largest + log(sum);
}

export interface Mixture {
  draw(rng: Rng): Params;
  /** Log of the mixture's density at a point, over the parameters that the point has. */
  logDensity(params: Params): number;
}

function drawComponent(weights: Float64Array, rng: Rng): number {
  let left = rng.next();
  const component = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return component < 0 ? weights.length - 1 : component;
}

/** The mixture over a valid space for the parameters of some trials, oldest first. */
export function parzenMixture(space: Space, params: readonly Params[]): Mixture {
  const weights = kernelWeights(params.length);
  const logWeights = weights.map(log);
  const kernels = new Map(
    Object.entries(space).map(([name, distribution]) => [name, kernelsOf(distribution, params, name)]),
  );
  return {
    draw(rng) {
      const component = drawComponent(weights, rng);
      return buildParams(space, (name) => kernels.get(name)?.draw(component, rng));
    },
    logDensity(point) {
      const sums = logWeights.slice();
      for (const [name, value] of Object.entries(point)) kernels.get(name)?.addLogDensity(value, sums);
      return logSumExp(sums);
    },
  };
}
