/**
 * What trees are fitted by, as a table by task: the scores to begin with, first and second derivatives, and scores to
 * predictions. Scores stand output by output, [outputs × rows].
 */
import {
  classWeights,
  type Prediction,
  type Task,
  type TaskSpec,
  type TrainingAnswers,
} from "../../../core/plugin/index.js";

export interface Loss {
  /** The constant scores of the least loss; one score, and so one tree of a round, for each output. [outputs] */
  start(spec: TaskSpec, answers: TrainingAnswers): Float64Array;
  /** What one round's derivatives have in common, made before its first tree; changes with no tree of the round. */
  prepare(scores: Float64Array, outputs: number): Float64Array;
  /** First and second derivative of each row's loss in its score of one output, by turns. [rows × 2] */
  differentiate(prepared: Float64Array, output: number, answers: TrainingAnswers, pairs: Float32Array): void;
  /** Class probabilities row by row, or values. */
  predictions(scores: Float64Array, outputs: number): Prediction;
}

/** Second derivatives don't get smaller: a row that is right beyond doubt would make a leaf's value 0 / 0. */
const LEAST_BEND = 1e-16;
/** Share of a class that no row has, so that its score is finite. */
const LEAST_SHARE = 1e-6;

const squared: Loss = {
  start: () => new Float64Array(1),
  prepare: (scores) => scores,
  differentiate(scores, _, { truth, weight }, pairs) {
    for (let row = 0; row < truth.length; row++) {
      const share = weight[row] as number;
      pairs[2 * row] = share * ((scores[row] as number) - (truth[row] as number));
      pairs[2 * row + 1] = share;
    }
  },
  predictions: (scores) => scores,
};

/** Log loss of class 1 with probability 1 / (1 + e^−score). */
const logistic: Loss = {
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
  predictions(scores) {
    const made = new Float64Array(scores.length * 2);
    scores.forEach((score, row) => {
      made[2 * row] = sigmoid(-score);
      made[2 * row + 1] = sigmoid(score);
    });
    return made;
  },
};

/** Log loss of the softmax over one score a class. */
const softmax: Loss = {
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
  predictions: softmaxOf,
};

export const LOSSES: Readonly<Record<Task, Loss>> = { regression: squared, binary: logistic, multiclass: softmax };

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
