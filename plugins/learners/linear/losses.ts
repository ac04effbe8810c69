/** What a linear model is fitted by, as a table by task: loss and its derivative in the scores, and scores to predictions. */
import type { Prediction, Task, TaskSpec, Truth } from "../../../core/plugin/index.js";

export interface Answers {
  /** Class codes; of a regression standardised. [rows] */
  readonly truth: Truth;
  /** Sums to 1, so that losses are means. [rows] */
  readonly weight: Float64Array;
}

export interface Loss {
  /** Scores that each row has. */
  outputs(spec: TaskSpec): number;
  /** The weighted mean loss; overwrites `scores` with its derivative in each of them. */
  differentiate(scores: Float64Array, answers: Answers): number;
  /** Second derivative of the mean loss in each score, at the best constant scores. [outputs] */
  bends(spec: TaskSpec, answers: Answers): number[];
}

/** Row by row over one score: `of` gives loss and derivative. */
function oneScore(of: (score: number, answer: number) => readonly [number, number]): Loss["differentiate"] {
  return (scores, { truth, weight }) => {
    let sum = 0;
    for (let row = 0; row < scores.length; row++) {
      const share = weight[row] as number;
      const [loss, derivative] = of(scores[row] as number, truth[row] as number);
      sum += share * loss;
      scores[row] = share * derivative;
    }
    return sum;
  };
}

/** One exponential, of a number that is not positive, serves both and can't overflow. */
function logistic(score: number, answer: number): readonly [number, number] {
  const small = Math.exp(-Math.abs(score));
  const probability = (score >= 0 ? 1 : small) / (1 + small);
  return [Math.max(score, 0) + Math.log1p(small) - answer * score, probability - answer];
}

export const LOSSES: Readonly<Record<Task, Loss>> = {
  /** Half the squared error. */
  regression: {
    outputs: () => 1,
    bends: () => [1],
    differentiate: oneScore((score, answer) => [(score - answer) ** 2 / 2, score - answer]),
  },
  /** Log loss of class 1 with probability 1 / (1 + e^−score). */
  binary: {
    outputs: () => 1,
    bends: (spec, answers) => spreads(spec, answers).slice(1),
    differentiate: oneScore(logistic),
  },
  /** Log loss of the softmax over one score a class. */
  multiclass: {
    outputs: (spec) => spec.classes.length,
    bends: spreads,
    differentiate: (scores, { truth, weight }) => {
      const outputs = scores.length / truth.length;
      let sum = 0;
      for (let row = 0; row < truth.length; row++) {
        const cells = scores.subarray(row * outputs, (row + 1) * outputs);
        const own = cells[truth[row] as number] as number;
        const share = weight[row] as number;
        sum += share * (softmax(cells) - own);
        for (let output = 0; output < outputs; output++) cells[output] = share * (cells[output] as number);
        cells[truth[row] as number] = (cells[truth[row] as number] as number) - share;
      }
      return sum;
    },
  },
};

/** p (1 − p) for the share p of each class, kept off 0 for a class that no row has. */
function spreads(spec: TaskSpec, { truth, weight }: Answers): number[] {
  const shares = spec.classes.map(() => 0);
  truth.forEach((code, row) => {
    shares[code] = (shares[code] as number) + (weight[row] as number);
  });
  return shares.map((share) => Math.max(share * (1 - share), 1e-3));
}

/** Turns the scores of one row into probabilities, in place; returns ln Σ eˢ. */
function softmax(scores: Float64Array): number {
  let most = -Infinity;
  for (const score of scores) most = Math.max(most, score);
  let sum = 0;
  for (let output = 0; output < scores.length; output++) {
    const share = Math.exp((scores[output] as number) - most);
    scores[output] = share;
    sum += share;
  }
  for (let output = 0; output < scores.length; output++) scores[output] = (scores[output] as number) / sum;
  return most + Math.log(sum);
}

/** Predictions from scores [rows × classes], in place; those of a regression are predictions already. */
export function predictions(scores: Float64Array, spec: TaskSpec): Prediction {
  const width = spec.classes.length;
  if (spec.task === "regression") return scores;
  for (let at = 0; at < scores.length; at += width) softmax(scores.subarray(at, at + width));
  return scores;
}
