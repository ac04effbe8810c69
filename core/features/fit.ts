/** A plan fitted to training rows: any table to numbers, in TypeScript and as ONNX nodes, without a learner's help. */
import type { GraphBuilder, Value } from "onnx-train";
import { LearnerFailure } from "../learner-failure.js";
import type { Column, Table } from "../plugin/table.js";
import { fitStep } from "./kinds.js";
import {
  byName,
  distinct,
  type FeaturePart,
  type FittedPart,
  type Place,
  type RawColumn,
  type Training,
} from "./part.js";
import type { FeaturePlan } from "./plan.js";
import { type SparseRows, sparseRows } from "./sparse.js";

export interface FittedFeatures {
  /** Numbers of a row. */
  readonly width: number;
  /** What each number is, as "age" or "town=Bern". [width] */
  readonly names: readonly string[];
  /** Which of them each step of the plan made. A step that found nothing has none. */
  readonly parts: readonly FeaturePart[];
  /** The raw columns that the model needs, each once: what `rawInputs` and `finishModel` take. */
  readonly columns: readonly RawColumn[];
  /**
   * The operator sets besides ai.onnx that a graph builder has to know before `emit`: `new GraphBuilder(name, { domains })`.
   * Texts need com.microsoft's Tokenizer.
   */
  readonly domains: Readonly<Record<string, number>>;
  /**
   * Numbers of rows that it wasn't fitted on: [rows, width], row by row, all finite.
   * @throws LearnerFailure missing_column when the table lacks one of `columns`
   */
  encode(table: Table): Float32Array;
  /**
   * Numbers of the training rows, to train on: as `encode` gives them, except where a number was made of the row's own answer
   * (target encoding); such ones are made of the answers of other folds.
   */
  encodeTraining(): Float32Array;
  /** As `encode`, without the zeros: thousands of words take no more memory than the texts have. */
  encodeSparse(table: Table): SparseRows;
  /** As `encodeTraining`, without the zeros. */
  encodeTrainingSparse(): SparseRows;
  /**
   * The same numbers in a graph, float [N, width].
   * @param inputs in the order of `columns`, as `rawInputs` gives them
   */
  emit(graph: GraphBuilder, inputs: readonly Value[]): Value;
}

interface PlacedPart {
  readonly kind: string;
  readonly part: FittedPart;
  readonly at: number;
}

/**
 * Fits every step on the training rows alone. Columns that no step names are not looked at.
 * @throws LearnerFailure no_features when no column has anything to tell, missing_column when a step names one that isn't there
 */
export function fitFeatures(plan: FeaturePlan, training: Training): FittedFeatures {
  const placed: PlacedPart[] = [];
  let width = 0;
  for (const step of plan) {
    const part = fitStep(training, step);
    if (part === null) continue;
    placed.push({ kind: step.kind, part, at: width });
    width += part.names.length;
  }
  if (width === 0)
    throw new LearnerFailure("no_features", "no column that the features are made of varies in the training rows");
  return featuresOf(placed, width, training.train.table);
}

function featuresOf(placed: readonly PlacedPart[], width: number, train: Table): FittedFeatures {
  const columns = distinct(placed.flatMap(({ part }) => part.columns));
  const encode = ({ rows }: Table, encoders: readonly Encoder[]) => {
    const values = new Float32Array(rows * width);
    for (const { encode, at } of encoders) encode({ values, width, at }, 0, rows);
    return values;
  };
  const encodeSparse = ({ rows }: Table, encoders: readonly Encoder[]) =>
    sparseRows({ rows, width }, (values, from, to) => {
      for (const { encode, at } of encoders) encode({ values, width, at }, from, to);
    });
  return {
    width,
    names: placed.flatMap(({ part }) => part.names),
    parts: placed.map(({ kind, part, at }) => ({
      kind,
      from: at,
      to: at + part.names.length,
      sizes: part.sizes ?? null,
    })),
    columns,
    domains: Object.assign({ "ai.onnx.ml": 3 }, ...placed.map(({ part }) => part.domains ?? {})),
    encode: (table) => encode(table, encodersOf(placed, table)),
    encodeTraining: () => encode(train, trainingEncodersOf(placed, train)),
    encodeSparse: (table) => encodeSparse(table, encodersOf(placed, table)),
    encodeTrainingSparse: () => encodeSparse(train, trainingEncodersOf(placed, train)),
    emit: (graph, inputs) => emitted(graph, placed, byName(columns, inputs)),
  };
}

interface Encoder {
  readonly at: number;
  /** The rows `from` … `to` − 1. */
  encode(place: Place, from: number, to: number): void;
}

function encodersOf(placed: readonly PlacedPart[], table: Table): Encoder[] {
  return placed.map((one) => encoderOf(one, table));
}

function encoderOf({ part, at }: PlacedPart, table: Table): Encoder {
  return { at, encode: (place, from, to) => part.encode(rowsOf(table, from, to), place) };
}

/** Parts that encode training rows as no others know them only whole. */
function trainingEncodersOf(placed: readonly PlacedPart[], train: Table): Encoder[] {
  return placed.map((one) => {
    const { part, at } = one;
    if (part.encodeTraining === undefined) return encoderOf(one, train);
    const own = part.names.length;
    const whole = new Float32Array(train.rows * own);
    part.encodeTraining({ values: whole, width: own, at: 0 });
    const encode = ({ values, width }: Place, from: number, to: number) => {
      for (let row = from; row < to; row++)
        values.set(whole.subarray(row * own, (row + 1) * own), (row - from) * width + at);
    };
    return { at, encode };
  });
}

function rowsOf(table: Table, from: number, to: number): Table {
  if (from === 0 && to === table.rows) return table;
  const columns = table.columns.map((column): Column => {
    if ("values" in column) return { ...column, values: column.values.subarray(from, to) };
    const { name, type, ordered, codes, levels } = column; // one by one: a worker's column is no plain object
    return { name, type, ...(ordered && { ordered }), codes: codes.subarray(from, to), levels };
  });
  return { rows: to - from, columns };
}

function emitted(graph: GraphBuilder, placed: readonly PlacedPart[], inputs: ReadonlyMap<string, Value>): Value {
  const values = placed.map(({ part }) =>
    part.emit(
      graph,
      part.columns.map(({ name }) => inputs.get(name) as Value),
    ),
  );
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : graph.concat(values, 1);
}
