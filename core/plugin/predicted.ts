import type { Answers, TaskSpec } from "./table.js";

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
