/**
 * From raw columns to the numbers of a linear model, and back to nothing unknown: what is fitted here on the training
 * side is all that prediction, in TypeScript and in the exported graph, knows of a column.
 */
import {
  type Column,
  type Labelled,
  LearnerFailure,
  type LevelColumn,
  type NumberColumn,
  type Table,
} from "../../../core/plugin/index.js";
import type { Design } from "./design.js";

/**
 * Standardised values are cut to ±10 standard deviations, so that ±Infinity and slips of the decimal point still get a
 * finite prediction. Training does the same.
 */
export const CUT = 10;

interface NumberFeature {
  readonly name: string;
  readonly type: NumberColumn["type"];
  /** Weighted, over the finite values. Missing becomes the mean. */
  readonly mean: number;
  /** Weighted standard deviation; 1 where the column is constant and only its indicator counts. */
  readonly scale: number;
  readonly varies: boolean;
  /** True: one more number says whether the value is missing. */
  readonly indicator: boolean;
}

export interface LevelFeature {
  readonly name: string;
  readonly type: "categorical";
  /** Levels with a number of their own; "" is missing. All others share one more, the last. */
  readonly keys: readonly string[];
}

export interface Encoding {
  readonly numbers: readonly NumberFeature[];
  readonly levels: readonly LevelFeature[];
}

/** How many 0/1 numbers a categorical column has: its keys and the unknown. */
export function bucketsOf(feature: LevelFeature): number {
  return feature.keys.length + 1;
}

/** Text columns and columns that never vary are left out. @param minCount rows that a level needs for a number of its own */
export function fitEncoding({ table, weight }: Labelled, minCount: number): Encoding {
  const encoding = {
    numbers: table.columns
      .filter(isNumber)
      .map((column) => numberFeature(column, weight))
      .filter((feature) => feature.varies || feature.indicator),
    levels: table.columns
      .filter(isLevel)
      .map((column) => levelFeature(column, minCount))
      .filter((feature) => feature.keys.length > 0),
  };
  if (encoding.numbers.length + encoding.levels.length > 0) return encoding;
  throw new LearnerFailure("no_features", "no column varies in the training rows, text columns apart");
}

function numberFeature({ name, type, values }: NumberColumn, weight: Float64Array | null): NumberFeature {
  const missing = values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  const { mean, deviation } = moments(values, weight);
  const varies = deviation > 0;
  return { name, type, mean, scale: varies ? deviation : 1, varies, indicator: missing > 0 && missing < values.length };
}

/** Weighted mean and standard deviation of the finite values, in two passes; 0 and 0 where there are none. */
export function moments(values: ArrayLike<number>, weight: Float64Array | null): { mean: number; deviation: number } {
  const average = (of: (value: number) => number) => {
    let sum = 0;
    let total = 0;
    for (let row = 0; row < values.length; row++) {
      const value = values[row] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      const share = weight === null ? 1 : (weight[row] ?? 0);
      sum += share * of(value);
      total += share;
    }
    return total > 0 ? sum / total : 0;
  };
  const mean = average((value) => value);
  return { mean, deviation: Math.sqrt(average((value) => (value - mean) ** 2)) };
}

/** Keeps no keys where the column would have the same bucket in every row. */
function levelFeature({ name, codes, levels }: LevelColumn, minCount: number): LevelFeature {
  const counts = new Map<string, number>();
  for (const code of codes) {
    const level = spelling(levels, code);
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  const keys = [...counts]
    .filter(([level, count]) => count >= minCount && !level.includes("\0"))
    .map(([level]) => level);
  const constant = keys.length === 1 && counts.size === 1;
  return { name, type: "categorical", keys: constant ? [] : keys.sort() };
}

/** The columns as numbers. @throws LearnerFailure when one of them isn't there, or of another kind */
export function encode(encoding: Encoding, table: Table): Design {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const width = widthOf(encoding);
  const dense = new Float64Array(table.rows * width);
  let at = 0;
  for (const feature of encoding.numbers) {
    const { values } = columnOf(byName, feature.name, isNumber);
    if (feature.varies) standardise(values, feature, { dense, width, at: at++ });
    if (feature.indicator) indicate(values, { dense, width, at: at++ });
  }
  const buckets = encodeLevels(encoding, byName, table.rows);
  return { rows: table.rows, dense, width, buckets, hot: encoding.levels.length };
}

/** Numbers of the dense part of a row. */
export function widthOf({ numbers }: Encoding): number {
  return numbers.reduce((sum, { varies, indicator }) => sum + (varies ? 1 : 0) + (indicator ? 1 : 0), 0);
}

/** Numbers of a row in all, the 0/1 ones too. */
export function sizeOf(encoding: Encoding): number {
  return encoding.levels.reduce((sum, feature) => sum + bucketsOf(feature), widthOf(encoding));
}

interface Place {
  readonly dense: Float64Array;
  readonly width: number;
  readonly at: number;
}

function standardise(values: Float32Array, { mean, scale }: NumberFeature, { dense, width, at }: Place): void {
  for (let row = 0, cell = at; row < values.length; row++, cell += width) {
    const value = values[row] ?? Number.NaN;
    dense[cell] = Number.isNaN(value) ? 0 : Math.min(Math.max((value - mean) / scale, -CUT), CUT);
  }
}

function indicate(values: Float32Array, { dense, width, at }: Place): void {
  for (let row = 0, cell = at; row < values.length; row++, cell += width) {
    dense[cell] = Number.isNaN(values[row] ?? Number.NaN) ? 1 : 0;
  }
}

/** Indices of the coefficients that are 1 in a row, [rows × categorical columns]. */
function encodeLevels(encoding: Encoding, byName: ReadonlyMap<string, Column>, rows: number): Int32Array {
  const hot = encoding.levels.length;
  const buckets = new Int32Array(rows * hot);
  let offset = widthOf(encoding);
  encoding.levels.forEach((feature, index) => {
    const { codes, levels } = columnOf(byName, feature.name, isLevel);
    const known = new Map(feature.keys.map((key, position) => [key, position]));
    const bucketOf = (code: number) => offset + (known.get(spelling(levels, code)) ?? feature.keys.length);
    const byCode = Int32Array.from(levels, (_, code) => bucketOf(code));
    const missing = bucketOf(-1);
    for (let row = 0; row < rows; row++) buckets[row * hot + index] = byCode[codes[row] ?? -1] ?? missing;
    offset += bucketsOf(feature);
  });
  return buckets;
}

/** Missing is the empty string, as in the inputs of the exported graph. */
function spelling(levels: readonly string[], code: number): string {
  return levels[code] ?? "";
}

function isNumber(column: Column): column is NumberColumn {
  return "values" in column;
}

function isLevel(column: Column): column is LevelColumn {
  return column.type === "categorical";
}

function columnOf<C extends Column>(
  columns: ReadonlyMap<string, Column>,
  name: string,
  is: (column: Column) => column is C,
): C {
  const column = columns.get(name);
  if (column !== undefined && is(column)) return column;
  throw new LearnerFailure("missing_column", `the model needs column ${JSON.stringify(name)} as it was in training`);
}
