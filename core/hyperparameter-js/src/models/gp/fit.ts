/** Lengths and noise of a Gaussian process from its data: the maximum of likelihood times prior. */
import { exp, log } from "../../math/elementary.js";
import { minimizeBounded } from "../../math/lbfgsb.js";
import type { Inputs } from "./kernel.js";
import { type Likelihood, likelihoodOf } from "./likelihood.js";
import { type Hyperparameters, inUnits, type Process, processOf, unitOf } from "./posterior.js";

export interface FitOptions {
  /** Variance of the noise as a share of the function's: 1e-8 … 1. Default: learned. */
  readonly noise?: number;
}

/** log of a parameter: its prior, a normal distribution; the bounds of the search, and where it starts. */
interface Rule {
  readonly mean: number;
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
  readonly start: number;
}

/**
 * Lengths: LogNormal(√2 + ½·log d, √3) of Hvarfner et al., "Vanilla Bayesian optimization performs great in high
 * dimensions", ICML 2024, which grows with the number of dimensions as distances do.
 */
function lengthRule(d: number): Rule {
  const mean = Math.SQRT2 + 0.5 * log(d);
  return { mean, deviation: Math.sqrt(3), low: log(0.02), high: log(100), start: log(0.5) };
}

/** θ = ℓ⁻², so that the rule of log ℓ is turned around and stretched. */
function inverseSquare({ mean, deviation, low, high, start }: Rule): Rule {
  return { mean: -2 * mean, deviation: 2 * deviation, low: -2 * high, high: -2 * low, start: -2 * start };
}

const NOISE: Rule = { mean: log(1e-4), deviation: 2, low: log(1e-8), high: 0, start: log(1e-4) };

function fixed(value: number): Rule {
  return { mean: value, deviation: 1, low: value, high: value, start: value };
}

/** Steps of the search: what comes later moves the proposal by less than the next value will. */
const STEPS = { iterations: 40, tolerance: 1e-2, progress: 1e-5 } as const;

function mostProbable(likelihood: Likelihood, rules: readonly Rule[]): Float64Array {
  const { x } = minimizeBounded({
    ...STEPS,
    start: Float64Array.from(rules, ({ start }) => start),
    low: Float64Array.from(rules, ({ low }) => low),
    high: Float64Array.from(rules, ({ high }) => high),
    value(parameters, gradient) {
      let total = likelihood.value(parameters, gradient);
      rules.forEach(({ mean, deviation }, k) => {
        const off = ((parameters[k] as number) - mean) / deviation;
        total += 0.5 * off * off;
        (gradient[k] as number) += off / deviation;
      });
      return total;
    },
  });
  return x;
}

/** Hyperparameters that explain values `y` in units (mean 0, variance 1) best. */
function fitHyperparameters(inputs: Inputs, y: Float64Array, { noise }: FitOptions): Hyperparameters {
  const d = inputs.dimensions.length;
  const likelihood = likelihoodOf(inputs, y);
  const ofLength = inverseSquare(lengthRule(d));
  const rules = [...inputs.dimensions.map(() => ofLength), noise === undefined ? NOISE : fixed(log(noise))];
  const best = mostProbable(likelihood, rules);
  likelihood.value(best, new Float64Array(d + 1));
  return { theta: best.subarray(0, d).map(exp), scale: likelihood.scale(), noise: exp(best[d] as number) };
}

/**
 * A Gaussian process of finite values `y`, one a row of `inputs`, in any unit. O(rows³). At least one row and one
 * dimension; rows may repeat.
 */
export function fitGp(inputs: Inputs, y: Float64Array, options: FitOptions = {}): Process {
  return processOf(inputs, y, fitHyperparameters(inputs, inUnits(y, unitOf(y)), options));
}
