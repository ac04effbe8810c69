import type { Answers, TaskSpec, Truth } from "./table.js";

/** The label's code; without labels that of the most probable class, the first of equals, as scikit-learn has it. */
export function predictedClass(
  { spec, prediction, labels }: Answers & { readonly spec: TaskSpec },
  row: number,
): number {
  if (labels) return labels[row] as number;
  const classes = spec.classes.length;
  let best = 0;
  for (let code = 1; code < classes; code++)
    if ((prediction[row * classes + code] as number) > (prediction[row * classes + best] as number)) best = code;
  return best;
}

/** 1 for each row whose label is its class, else 0. [rows] */
export function rightRows(judged: Answers & { readonly spec: TaskSpec; readonly truth: Truth }): Float64Array {
  return Float64Array.from(judged.truth, (code, row) => Number(predictedClass(judged, row) === code));
}
