/** The two products of a linear model's design matrix, of which only the numbers are kept that aren't 0. */
import type { SparseRows } from "../../../core/plugin/index.js";

/** Coefficients of all outputs, [(width + 1) × outputs] row by row; the last row is the intercepts. */
export interface Coefficients {
  readonly values: Float64Array;
  readonly outputs: number;
}

/** Multiply-adds of one product. */
export function costOf(design: SparseRows, outputs: number): number {
  return design.values.length * outputs;
}

/** Design × coefficients, [rows × outputs]. */
export function multiply(design: SparseRows, { values, outputs }: Coefficients): Float64Array {
  const { rows, starts, places } = design;
  const scores = new Float64Array(rows * outputs);
  const intercept = values.length - outputs;
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      let score = values[intercept + output] as number;
      for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
        score += (design.values[at] as number) * (values[(places[at] as number) * outputs + output] as number);
      }
      scores[row * outputs + output] = score;
    }
  }
  return scores;
}

/** Transposed design × residuals [rows × outputs], put into `gradient`, which has the shape of the coefficients. */
export function multiplyTransposed(design: SparseRows, residuals: Float64Array, gradient: Coefficients): void {
  const { rows, starts, places } = design;
  const { values, outputs } = gradient;
  const intercept = values.length - outputs;
  values.fill(0);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const residual = residuals[row * outputs + output] as number;
      for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
        const cell = (places[at] as number) * outputs + output;
        values[cell] = (values[cell] as number) + residual * (design.values[at] as number);
      }
      values[intercept + output] = (values[intercept + output] as number) + residual;
    }
  }
}
