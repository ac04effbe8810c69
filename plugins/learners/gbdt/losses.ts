/**
 * What trees are fitted by: the scores to begin with, first and second derivatives, and scores to predictions. Scores stand
 * output by output, [outputs × rows].
 */
import { classWeights, type Prediction, type TaskSpec, type TrainingAnswers } from "../../../core/plugin/index.js";

/** What makes predictions of scores, in the exported graph too. `shares`: as they are, from 0 on, scaled to a sum of 1. */
export type Link = "identity" | "exponential" | "sigmoid" | "softmax" | "shares";

export interface Loss {
  readonly link: Link;
  /** The constant scores of the least loss; one score, and so one tree of a round, for each output. [outputs] */
  start(spec: TaskSpec, answers: TrainingAnswers): Float64Array;
  /** What one round's derivatives have in common, made before its first tree; changes with no tree of the round. */
  prepare(scores: Float64Array, outputs: number): Float64Array;
  /** First and second derivative of each row's loss in its score of one output, by turns. [rows × 2] */
  differentiate(prepared: Float64Array, output: number, answers: TrainingAnswers, pairs: Float32Array): void;
  /**
   * The step of the least loss for rows of these scores, where the quadratic model of the loss doesn't know it.
   * @param rows numbers of the rows of a leaf, one at least
   */
  step?(rows: Int32Array, scores: Float64Array, answers: TrainingAnswers): number;
}

/** Second derivatives don't get smaller: a row that is right beyond doubt would make a leaf's value 0 / 0. */
const LEAST_BEND = 1e-16;
/** Share of a class that no row has, so that its score is finite. */
const LEAST_SHARE = 1e-6;

export const squared: Loss = {
  link: "identity",
  start: () => new Float64Array(1),
  prepare: (scores) => scores,
  differentiate(scores, _, { truth, weight }, pairs) {
    for (let row = 0; row < truth.length; row++) {
      const share = weight[row] as number;
      pairs[2 * row] = share * ((scores[row] as number) - (truth[row] as number));
      pairs[2 * row + 1] = share;
    }
  },
};

/** Log loss of class 1 with probability 1 / (1 + e^−score). */
export const logistic: Loss = {
  link: "sigmoid",
  start(spec, { truth, weight }) {
    const [no = 0, yes = 0] = classWeights(spec, truth, weight);
    return Float64Array.of(Math.log(yes / no));
  },
  prepare: (scores) => scores,
  differentiate(scores, _, { truth, weight }, pairs) {
    for (let row = 0; row < truth.length; row++) {
      const share = weight[row] as number;
      const probability = sigmoid(scores[row] as number);
      pairs[2 * row] = share * (probability - (truth[row] as number));
      pairs[2 * row + 1] = share * Math.max(probability * (1 - probability), LEAST_BEND);
    }
  },
};

/** Log loss of the softmax over one score a class. */
export const softmax: Loss = {
  link: "softmax",
  start(spec, { truth, weight }) {
    return classWeights(spec, truth, weight).map((share) => Math.log(Math.max(share / truth.length, LEAST_SHARE)));
  },
  prepare: softmaxOf,
  differentiate(probabilities, output, { truth, weight }, pairs) {
    const outputs = probabilities.length / truth.length;
    // Friedman, "Greedy function approximation", 2001, §4.6: the scores share one degree of freedom
    const factor = outputs / (outputs - 1);
    for (let row = 0; row < truth.length; row++) {
      const share = weight[row] as number;
      const probability = probabilities[row * outputs + output] as number;
      pairs[2 * row] = share * (probability - (truth[row] === output ? 1 : 0));
      pairs[2 * row + 1] = share * Math.max(factor * probability * (1 - probability), LEAST_BEND);
    }
  },
};

/** Squared error of the share of each class, of two classes of the second one: trees split by the Gini index. */
export const shares: Loss = {
  link: "shares",
  start(spec, { truth, weight }) {
    const all = classWeights(spec, truth, weight).map((share) => share / truth.length);
    return all.length === 2 ? all.subarray(1) : all;
  },
  prepare: (scores) => scores,
  differentiate(scores, output, { truth, weight }, pairs) {
    const rows = truth.length;
    const code = scores.length === rows ? 1 : output;
    for (let row = 0; row < rows; row++) {
      const share = weight[row] as number;
      pairs[2 * row] = share * ((scores[output * rows + row] as number) - (truth[row] === code ? 1 : 0));
      pairs[2 * row + 1] = share;
    }
  },
};

/** Huber's: squared up to `delta`, and linear beyond. @param delta in standard deviations of the target, above 0 */
export function huber(delta: number): Loss {
  return {
    ...squared,
    differentiate(scores, _, { truth, weight }, pairs) {
      for (let row = 0; row < truth.length; row++) {
        const share = weight[row] as number;
        const miss = (scores[row] as number) - (truth[row] as number);
        pairs[2 * row] = share * Math.min(Math.max(miss, -delta), delta);
        pairs[2 * row + 1] = share;
      }
    },
  };
}

/**
 * The pinball loss, whose least is at a quantile. It has no curvature: trees are split by its slopes, and leaves then
 * take the quantile of what their rows miss, as Friedman's "Greedy function approximation", 2001, does for the median.
 * @param level 0 … 1, both excluded; one half is the absolute error
 */
