/**
 * What single rows say of two models, as differences between −1 and 1 for tests by betting (betting.ts). All that scales a
 * difference is fixed before the first row is seen, or the bets would not be fair.
 */
import type { Metric } from "../plugin/metric.js";
import { rightRows } from "../plugin/predicted.js";
import type { Answers, Task, TaskSpec, Truth } from "../plugin/table.js";

/**
 * - `error`: 1 for a wrong label; `class_error`: the same, as rows of the rarest class count 1 and others in proportion less;
 * - `probability`: squared error of the probabilities, half their sum for more than two classes;
 * - `pairs`: of a positive and a negative row, 1 where the negative one is ranked higher, ½ where both are alike;
 * - `absolute`, `squared`: of a regression's error in units of a bound, 1 beyond it.
 */
export type RowLoss = "error" | "class_error" | "probability" | "pairs" | "absolute" | "squared";

type Classed = "classes" | "numbers";

const BY_SHAPE: Readonly<Record<NonNullable<Metric["shape"]> | "unknown", Readonly<Record<Classed, RowLoss>>>> = {
  rate: { classes: "error", numbers: "absolute" },
  class_rate: { classes: "class_error", numbers: "absolute" },
  ranking: { classes: "pairs", numbers: "absolute" },
  log: { classes: "probability", numbers: "squared" },
  probability: { classes: "probability", numbers: "squared" },
  squared_error: { classes: "probability", numbers: "squared" },
  absolute_error: { classes: "probability", numbers: "absolute" },
  explained: { classes: "probability", numbers: "squared" },
  unknown: { classes: "probability", numbers: "absolute" },
};

/** The row loss that goes with a metric: bounded, and lower for what the metric holds for better. */
export function rowLossFor(shape: Metric["shape"], task: Task, grouped: boolean): RowLoss {
  const loss = BY_SHAPE[shape ?? "unknown"][task === "regression" ? "numbers" : "classes"];
  // Pairs are of two classes; and across groups they would be of many groups each.
  return loss === "pairs" && (task !== "binary" || grouped) ? "probability" : loss;
}

/** Rows with what two models say of them, in the order in which they count. */
export interface Exam {
  readonly spec: TaskSpec;
  readonly truth: Truth;
  /** Rows of one group count as one. */
  readonly group: Int32Array | null;
  readonly a: Answers;
  readonly b: Answers;
}

/** Of errors of both models, the bound of a regression's loss: few lie beyond it, and it isn't so far that all seem alike. */
const BOUND_QUANTILE = 0.95;

/**
 * What scales a loss: for `class_error` what a row of each class counts, for a regression the bound, else nothing.
 * @param exam of rows that do not count, at least one
 */
export function scaleOf(loss: RowLoss, { spec, truth, a, b }: Exam): readonly number[] {
  if (loss === "class_error") {
    const counts = spec.classes.map((_, code) => truth.reduce((sum, value) => sum + (value === code ? 1 : 0), 0));
    const rarest = Math.min(...counts.filter((count) => count > 0));
    return counts.map((count) => (count === 0 ? 1 : rarest / count));
  }
  if (loss !== "absolute" && loss !== "squared") return [];
  const errors = [a, b].flatMap(({ prediction }) =>
    Array.from(truth, (value, row) => Math.abs(value - (prediction[row] as number))),
  );
  errors.sort((one, other) => one - other);
  const bound = errors[Math.floor(BOUND_QUANTILE * errors.length)] ?? 0;
  return [bound > 0 ? bound : 1];
}

/** A row that waits for one of the other class. */
interface Waiting {
  readonly positive: boolean;
  /** Probabilities of the positive class. */
  readonly a: number;
  readonly b: number;
}

/** Rows that wait at most: of rare positives others come faster than they are needed. */
const MOST_WAITING = 32;

export interface Measuring {
  readonly loss: RowLoss;
  readonly scale: readonly number[];
  readonly waiting: readonly Waiting[];
}

export interface Differences {
  /** Loss of A less that of B, −1 … 1: of each row, group or pair. */
  readonly values: readonly number[];
  readonly waiting: readonly Waiting[];
}

export function differencesOf({ loss, scale, waiting }: Measuring, exam: Exam): Differences {
  if (loss === "pairs") return pairsOf(exam, waiting);
  const [a, b] = [exam.a, exam.b].map((answers) => lossesOf(loss, scale, { ...exam, answers })) as [number[], number[]];
  const values = a.map((value, row) => value - (b[row] as number));
  return { values: exam.group === null ? values : meansByGroup(values, exam.group), waiting };
}

function lossesOf(
  loss: RowLoss,
  scale: readonly number[],
  { spec, truth, answers }: Exam & { readonly answers: Answers },
): number[] {
  const { prediction } = answers;
  const [bound = 1] = scale;
  switch (loss) {
    case "error":
    case "class_error": {
      const right = rightRows({ spec, truth, ...answers });
      return Array.from(truth, (code, row) => (right[row] ? 0 : (scale[code] ?? 1)));
    }
    case "absolute":
      return Array.from(truth, (value, row) => Math.min(1, Math.abs(value - (prediction[row] as number)) / bound));
    case "squared":
      return Array.from(truth, (value, row) => Math.min(1, ((value - (prediction[row] as number)) / bound) ** 2));
    default:
      return Array.from(truth, (code, row) => brier(prediction, { row, code, classes: spec.classes.length }));
  }
}

/** Half the squared distance from the certain answer: 0 … 1 for any number of classes. */
function brier(
  prediction: Answers["prediction"],
  at: { readonly row: number; readonly code: number; readonly classes: number },
): number {
  let sum = 0;
  for (let code = 0; code < at.classes; code++)
    sum += ((prediction[at.row * at.classes + code] as number) - (code === at.code ? 1 : 0)) ** 2;
  return Math.min(1, sum / 2);
}

function meansByGroup(values: readonly number[], group: Int32Array): number[] {
  const groups = new Map<number, number[]>();
  for (const [row, value] of values.entries()) {
    const code = group[row] as number;
    groups.set(code, [...(groups.get(code) ?? []), value]);
  }
  return [...groups.values()].map((own) => own.reduce((sum, value) => sum + value, 0) / own.length);
}

/** Each row meets the one of the other class that has waited longest, and no other. */
function pairsOf({ truth, a, b }: Exam, before: readonly Waiting[]): Differences {
  let waiting = [...before];
  const values: number[] = [];
  for (const [row, code] of truth.entries()) {
    const one = {
      positive: code === 1,
      a: a.prediction[2 * row + 1] as number,
      b: b.prediction[2 * row + 1] as number,
    };
    const [first] = waiting;
    if (first === undefined || first.positive === one.positive) {
      waiting = [...waiting, one].slice(-MOST_WAITING);
      continue;
    }
    waiting = waiting.slice(1);
    const [positive, negative] = one.positive ? [one, first] : [first, one];
    values.push(misranked(positive.a, negative.a) - misranked(positive.b, negative.b));
  }
  return { values, waiting };
}

function misranked(positive: number, negative: number): number {
  return positive > negative ? 0 : positive === negative ? 0.5 : 1;
}
