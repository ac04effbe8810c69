/** The design matrix of a linear model, and its two products. */

/** Dense numbers beside one-hot ones, of which only the place of the 1 is kept. */
export interface Design {
  readonly rows: number;
  /** [rows × width], row by row. */
  readonly dense: Float64Array;
  readonly width: number;
  /** Index of the coefficient that each one-hot column has in a row, width … size − 1. [rows × hot] */
  readonly buckets: Int32Array;
  readonly hot: number;
}

/** Coefficients of all outputs, [(size + 1) × outputs] row by row; the last row is the intercepts. */
export interface Coefficients {
  readonly values: Float64Array;
  readonly outputs: number;
}

/** Multiply-adds of one product. */
export function costOf(design: Design, outputs: number): number {
  return design.rows * (design.width + design.hot) * outputs;
}

/** Design × coefficients, [rows × outputs]. */
export function multiply(design: Design, { values, outputs }: Coefficients): Float64Array {
  const { rows, dense, width, buckets, hot } = design;
  const scores = new Float64Array(rows * outputs);
  const intercept = values.length - outputs;
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      let score = values[intercept + output] as number;
      for (let at = 0; at < width; at++) {
        score += (dense[row * width + at] as number) * (values[at * outputs + output] as number);
      }
      for (let at = 0; at < hot; at++) {
        score += values[(buckets[row * hot + at] as number) * outputs + output] as number;
      }
      scores[row * outputs + output] = score;
    }
  }
  return scores;
}

/** Transposed design × residuals [rows × outputs], put into `gradient`, which has the shape of the coefficients. */
export function multiplyTransposed(design: Design, residuals: Float64Array, gradient: Coefficients): void {
  const { rows, dense, width, buckets, hot } = design;
  const { values, outputs } = gradient;
  const intercept = values.length - outputs;
  values.fill(0);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const residual = residuals[row * outputs + output] as number;
      for (let at = 0; at < width; at++) {
        values[at * outputs + output] =
          (values[at * outputs + output] as number) + residual * (dense[row * width + at] as number);
      }
      for (let at = 0; at < hot; at++) {
        const cell = (buckets[row * hot + at] as number) * outputs + output;
        values[cell] = (values[cell] as number) + residual;
      }
      values[intercept + output] = (values[intercept + output] as number) + residual;
    }
  }
}
