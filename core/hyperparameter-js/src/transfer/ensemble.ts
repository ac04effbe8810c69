/**
 * A rank-weighted ensemble of Gaussian processes (Feurer, Letham and Bakshy, "Scalable meta-learning for Bayesian
 * optimization using ranking-weighted Gaussian process ensembles", 2018): one process per earlier task and one of the new
 * study, each weighed by how often it ranks the new trials best.
 */
import type { Inputs } from "../models/gp/kernel.js";
import { type Posterior, type Prediction, type Process, processOf } from "../models/gp/posterior.js";
import type { Rng } from "../random/rng.js";

/** Times that the new trials are drawn anew, with replacement, to weigh the models. */
const SAMPLES = 50;

/** What each model says of each new trial; the new study's own model of a trial hasn't seen that trial. */
type Forecasts = readonly Float64Array[];

/** Means of the process at its own rows, each left out in turn; its parameters are those learned from all. */
export function leaveOneOut({ inputs, hyper }: Process, y: Float64Array): Float64Array {
  const width = inputs.dimensions.length;
  return y.map((_, left) => {
    const cells = new Float64Array((inputs.rows - 1) * width);
    cells.set(inputs.cells.subarray(0, left * width));
    cells.set(inputs.cells.subarray((left + 1) * width, inputs.rows * width), left * width);
    const others: Inputs = { ...inputs, rows: inputs.rows - 1, cells };
    const rest = y.filter((__, at) => at !== left);
    return processOf(others, rest, hyper).predict(inputs.cells.subarray(left * width, (left + 1) * width)).mean;
  });
}

/** How many pairs of the drawn trials a model ranks otherwise than they came out. */
function misranked(forecast: Float64Array, y: Float64Array, drawn: readonly number[]): number {
  let wrong = 0;
  for (const a of drawn)
    for (const b of drawn) {
      const less = (forecast[a] as number) < (forecast[b] as number);
      if (less !== (y[a] as number) < (y[b] as number)) wrong++;
    }
  return wrong;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

/**
 * The share of draws in which each model misranks least; the last model is the new study's own, and wins ties. Others
 * whose median is worse than its 95th percentile are left out, so that many poor ones don't dilute it.
 */
export function rankWeights(forecasts: Forecasts, y: Float64Array, rng: Rng): Float64Array {
  const draws = Array.from({ length: SAMPLES }, () => Array.from(y, () => rng.int(y.length)));
  const losses = forecasts.map((forecast) => draws.map((drawn) => misranked(forecast, y, drawn)));
  const own = (losses.at(-1) as number[]).toSorted((a, b) => a - b);
  const limit = own[Math.floor(0.95 * (SAMPLES - 1))] as number;
  const weights = new Float64Array(forecasts.length);
  for (let sample = 0; sample < SAMPLES; sample++) {
    let winner = forecasts.length - 1;
    losses.forEach((loss, model) => {
      if (median(loss) <= limit && (loss[sample] as number) < (losses[winner]?.[sample] as number)) winner = model;
    });
    weights[winner] = (weights[winner] as number) + 1;
  }
  return weights.map((wins) => wins / SAMPLES);
}

/** Mean Σ w·μ and variance Σ w²·σ² of models that are taken as independent. */
export class Ensemble implements Posterior {
  readonly #parts: readonly (readonly [weight: number, model: Posterior])[];

  constructor(models: readonly Posterior[], weights: Float64Array) {
    this.#parts = models.map((model, at) => [weights[at] as number, model] as const).filter(([weight]) => weight > 0);
  }

  predict(x: Float64Array): Prediction {
    let [mean, variance] = [0, 0];
    for (const [weight, model] of this.#parts) {
      const part = model.predict(x);
      mean += weight * part.mean;
      variance += weight * weight * part.variance;
    }
    return { mean, variance };
  }

  slopes(x: Float64Array, mean: Float64Array, variance: Float64Array): Prediction {
    const [ofMean, ofVariance] = [new Float64Array(x.length), new Float64Array(x.length)];
    let sum: Prediction = { mean: 0, variance: 0 };
    mean.fill(0);
    variance.fill(0);
    for (const [weight, model] of this.#parts) {
      const part = model.slopes(x, ofMean, ofVariance);
      sum = { mean: sum.mean + weight * part.mean, variance: sum.variance + weight * weight * part.variance };
      for (let p = 0; p < x.length; p++) {
        mean[p] = (mean[p] as number) + weight * (ofMean[p] as number);
        variance[p] = (variance[p] as number) + weight * weight * (ofVariance[p] as number);
      }
    }
    return sum;
  }
}

/** A process of what a weighted mean of others leaves unexplained: mean slope · μ + μ_r, variance of the rest. */
export class Stacked implements Posterior {
  readonly #others: Posterior;
  readonly #slope: number;
  readonly #rest: Posterior;

  constructor(others: Posterior, slope: number, rest: Posterior) {
    this.#others = others;
    this.#slope = slope;
    this.#rest = rest;
  }

  predict(x: Float64Array): Prediction {
    const { mean, variance } = this.#rest.predict(x);
    return { mean: mean + this.#slope * this.#others.predict(x).mean, variance };
  }

  slopes(x: Float64Array, mean: Float64Array, variance: Float64Array): Prediction {
    const [ofMean, ofVariance] = [new Float64Array(x.length), new Float64Array(x.length)];
    const others = this.#others.slopes(x, ofMean, ofVariance);
    const rest = this.#rest.slopes(x, mean, variance);
    for (let p = 0; p < x.length; p++) mean[p] = (mean[p] as number) + this.#slope * (ofMean[p] as number);
    return { mean: rest.mean + this.#slope * others.mean, variance: rest.variance };
  }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The steepest that a task's differences are taken to be in the new study, both in deviations. */
const STEEPEST = 2;

/** Least squares' slope of y by x, but not below 0: what others say is used as they say it, or not at all. */
export function slopeBetween(x: Float64Array, y: Float64Array): number {
  const [xMean, yMean] = [meanOf(x), meanOf(y)];
  let [both, square] = [0, 0];
  for (let at = 0; at < x.length; at++) {
    const off = (x[at] as number) - xMean;
    both += off * ((y[at] as number) - yMean);
    square += off * off;
  }
  return square === 0 ? 0 : Math.min(Math.max(both / square, 0), STEEPEST);
}
