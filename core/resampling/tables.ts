/** Sides put together and divided anew, by the rules that learners know sides by (core/plugin/table.ts). */
import type { Column, Labelled, LevelColumn, NumberColumn } from "../plugin/index.js";

export interface Sides {
  readonly train: Labelled;
  readonly select: Labelled;
}

/**
 * All rows, those of train first, as one training side: one dictionary a column, of all its levels. The order of a scale
 * is kept where select has no level that train lacks; of such a one the place is not known.
 */
export function pooled({ train, select }: Sides): Labelled {
  return {
    table: {
      rows: train.table.rows + select.table.rows,
      columns: train.table.columns.map((column, at) => joined(column, select.table.columns[at])),
    },
    truth: doubles(train.truth, select.truth),
    weight: train.weight && select.weight && doubles(train.weight, select.weight),
    group: train.group && select.group && integers(train.group, select.group),
  };
}

function joined(train: Column, select: Column | undefined): Column {
  if ("codes" in train && select !== undefined && "codes" in select) return joinedLevels(train, select);
  if ("values" in train && select !== undefined && "values" in select) {
    const values = new Float32Array(train.values.length + select.values.length);
    values.set(train.values);
    values.set(select.values, train.values.length);
    return { ...train, values };
  }
  throw new TypeError(`column ${train.name} is of one type in train and of another in select`);
}

/** A code means the same on both sides, since select's dictionary begins with train's. */
function joinedLevels(train: LevelColumn, select: LevelColumn): LevelColumn {
  const { name, type, ordered } = train;
  const { levels } = select;
  const codes = integers(train.codes, select.codes);
  if (levels.length === train.levels.length) return { name, type, ...(ordered && { ordered }), codes, levels };
  const bytes = levels.map((level) => Buffer.from(level));
  const sorted = [...bytes.keys()].sort((a, b) => Buffer.compare(bytes[a] as Buffer, bytes[b] as Buffer));
  const renumbered = new Map([-1, ...sorted].map((code, at) => [code, at - 1]));
  const own = codes.map((code) => renumbered.get(code) as number);
  return { name, type, codes: own, levels: sorted.map((code) => levels[code] as string) };
}

function doubles(first: Float64Array, second: Float64Array): Float64Array {
  const all = new Float64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function integers(first: Int32Array, second: Int32Array): Int32Array {
  const all = new Int32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** Some rows of a side, whose codes mean what they did. */
export function someRows({ table, truth, weight, group }: Labelled, rows: Int32Array): Labelled {
  return {
    table: { rows: rows.length, columns: table.columns.map((column) => someCells(column, rows)) },
    truth: Float64Array.from(rows, (row) => truth[row] as number),
    weight: weight && Float64Array.from(rows, (row) => weight[row] as number),
    group: group && Int32Array.from(rows, (row) => group[row] as number),
  };
}

export function someCells(column: Column, rows: Int32Array): Column {
  if ("values" in column) return numbersAt(column, rows);
  const { name, type, ordered, levels, codes } = column;
  const own = Int32Array.from(rows, (row) => codes[row] as number);
  return { name, type, ...(ordered && { ordered }), levels, codes: own };
}

export interface Division {
  /** Numbers of the rows to learn from. */
  readonly train: Int32Array;
  /** And of those to judge by. */
  readonly select: Int32Array;
}

/** Two sides of rows of a training side, each with dictionaries of its own, as two sides of a snapshot have. */
export function divided(all: Labelled, { train, select }: Division): Sides {
  const pairs = all.table.columns.map((column): readonly [Column, Column] => {
    if ("values" in column) return [numbersAt(column, train), numbersAt(column, select)];
    return levelsAt(column, { train, select });
  });
  const side = (rows: Int32Array, of: 0 | 1): Labelled => ({
    table: { rows: rows.length, columns: pairs.map((pair) => pair[of]) },
    truth: Float64Array.from(rows, (row) => all.truth[row] as number),
    weight: all.weight && Float64Array.from(rows, (row) => all.weight?.[row] as number),
    group: all.group && Int32Array.from(rows, (row) => all.group?.[row] as number),
  });
  return { train: side(train, 0), select: side(select, 1) };
}

function numbersAt(column: NumberColumn, rows: Int32Array): NumberColumn {
  return { ...column, values: Float32Array.from(rows, (row) => column.values[row] as number) };
}

/** Levels keep the order that they have, be it of code points or of a scale. */
function levelsAt(column: LevelColumn, { train, select }: Division): readonly [LevelColumn, LevelColumn] {
  const { name, type, ordered, codes, levels } = column;
  const seen = codesAt(codes, train);
  const own = [...seen].sort((a, b) => a - b);
  const further = [...codesAt(codes, select)].filter((code) => !seen.has(code)).sort((a, b) => a - b);
  const renumbered = new Map([-1, ...own, ...further].map((code, at) => [code, at - 1]));
  const at = (rows: Int32Array) => Int32Array.from(rows, (row) => renumbered.get(codes[row] as number) as number);
  const named = (some: readonly number[]) => some.map((code) => levels[code] as string);
  const common = { name, type, ...(ordered && { ordered }) };
  return [
    { ...common, codes: at(train), levels: named(own) },
    { ...common, codes: at(select), levels: named([...own, ...further]) },
  ];
}

function codesAt(codes: Int32Array, rows: Int32Array): Set<number> {
  const found = new Set<number>();
  for (const row of rows) found.add(codes[row] as number);
  found.delete(-1);
  return found;
}
