import type { Exam, RowLoss } from "../../../core/evaluator/row-losses.js";
import type { TaskSpec } from "../../../core/plugin/index.js";

interface Row {
  readonly truth: number;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

type Uniform = () => number;

interface Null {
  readonly spec: TaskSpec;
  row(uniform: Uniform): Row;
}

export const NULLS: Readonly<Record<Extract<RowLoss, "error" | "probability" | "pairs" | "squared">, Null>>;
export function examOf(spec: TaskSpec, rows: number, row: () => Row): Exam;
