/** Predictions of an exported model, by onnxruntime, from raw columns: the only ones that a score may rest on. */
import { decodeMetadata, OnnxError, openSession, type Session, type SessionValue, type Tensor } from "onnx-train";
import { type ErrorCode, SousError } from "../errors.js";
import type { Answers, Column, Prediction, Table, TaskSpec } from "../plugin/index.js";
import { feedOf } from "./feeds.js";

/** Rows of one run: keeps a model's inner values small (180 MB at 30,000 words of a row, as float and double). */
const BATCH = 512;

/** How far the probabilities of a row may be from summing to 1: single precision over many classes. */
const SUM_TOLERANCE = 1e-3;

export interface OpenModel {
  /** Names of the columns that it takes. */
  readonly columns: readonly string[];
  /**
   * Class probabilities row by row in the order of `spec.classes`, [rows × classes]; for regression values, [rows].
   * @throws SousError MODEL_COLUMN, MODEL_RUN, MODEL_CONTRACT, MODEL_PREDICTION
   */
  predict(table: Table): Promise<Prediction>;
  /** The same, with what its label output says; a regression has no labels. */
  answer(table: Table): Promise<Answers>;
  release(): Promise<void>;
}

/**
 * Loads a model and checks that it is one for this task (docs/models.md).
 * @throws SousError MODEL_UNLOADABLE, MODEL_CONTRACT
 */
export async function openModel(bytes: Uint8Array, spec: TaskSpec): Promise<OpenModel> {
  const session = await coded("MODEL_UNLOADABLE", () => openSession(bytes));
  try {
    checkMetadata(decodeMetadata(bytes), spec);
    checkSurface(session, spec);
  } catch (error) {
    await session.release();
    throw error;
  }
  return {
    columns: session.inputs.map(({ name }) => name),
    predict: async (table) => (await answer(session, spec, table)).prediction,
    answer: (table) => answer(session, spec, table),
    release: () => session.release(),
  };
}

async function answer(session: Session, spec: TaskSpec, table: Table): Promise<Answers> {
  const columns = columnsFor(session.inputs, table);
  const width = widthOf(spec);
  const all = new Float64Array(table.rows * width);
  const labels = spec.task === "regression" ? null : new Float64Array(table.rows);
  const codes = new Map<unknown, number>(spec.classes.map((name, code) => [name, code]));
  for (let from = 0; from < table.rows; from += BATCH) {
    const to = Math.min(from + BATCH, table.rows);
    const feeds = Object.fromEntries(columns.map((column) => [column.name, feedOf(column, from, to)]));
    const results = await coded("MODEL_RUN", () => session.run(feeds));
    const given = session.outputs.map((output) => results[output.name]);
    all.set(checked(given, spec, { from, rows: to - from }), from * width);
    labels?.set(
      Array.from<unknown>(given[0]?.data ?? []).map((label) => codes.get(label) as number),
      from,
    );
  }
  return { prediction: all, labels };
}

/** Columns of the prediction. */
function widthOf(spec: TaskSpec): number {
  return spec.task === "regression" ? 1 : spec.classes.length;
}

function columnsFor(inputs: readonly SessionValue[], table: Table): Column[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  return inputs.map(({ name, element }) => {
    const column = byName.get(name);
    if (column === undefined) throw new SousError("MODEL_COLUMN", { column: name, reason: "no column is called so" });
    const offered = "values" in column ? "float" : "string";
    if (offered === element) return column;
    throw new SousError("MODEL_COLUMN", { column: name, reason: `it takes ${element}, the column is ${column.type}` });
  });
}

function checkMetadata(metadata: Record<string, string>, spec: TaskSpec): void {
  const expected = { "sous.task": spec.task, "sous.classes": JSON.stringify(spec.classes) };
  for (const [key, value] of Object.entries(expected)) {
    if (metadata[key] !== value) throw broken(`its metadata ${key} is ${metadata[key] ?? "absent"}, not ${value}`);
  }
}

function checkSurface({ inputs, outputs }: Session, spec: TaskSpec): void {
  for (const { name, element } of inputs) {
    if (element !== "float" && element !== "string") throw broken(`input ${name} is of ${element}`);
  }
  const given = outputs.map((output) => output.element).join(", ");
  const expected = spec.task === "regression" ? "float" : "string, float";
  if (given !== expected) throw broken(`its outputs are of ${given}, not ${expected}`);
}

interface Batch {
  /** The first row, to say where. */
  readonly from: number;
  readonly rows: number;
}

/** The prediction of one batch, [rows × width], once it is known to be one. */
function checked(results: readonly (Tensor | undefined)[], spec: TaskSpec, batch: Batch): Float32Array {
  const width = widthOf(spec);
  const prediction = results.at(-1);
  if (!(prediction?.data instanceof Float32Array)) throw broken("a run gave no prediction of float");
  requireShape(prediction, [batch.rows, width]);
  requireFinite(prediction.data, width, batch);
  if (spec.task !== "regression") {
    requireLabels(results[0], spec, batch);
    requireSums(prediction.data, width, batch);
  }
  return prediction.data;
}

function requireShape({ dims }: Tensor, expected: readonly number[]): void {
  const same = dims.length === expected.length && dims.every((dim, axis) => dim === expected[axis]);
  if (!same) throw broken(`a run gave [${dims.join(", ")}] where [${expected.join(", ")}] was due`);
}

function requireFinite(values: Float32Array, width: number, batch: Batch): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw wrong(`row ${batch.from + Math.floor(bad / width)} gets ${values[bad]}`);
}

function requireLabels(labels: Tensor | undefined, spec: TaskSpec, batch: Batch): void {
  if (labels === undefined) throw broken("a run gave no labels");
  requireShape(labels, [batch.rows]);
  const classes = new Set<unknown>(spec.classes);
  const strange = Array.from<unknown>(labels.data).findIndex((label) => !classes.has(label));
  if (strange >= 0)
    throw wrong(`row ${batch.from + strange} gets the label ${labels.data[strange]}, which is no class`);
}

function requireSums(values: Float32Array, width: number, batch: Batch): void {
  for (let row = 0; row < batch.rows; row++) {
    const cells = values.subarray(row * width, (row + 1) * width);
    const sum = cells.reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) > SUM_TOLERANCE) throw wrong(`the probabilities of row ${batch.from + row} sum to ${sum}`);
    if (cells.some((value) => value < 0)) throw wrong(`row ${batch.from + row} gets a negative probability`);
  }
}

function broken(reason: string): SousError {
  return new SousError("MODEL_CONTRACT", { reason });
}

function wrong(reason: string): SousError {
  return new SousError("MODEL_PREDICTION", { source: "exported model", reason });
}

async function coded<T>(code: ErrorCode, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof OnnxError) throw new SousError(code, { reason: error.message }, { cause: error });
    throw error;
  }
}
