/** Small data of every task and column type, in shared memory as in a worker, and the same with things done to them. */
import { createRng, type Rng } from "hyperparameter-js";
import type { Column, Labelled, LevelColumn, NumberColumn, Table, Task, TaskSpec } from "../plugin/index.js";

export interface Example {
  readonly spec: TaskSpec;
  readonly train: Labelled;
  readonly select: Labelled;
}

const TRAIN_ROWS = 160;
const SELECT_ROWS = 60;
const COLOURS = ["blue", "green", "red"];
const WORDS = ["late", "early", "broken", "fine", "return", "thanks"];
const CLASSES: Readonly<Record<Task, readonly string[]>> = {
  binary: ["no", "yes"],
  multiclass: ["high", "low", "middle"],
  regression: [],
};

interface Row {
  readonly amount: number;
  readonly flag: number;
  readonly day: number;
  readonly colour: string | null;
  readonly note: string | null;
  readonly score: number;
}

/** New at each call, and the same each time. The select side has a colour that the training side hasn't. */
export function exampleOf(task: Task): Example {
  const rng = createRng(20_261, "conformance", "example");
  const train = Array.from({ length: TRAIN_ROWS }, () => rowOf(rng, COLOURS));
  const select = Array.from({ length: SELECT_ROWS }, () => rowOf(rng, [...COLOURS, "violet"]));
  const spec: TaskSpec = { task, target: "answer", classes: CLASSES[task] };
  const [trainTable, selectTable] = tablesOf(train, select);
  return { spec, train: labelled(trainTable, train, spec), select: labelled(selectTable, select, spec) };
}

function rowOf(rng: Rng, colours: readonly string[]): Row {
  const amount = rng.normal();
  const flag = rng.int(2);
  const colour = colours[rng.int(colours.length)] ?? null;
  const score = amount + flag + (colour === "red" ? 1 : 0) + 0.3 * rng.normal();
  return {
    amount: rng.next() < 0.1 ? Number.NaN : amount,
    flag: rng.next() < 0.05 ? Number.NaN : flag,
    day: 20_000 + rng.int(365),
    colour: rng.next() < 0.1 ? null : colour,
    note: `${WORDS[rng.int(WORDS.length)]} ${WORDS[rng.int(WORDS.length)]}`,
    score,
  };
}

function tablesOf(train: readonly Row[], select: readonly Row[]): readonly [Table, Table] {
  const dictionaries = (["colour", "note"] as const).map((name) => {
    const known = levelsOf(train, name, []);
    return { name, known, all: [...known, ...levelsOf(select, name, known)] };
  });
  const make = (rows: readonly Row[], side: "known" | "all"): Table => {
    const levels = dictionaries.map((one) => levelColumn(rows, one.name, one[side]));
    return { rows: rows.length, columns: [...numbersOf(rows), ...levels] };
  };
  return [make(train, "known"), make(select, "all")];
}

function numbersOf(rows: readonly Row[]): NumberColumn[] {
  return [
    numberColumn(
      "amount",
      "numeric",
      rows.map(({ amount }) => amount),
    ),
    numberColumn(
      "flag",
      "boolean",
      rows.map(({ flag }) => flag),
    ),
    numberColumn(
      "day",
      "date",
      rows.map(({ day }) => day),
    ),
  ];
}

function levelsOf(rows: readonly Row[], name: "colour" | "note", known: readonly string[]): string[] {
  const levels = new Set(rows.flatMap((row) => row[name] ?? []));
  return [...levels].filter((level) => !known.includes(level)).sort();
}

function numberColumn(name: string, type: NumberColumn["type"], numbers: readonly number[]): NumberColumn {
  const values = new Float32Array(new SharedArrayBuffer(numbers.length * Float32Array.BYTES_PER_ELEMENT));
  values.set(numbers);
  return { name, type, values };
}

function levelColumn(rows: readonly Row[], name: "colour" | "note", levels: readonly string[]): LevelColumn {
  const codes = new Int32Array(new SharedArrayBuffer(rows.length * Int32Array.BYTES_PER_ELEMENT));
  codes.set(rows.map((row) => levels.indexOf(row[name] ?? "")));
  return { name, type: name === "note" ? "text" : "categorical", codes, levels };
}

function labelled(table: Table, rows: readonly Row[], { task, classes }: TaskSpec): Labelled {
  const truth = new Float64Array(new SharedArrayBuffer(rows.length * Float64Array.BYTES_PER_ELEMENT));
  truth.set(rows.map(({ score }) => (task === "regression" ? 10 + 3 * score : classOf(score, classes.length))));
  return { table, truth, weight: null, group: null };
}

/** Cuts near the quantiles of the score, so that classes have about as many rows each. */
function classOf(score: number, classes: number): number {
  if (classes === 2) return score > 0.8 ? 1 : 0;
  return score > 1.4 ? 0 : score < 0.2 ? 1 : 2;
}

/** These rows of a side, in this order; an index may come more than once. */
export function withRows({ table, truth, weight, group }: Labelled, rows: readonly number[]): Labelled {
  return {
    table: tableRows(table, rows),
    truth: Float64Array.from(rows, (row) => truth[row] ?? Number.NaN),
    weight: weight && Float64Array.from(rows, (row) => weight[row] ?? Number.NaN),
    group: group && Int32Array.from(rows, (row) => group[row] ?? -1),
  };
}

export function tableRows({ columns }: Table, rows: readonly number[]): Table {
  const taken = columns.map(
    (column): Column =>
      "values" in column
        ? { ...column, values: Float32Array.from(rows, (row) => column.values[row] ?? Number.NaN) }
        : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] ?? -1) },
  );
  return { rows: rows.length, columns: taken };
}

/** Rows without a missing cell. */
export function wholeRows({ rows, columns }: Table): number[] {
  const isThere = (column: Column, row: number) =>
    "values" in column ? !Number.isNaN(column.values[row]) : column.codes[row] !== -1;
  const all = Array.from({ length: rows }, (_, row) => row);
  return all.filter((row) => columns.every((column) => isThere(column, row)));
}

/** The same cells with the columns in another order, and one more column that nobody asked for. */
export function reordered({ rows, columns }: Table): Table {
  const stray: NumberColumn = { name: "stray", type: "numeric", values: new Float32Array(rows).fill(7) };
  return { rows, columns: [stray, ...[...columns].reverse()] };
}

/** The same cells with each dictionary turned round. */
export function recoded({ rows, columns }: Table): Table {
  return { rows, columns: columns.map((column) => ("values" in column ? column : turned(column))) };
}

function turned(column: LevelColumn): LevelColumn {
  const last = column.levels.length - 1;
  const codes = column.codes.map((code) => (code < 0 ? -1 : last - code));
  return { ...column, codes, levels: [...column.levels].reverse() };
}

/** Tables of cells that training rows don't have: all missing, all unseen, all as large as single precision goes. */
export function hardTables(table: Table): Readonly<Record<string, Table>> {
  const filled = (number: number, level: string | null): Table => ({
    rows: table.rows,
    columns: table.columns.map(
      (column): Column =>
        "values" in column
          ? { ...column, values: column.values.map(() => number) }
          : { ...column, levels: [level ?? ""], codes: column.codes.map(() => (level === null ? -1 : 0)) },
    ),
  });
  return {
    "missing cells": filled(Number.NaN, null),
    "unseen levels": filled(0, "never seen before"),
    "the largest numbers": filled(3.4e38, ""),
    "infinite numbers": filled(Number.NEGATIVE_INFINITY, null),
  };
}
