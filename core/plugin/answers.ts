/** The target as most learners fit it: checked, standardised where it is a value, with weights of mean 1. */
import { LearnerFailure } from "../learner-failure.js";
import type { Labelled, TaskSpec, Truth } from "./table.js";

export interface TrainingAnswers {
  /** Class codes; for regression (value − mean) / scale, so that penalties mean the same for every unit. [rows] */
  readonly truth: Truth;
  /** Of mean 1, so that a sum of them is comparable with a number of rows. [rows] */
  readonly weight: Float64Array;
  /** Of a regression target, weighted; 0 and 1 for classes. */
  readonly mean: number;
  readonly scale: number;
}

/**
 * @param balanced each class that is there weighs the same
 * @throws LearnerFailure no_rows, target_not_finite, one_class: nothing can be learned from such rows
 */
export function trainingAnswers(spec: TaskSpec, { truth, weight }: Labelled, balanced: boolean): TrainingAnswers {
  if (truth.length === 0) throw new LearnerFailure("no_rows", "there are no training rows");
  if (!truth.every(Number.isFinite))
    throw new LearnerFailure("target_not_finite", "the target has values that are not finite");
  const shares = normalised(weight, truth.length);
  if (spec.task === "regression") return standardised(truth, shares);
  const present = classWeights(spec, truth, shares).filter((share) => share > 0).length;
  if (present < 2) throw new LearnerFailure("one_class", "all training rows are of one class");
  return { truth, weight: balanced ? evened(spec, truth, shares) : shares, mean: 0, scale: 1 };
}

/** Weights of the same sum with which each class that is there weighs the same. */
export function evened(spec: TaskSpec, truth: Truth, weight: Float64Array): Float64Array {
  const byClass = classWeights(spec, truth, weight);
  const each = weight.reduce((sum, share) => sum + share, 0) / byClass.filter((share) => share > 0).length;
  return weight.map((share, row) => (share * each) / (byClass[truth[row] as number] as number));
}

/** What the rows of each class weigh. [classes] */
export function classWeights({ classes }: TaskSpec, truth: Truth, weight: Float64Array): Float64Array {
  const byClass = new Float64Array(classes.length);
  truth.forEach((code, row) => {
    byClass[code] = (byClass[code] as number) + (weight[row] as number);
  });
  return byClass;
}

function normalised(weight: Float64Array | null, rows: number): Float64Array {
  if (weight === null) return new Float64Array(rows).fill(1);
  const total = weight.reduce((sum, share) => sum + share, 0);
  if (total > 0 && Number.isFinite(total)) return weight.map((share) => (share * rows) / total);
  throw new LearnerFailure("no_rows", `the rows weigh ${total} together`);
}

function standardised(truth: Truth, weight: Float64Array): TrainingAnswers {
  const average = (of: (value: number) => number) =>
    truth.reduce((sum, value, row) => sum + (weight[row] as number) * of(value), 0) / truth.length;
  const mean = average((value) => value);
  const deviation = Math.sqrt(average((value) => (value - mean) ** 2));
  const scale = deviation > 0 ? deviation : 1;
  return { truth: truth.map((value) => (value - mean) / scale), weight, mean, scale };
}