export function quantile(level: number): Loss {
  return {
    link: "identity",
    start: (_, { truth, weight }) => Float64Array.of(weightedQuantile(truth, weight, level)),
    prepare: (scores) => scores,
    differentiate(scores, _, { truth, weight }, pairs) {
      for (let row = 0; row < truth.length; row++) {
        const share = weight[row] as number;
        pairs[2 * row] = share * ((scores[row] as number) >= (truth[row] as number) ? 1 - level : -level);
        pairs[2 * row + 1] = share;
      }
    },
    step(rows, scores, { truth, weight }) {
      const missed = Float64Array.from(rows, (row) => (truth[row] as number) - (scores[row] as number));
      const shares = Float64Array.from(rows, (row) => weight[row] as number);
      return weightedQuantile(missed, shares, level);
    },
  };
}

/** Negative log likelihood of counts whose mean is e^score. */
export const poisson: Loss = {
  link: "exponential",
  start(_, { truth, weight }) {
    const mean = truth.reduce((sum, value, row) => sum + value * (weight[row] as number), 0) / truth.length;
    return Float64Array.of(Math.log(Math.max(mean, LEAST_SHARE)));
  },
  prepare: (scores) => scores,
  differentiate(scores, _, { truth, weight }, pairs) {
    for (let row = 0; row < truth.length; row++) {
      const share = weight[row] as number;
      const mean = Math.exp(scores[row] as number);
      pairs[2 * row] = share * (mean - (truth[row] as number));
      pairs[2 * row + 1] = share * Math.max(mean, LEAST_BEND);
    }
  },
};

/** The value up to which this share of the weight lies. */
function weightedQuantile(values: Float64Array, weight: Float64Array, level: number): number {
  const order = Int32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const total = weight.reduce((sum, share) => sum + share, 0);
  let below = 0;
  for (const row of order) {
    below += weight[row] as number;
    if (below >= level * total) return values[row] as number;
  }
  return values[order.at(-1) as number] as number;
}

/** Class probabilities row by row, or values. @param scores [outputs × rows] */
export function linked(link: Link, scores: Float64Array, outputs: number): Prediction {
  return LINKS[link](scores, outputs);
}

/** Probabilities and counts below are taken for it, so that scores are finite: single precision says 0 there. */
export const LEAST = 1e-7;

/**
 * The scores that `linked` makes these predictions of, [outputs × rows].
 * @throws TypeError of shares, which are a mean and go on from nothing
 */
export function unlinked(link: Link, prediction: Prediction, outputs: number): Float64Array {
  const inverse = INVERSES[link];
  if (inverse === undefined) throw new TypeError(`there are no scores to go on from by ${link}`);
  return inverse(prediction, outputs);
}

const INVERSES: Readonly<Partial<Record<Link, (prediction: Prediction, outputs: number) => Float64Array>>> = {
  identity: (values) => values.slice(),
  exponential: (means) => means.map(logOf),
  sigmoid: (pairs) =>
    Float64Array.from({ length: pairs.length / 2 }, (_, row) => {
      return logOf(pairs[2 * row + 1] as number) - logOf(pairs[2 * row] as number);
    }),
  softmax(shares, outputs) {
    const rows = shares.length / outputs;
    return Float64Array.from(shares, (_, at) => logOf(shares[(at % rows) * outputs + Math.floor(at / rows)] as number));
  },
};

function logOf(share: number): number {
  return Math.log(Math.max(share, LEAST));
}

const LINKS: Readonly<Record<Link, (scores: Float64Array, outputs: number) => Prediction>> = {
  identity: (scores) => scores,
  exponential: (scores) => scores.map(Math.exp),
  sigmoid: (scores) => pairsOf(scores, (score) => [sigmoid(-score), sigmoid(score)]),
  softmax: softmaxOf,
  shares: sharesOf,
};

function pairsOf(scores: Float64Array, of: (score: number) => readonly [number, number]): Prediction {
  const made = new Float64Array(scores.length * 2);
  scores.forEach((score, row) => {
    [made[2 * row], made[2 * row + 1]] = of(score);
  });
  return made;
}

/** Keeps the sum of shares away from 0 where all of them are. */
export const TINY = 1e-12;

function sharesOf(scores: Float64Array, outputs: number): Prediction {
  const clipped = (score: number) => Math.min(Math.max(score, 0), 1);
  if (outputs === 1) return pairsOf(scores, (score) => [1 - clipped(score), clipped(score)]);
  const rows = scores.length / outputs;
  const made = new Float64Array(scores.length);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let output = 0; output < outputs; output++) {
      const share = clipped(scores[output * rows + row] as number) + TINY;
      made[row * outputs + output] = share;
      sum += share;
    }
    for (let cell = row * outputs; cell < (row + 1) * outputs; cell++) made[cell] = (made[cell] as number) / sum;
  }
  return made;
}

function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

/** Row by row, [rows × outputs], from scores output by output. */
function softmaxOf(scores: Float64Array, outputs: number): Float64Array {
  const rows = scores.length / outputs;
  const made = new Float64Array(scores.length);
  for (let row = 0; row < rows; row++) {
    let most = -Infinity;
    for (let output = 0; output < outputs; output++) most = Math.max(most, scores[output * rows + row] as number);
    let sum = 0;
    for (let output = 0; output < outputs; output++) {
      const share = Math.exp((scores[output * rows + row] as number) - most);
      made[row * outputs + output] = share;
      sum += share;
    }
    for (let cell = row * outputs; cell < (row + 1) * outputs; cell++) made[cell] = (made[cell] as number) / sum;
  }
  return made;
}
