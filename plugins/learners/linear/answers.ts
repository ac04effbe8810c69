/** The target as a linear model is fitted to it. */
import { type Labelled, LearnerFailure, type Task, type TaskSpec, type Truth } from "../../../core/plugin/index.js";
import { moments } from "./encoding.js";

export interface Answers {
  /** Class codes; for regression (value − mean) / scale. [rows] */
  readonly truth: Truth;
  /** Sums to 1, so that losses are means. [rows] */
  readonly weight: Float64Array;
  /** Of a regression target; 0 and 1 for classes. */
  readonly mean: number;
  readonly scale: number;
}

/** @throws LearnerFailure no_rows, target_not_finite, one_class: nothing can be learned from such rows */
export function trainingAnswers(spec: TaskSpec, { truth, weight }: Labelled, balanced: boolean): Answers {
  if (truth.length === 0) throw new LearnerFailure("no_rows", "there are no training rows");
  if (!truth.every(Number.isFinite))
    throw new LearnerFailure("target_not_finite", "the target has values that are not finite");
  if (spec.task === "regression") {
    const { mean, deviation } = moments(truth, weight);
    return standardised({
      truth,
      weight: normalised(weight, truth.length),
      mean,
      scale: deviation > 0 ? deviation : 1,
    });
  }
  const shares = normalised(weight, truth.length);
  const byClass = new Float64Array(spec.classes.length);
  truth.forEach((code, row) => {
    byClass[code] = (byClass[code] as number) + (shares[row] as number);
  });
  if (byClass.filter((share) => share > 0).length < 2)
    throw new LearnerFailure("one_class", "all training rows are of one class");
  return { truth, weight: balanced ? evened(truth, shares, byClass) : shares, mean: 0, scale: 1 };
}

/** Answers of other rows, in the units of the training ones; null where there are none to judge by. */
export function otherAnswers(training: Answers, { truth, weight }: Labelled): Answers | null {
  if (truth.length === 0) return null;
  return standardised({ ...training, truth, weight: normalised(weight, truth.length) });
}

/** A mean loss in the unit that people read: log loss, or the root mean squared error of a regression. */
export function scoreOf(task: Task, loss: number, { scale }: Answers): number {
  return task === "regression" ? Math.sqrt(2 * loss) * scale : loss;
}

function standardised(answers: Answers): Answers {
  const { truth, mean, scale } = answers;
  return mean === 0 && scale === 1 ? answers : { ...answers, truth: truth.map((value) => (value - mean) / scale) };
}

function normalised(weight: Float64Array | null, rows: number): Float64Array {
  if (weight === null) return new Float64Array(rows).fill(1 / rows);
  const total = weight.reduce((sum, share) => sum + share, 0);
  if (total > 0 && Number.isFinite(total)) return weight.map((share) => share / total);
  throw new LearnerFailure("no_rows", `the rows weigh ${total} together`);
}

/** Weights under which each class that is there weighs the same. */
function evened(truth: Truth, shares: Float64Array, byClass: Float64Array): Float64Array {
  const present = byClass.filter((share) => share > 0).length;
  return shares.map((share, row) => share / (present * (byClass[truth[row] as number] as number)));
}
