/** The answers of the training rows, as numbers that averages can be taken of. */
import type { Training } from "./part.js";

/** Answers as numbers: one of a regression or of two classes, else one a class. */
export interface Answers {
  /** [rows, each] row by row; of a regression standardised */
  readonly values: Float64Array;
  readonly each: number;
  /** [rows], 1 on average */
  readonly weight: Float64Array;
}

export function answersOf({ spec, train: { truth, weight } }: Training): Answers {
  const total = weight === null ? 1 : weight.reduce((sum, share) => sum + share, 0) / truth.length;
  const shares = Float64Array.from(truth, (_, row) => (weight === null ? 1 : (weight[row] as number) / total));
  if (spec.task !== "multiclass")
    return { values: spec.task === "binary" ? truth : standardised(truth), each: 1, weight: shares };
  const each = spec.classes.length;
  const values = new Float64Array(truth.length * each);
  truth.forEach((code, row) => {
    values[row * each + code] = 1;
  });
  return { values, each, weight: shares };
}

/** So that the numbers are of the size of a model's other ones, whatever the unit of the target. */
function standardised(truth: Float64Array): Float64Array {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const variance = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0) / truth.length;
  return truth.map((value) => (variance > 0 ? (value - mean) / Math.sqrt(variance) : 0));
}
