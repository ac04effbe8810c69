/**
 * Rows with what a model said of them when it was promoted, kept under their digest: what a drill asks the model again.
 * JSON with single-precision numbers in base64, little-endian, so that a missing cell and every bit survive.
 */
import { SousError } from "../errors.js";
import { canonicalJson } from "../json.js";
import type { Column, ColumnType, Prediction, Table } from "../plugin/index.js";
import { feedOf } from "./feeds.js";
import { decodePrediction, encodePrediction } from "./predictions.js";

/** Rows that are kept: the first of the confirm side, whose order no cell decides. */
export const REPLAYED_ROWS = 100;

export interface Replay {
  readonly table: Table;
  /** [rows × classes], or [rows] of a regression; single precision. */
  readonly answers: Prediction;
}

interface KeptColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Of numbers in base64, or the strings themselves. */
  readonly cells: string | readonly string[];
}

interface Kept {
  readonly rows: number;
  readonly columns: readonly KeptColumn[];
  readonly answers: string;
}

/** @param names the columns that the model takes @param answers of all rows of the table */
export function encodeReplay({ table, answers }: Replay, names: readonly string[]): Uint8Array {
  const rows = Math.min(table.rows, REPLAYED_ROWS);
  const width = answers.length / table.rows;
  const columns = table.columns.filter(({ name }) => names.includes(name)).map((column) => kept(column, rows));
  const said = written(encodePrediction(answers.slice(0, rows * width)));
  return Buffer.from(canonicalJson({ rows, columns, answers: said } satisfies Kept));
}

function kept(column: Column, rows: number): KeptColumn {
  const { name, type } = column;
  const { data } = feedOf(column, 0, rows);
  const cells = data instanceof Float32Array ? written(encodePrediction(Float64Array.from(data))) : strings(data);
  return { name, type, cells };
}

function strings(data: ArrayLike<unknown>): readonly string[] {
  return Array.from(data, String);
}

/** @throws SousError REPLAY_DAMAGED */
export function decodeReplay(bytes: Uint8Array): Replay {
  try {
    const { rows, columns, answers } = JSON.parse(Buffer.from(bytes).toString()) as Kept;
    const said = Buffer.from(answers, "base64");
    const table = { rows, columns: columns.map((column) => columnOf(column, rows)) };
    return { table, answers: decodePrediction(said, said.length / Float32Array.BYTES_PER_ELEMENT) };
  } catch (cause) {
    throw new SousError("REPLAY_DAMAGED", { reason: String(cause) }, { cause });
  }
}

function columnOf({ name, type, cells }: KeptColumn, rows: number): Column {
  if (typeof cells === "string") {
    const values = Float32Array.from(decodePrediction(Buffer.from(cells, "base64"), rows));
    return { name, type, values } as Column;
  }
  const levels = [...new Set(cells)];
  const places = new Map(levels.map((level, at) => [level, at]));
  return { name, type, levels, codes: Int32Array.from(cells, (cell) => places.get(cell) as number) } as Column;
}

function written(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
