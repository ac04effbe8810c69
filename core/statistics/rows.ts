import type { Judged } from "../plugin/metric.js";

/** The judged rows with these numbers, in this order; a number may come more than once. */
export function gather<T extends Judged>(judged: T, rows: Int32Array): T {
  const { truth, prediction, weight, labels } = judged;
  const width = prediction.length / truth.length;
  const drawn = new Float64Array(rows.length * width);
  for (let at = 0; at < rows.length; at++) {
    const from = (rows[at] as number) * width;
    for (let column = 0; column < width; column++) drawn[at * width + column] = prediction[from + column] as number;
  }
  return {
    ...judged,
    truth: pick(truth, rows),
    prediction: drawn,
    weight: weight && pick(weight, rows),
    labels: labels && pick(labels, rows),
  };
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) picked[at] = values[rows[at] as number] as number;
  return picked;
}
