/** Answers and predictions without a model, for metrics and gates. */
import { createRng } from "hyperparameter-js";
import type { Judged, Task, TaskSpec } from "../plugin/index.js";

const ROWS = 240;
const CLASSES: Readonly<Record<Task, readonly string[]>> = {
  binary: ["no", "yes"],
  multiclass: ["high", "low", "middle"],
  regression: [],
};

/**
 * Predictions that are right more often than not, in steps coarse enough for ties.
 * @param sharpness how much more a row's own class gets than the others; for regression, how near the value is
 */
export function judgedOf(task: Task, sharpness = 1, rows = ROWS): Judged {
  const rng = createRng(31_415, "conformance", "judged");
  const spec: TaskSpec = { task, target: "answer", classes: CLASSES[task] };
  const truth = Float64Array.from({ length: rows }, () =>
    task === "regression" ? rng.normal() : rng.int(width(spec)),
  );
  const noise = Array.from({ length: rows * width(spec) }, () => Math.round(rng.normal() * 4) / 4);
  const prediction = new Float64Array(rows * width(spec));
  truth.forEach((answer, row) => {
    const own = noise.slice(row * width(spec), (row + 1) * width(spec));
    prediction.set(predicted(spec, { answer, sharpness, noise: own }), row * width(spec));
  });
  return { spec, truth, prediction, weight: null };
}

function width({ classes }: TaskSpec): number {
  return Math.max(1, classes.length);
}

interface Guess {
  readonly answer: number;
  readonly sharpness: number;
  readonly noise: readonly number[];
}

function predicted({ task }: TaskSpec, { answer, sharpness, noise }: Guess): number[] {
  if (task === "regression") return noise.map((off) => answer + off / sharpness);
  const logits = noise.map((off, code) => off + (code === answer ? sharpness : 0));
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / total);
}

/** Near certain and right in every row. */
export function perfect(task: Task): Judged {
  return certain(task, (answer) => answer);
}

/** Near certain and wrong in every row. */
export function worst(task: Task): Judged {
  return certain(task, (answer, classes) => (task === "regression" ? -10 * answer - 1 : (answer + 1) % classes));
}

/** A little short of certain, since a probability of 0 makes some losses infinite. */
function certain(task: Task, claim: (answer: number, classes: number) => number): Judged {
  const judged = judgedOf(task);
  const classes = width(judged.spec);
  const rows = Array.from(judged.truth, (answer) => {
    const claimed = claim(answer, classes);
    if (task === "regression") return [claimed];
    return Array.from({ length: classes }, (_, code) => (code === claimed ? 0.98 : 0.02 / (classes - 1)));
  });
  return { ...judged, prediction: Float64Array.from(rows.flat()) };
}

export function judgedRows({ spec, truth, prediction, weight }: Judged, rows: readonly number[]): Judged {
  const size = width(spec);
  const cells = rows.flatMap((row) => Array.from(prediction.subarray(row * size, (row + 1) * size)));
  return {
    spec,
    truth: Float64Array.from(rows, (row) => truth[row] ?? Number.NaN),
    prediction: Float64Array.from(cells),
    weight: weight && Float64Array.from(rows, (row) => weight[row] ?? Number.NaN),
  };
}

export function reversedRows(judged: Judged): Judged {
  return judgedRows(judged, Array.from(judged.truth, (_, row) => row).reverse());
}
