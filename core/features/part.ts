/** What every fitted kind of feature is: numbers of some raw columns, in TypeScript and as ONNX nodes. */
import type { GraphBuilder, Value } from "onnx-train";
import { LearnerFailure } from "../learner-failure.js";
import type { Column, Labelled, LevelColumn, NumberColumn, Table, TaskSpec } from "../plugin/table.js";

/** A raw column that a model needs as input. */
export type RawColumn = Pick<Column, "name" | "type">;

/** What a kind is fitted on. */
export interface Training {
  readonly spec: TaskSpec;
  readonly train: Labelled;
  /** Source of all randomness, 0 … 2^53 − 1. */
  readonly seed: number;
}

/** Where the numbers of a part go in a matrix of [rows, width], row by row: from column `at` on. */
export interface Place {
  readonly values: Float32Array;
  readonly width: number;
  readonly at: number;
}

/** A fitted kind of feature: w numbers of c raw columns. */
export interface FittedPart {
  /** [c] */
  readonly columns: readonly RawColumn[];
  /** [w], one for each number. */
  readonly names: readonly string[];
  /** For codes: how many different ones each number has, 0 … n − 1; absent for quantities. [w] */
  readonly sizes?: readonly number[];
  /** Operator sets that `emit` uses besides ai.onnx and ai.onnx.ml 3. */
  readonly domains?: Readonly<Record<string, number>>;
  encode(table: Table, place: Place): void;
  /** The rows that it was fitted on, where they must not be encoded as new rows are (target.ts says why). */
  encodeTraining?(place: Place): void;
  /** @param inputs [N, 1] each, in the order of `columns` @returns float [N, w] */
  emit(graph: GraphBuilder, inputs: readonly Value[]): Value;
}

/** Which numbers of a row a step of the plan made. */
export interface FeaturePart {
  readonly kind: string;
  /** The first number, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** For `ordinal`: how many codes each of its numbers has, as an embedding needs to know; null for quantities. */
  readonly sizes: readonly number[] | null;
}

/** @throws LearnerFailure when the table has no such column of numbers */
export function numbersOf({ columns }: Table, name: string): Float32Array {
  const column = columns.find((one): one is NumberColumn => one.name === name && "values" in one);
  return (column ?? missingColumn(name)).values;
}

/** @throws LearnerFailure when the table has no such column of strings */
export function levelsOf({ columns }: Table, name: string): LevelColumn {
  return columns.find((one): one is LevelColumn => one.name === name && "codes" in one) ?? missingColumn(name);
}

function missingColumn(name: string): never {
  throw new LearnerFailure("missing_column", `the model needs column ${JSON.stringify(name)} as it was in training`);
}

/** @throws LearnerFailure when the table has no such column */
export function rawColumn({ columns }: Table, name: string): RawColumn {
  const { type } = columns.find((one) => one.name === name) ?? missingColumn(name);
  return { name, type };
}

/** Each column once, whatever the number of parts that are made of it. */
export function distinct(columns: readonly RawColumn[]): RawColumn[] {
  return [...new Map(columns.map((column) => [column.name, column])).values()];
}

/** The inputs of a graph by the names of their columns. */
export function byName(columns: readonly RawColumn[], inputs: readonly Value[]): ReadonlyMap<string, Value> {
  return new Map(columns.map(({ name }, place) => [name, inputs[place] as Value]));
}

/** The columns side by side, [N, c]. */
export function joined(graph: GraphBuilder, inputs: readonly Value[]): Value {
  const [only] = inputs;
  return inputs.length === 1 && only !== undefined ? only : graph.concat(inputs, 1);
}
