/** Lengths and noise of a Gaussian process from its data: the maximum of likelihood times prior. */
import { exp, log } from "../../math/elementary.js";
import { minimizeBounded } from "../../math/lbfgsb.js";
import type { Dimension, Inputs } from "./kernel.js";
import { type Likelihood, likelihoodOf } from "./likelihood.js";
import { type Hyperparameters, inUnits, type Process, processOf, unitOf } from "./posterior.js";
import { chooseRows, takeRows } from "./rows.js";

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
  /** What the search takes as one: the better the directions are alike in curvature, the fewer steps it takes. */
  readonly unit: number;
}

/**
 * Lengths grow with √d, as distances do (Hvarfner, Hellsten and Nardi, "Vanilla Bayesian optimization performs great in high
 * dimensions", ICML 2024). For numbers the prior is shorter and narrower than theirs: of few values a long length is easily
 * believed, and then one hollow is taken for the only one. Choices are alike or not, and say so within fewer values.
 */
const LENGTHS: Readonly<Record<Dimension, { readonly median: number; readonly deviation: number }>> = {
  number: { median: 0.2, deviation: 0.4 },
  category: { median: 0.67, deviation: 1.2 },
};

/** The values bend most along lengths, and little along the noise. */
const UNITS = { length: 0.2, noise: 2 } as const;

function lengthRule(kind: Dimension, d: number): Rule {
  const { median, deviation } = LENGTHS[kind];
  const mean = log(median * Math.sqrt(d));
  return { mean, deviation, low: log(0.02), high: log(100), start: log(0.5), unit: UNITS.length };
}

/** θ = ℓ⁻², so that the rule of log ℓ is turned around and stretched. */
function inverseSquare({ mean, deviation, low, high, start, unit }: Rule): Rule {
  const around = { low: -2 * high, high: -2 * low, start: -2 * start };
  return { ...around, mean: -2 * mean, deviation: 2 * deviation, unit: 2 * unit };
}

const NOISE: Rule = { mean: log(1e-6), deviation: 2, low: log(1e-8), high: 0, start: log(1e-4), unit: UNITS.noise };

function fixed(value: number): Rule {
  return { mean: value, deviation: 1, low: value, high: value, start: value, unit: 1 };
}

/** Steps of the search: what comes later moves the proposal by less than the next value will. */
const STEPS = { iterations: 40, tolerance: 1e-2, progress: 1e-5 } as const;

function mostProbable(likelihood: Likelihood, rules: readonly Rule[]): Float64Array {
  const scaled = (of: "start" | "low" | "high") => Float64Array.from(rules, (rule) => rule[of] / rule.unit);
  const parametersAt = (x: Float64Array) => x.map((each, k) => each * (rules[k] as Rule).unit);
  const { x } = minimizeBounded({
    ...STEPS,
    start: scaled("start"),
    low: scaled("low"),
    high: scaled("high"),
    value(at, gradient) {
      const parameters = parametersAt(at);
      let total = likelihood.value(parameters, gradient);
      rules.forEach(({ mean, deviation, unit }, k) => {
        const off = ((parameters[k] as number) - mean) / deviation;
        total += 0.5 * off * off;
        gradient[k] = unit * ((gradient[k] as number) + off / deviation);
      });
      return total;
    },
  });
  return parametersAt(x);
}

/** Rows that lengths and noise are learned from; the posterior is of all. */
const MOST_FITTED = 150;

/** Hyperparameters that explain values `y` in units (mean 0, variance 1) best. */
function fitHyperparameters(inputs: Inputs, y: Float64Array, { noise }: FitOptions): Hyperparameters {
  const d = inputs.dimensions.length;
  const likelihood = likelihoodOf(inputs, y);
  const lengths = inputs.dimensions.map((kind) => inverseSquare(lengthRule(kind, d)));
  const rules = [...lengths, noise === undefined ? NOISE : fixed(log(noise))];
  const best = mostProbable(likelihood, rules);
  likelihood.value(best, new Float64Array(d + 1));
  return { theta: best.subarray(0, d).map(exp), scale: likelihood.scale(), noise: exp(best[d] as number) };
}

/**
 * A Gaussian process of finite values `y`, one a row of `inputs`, in any unit. O(rows³). At least one row and one
 * dimension; rows may repeat. Of more than 150 rows a part is what lengths and noise are learned from.
 */
export function fitGp(inputs: Inputs, y: Float64Array, options: FitOptions = {}): Process {
  const rows = chooseRows(y, MOST_FITTED);
  const values = Float64Array.from(rows, (row) => y[row] as number);
  const hyper = fitHyperparameters(takeRows(inputs, rows), inUnits(values, unitOf(values)), options);
  return processOf(inputs, y, hyper);
}
