import type { Judged } from "../../core/plugin/index.js";

/** False where there are no rows, or a model predicts something that isn't a number: no score is defined then. */
export function isJudgeable({ truth, prediction }: Judged): boolean {
  return truth.length > 0 && prediction.every(Number.isFinite);
}

export function weightOf({ weight }: Judged, row: number): number {
  return weight === null ? 1 : (weight[row] as number);
}

/** Σwx/Σw; NaN without weight. */
export function meanOver(judged: Judged, values: Float64Array): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    sum += weightOf(judged, row) * (values[row] as number);
    total += weightOf(judged, row);
  }
  return sum / total;
}

/** A loss for each row, from the row's number. */
export function rowLosses({ truth }: Judged, lossOf: (row: number) => number): Float64Array {
  const losses = new Float64Array(truth.length);
  for (let row = 0; row < losses.length; row++) losses[row] = lossOf(row);
  return losses;
}
