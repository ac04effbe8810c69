/** Tables by hand and from small CSV files, without the data part. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Column, Labelled, Table, TaskSpec } from "../../core/plugin/index.js";

/** Numbers (null: missing) make a numeric column, strings a categorical one. */
export type Cells = readonly (number | null)[] | readonly (string | null)[];

export function tableOf(columns: Readonly<Record<string, Cells>>): Table {
  const made = Object.entries(columns).map(([name, cells]) => columnOf(name, cells));
  return { rows: Object.values(columns)[0]?.length ?? 0, columns: made };
}

export function columnOf(name: string, cells: Cells): Column {
  if (!cells.some((cell) => typeof cell === "string")) {
    const numbers = cells as readonly (number | null)[];
    return { name, type: "numeric", values: Float32Array.from(numbers, (cell) => cell ?? Number.NaN) };
  }
  const levels = [...new Set(cells.filter((cell) => cell !== null) as string[])].sort();
  const codes = Int32Array.from(cells as readonly (string | null)[], (cell) =>
    cell === null ? -1 : levels.indexOf(cell),
  );
  return { name, type: "categorical", codes, levels };
}

export function labelled(table: Table, truth: readonly number[], weight: readonly number[] | null = null): Labelled {
  return { table, truth: Float64Array.from(truth), weight: weight && Float64Array.from(weight), group: null };
}

/** The rows of a table for which `keep` holds. */
export function rowsWhere({ table, truth, weight, group }: Labelled, keep: (row: number) => boolean): Labelled {
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter(keep);
  const columns = table.columns.map(
    (column): Column =>
      "values" in column
        ? { ...column, values: Float32Array.from(rows, (row) => column.values[row] as number) }
        : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] as number) },
  );
  return {
    table: { rows: rows.length, columns },
    truth: Float64Array.from(rows, (row) => truth[row] as number),
    weight: weight && Float64Array.from(rows, (row) => weight[row] as number),
    group,
  };
}

export interface Example {
  readonly spec: TaskSpec;
  readonly all: Labelled;
}

/** A table of recipes/data; a column of which every cell is a number is numeric, every other one categorical. */
export function example(file: string, target: string): Example {
  const path = fileURLToPath(new URL(`../../recipes/data/${file}`, import.meta.url));
  const [header = [], ...rows] = readFileSync(path, "utf8").trimEnd().split("\n").map(cellsOf);
  const cells = Object.fromEntries(header.map((name, at) => [name, parsed(rows.map((row) => row[at] ?? ""))]));
  const { [target]: answers = [], ...features } = cells as Record<string, readonly (string | number | null)[]>;
  const classes = typeof answers[0] === "string" ? ([...new Set(answers)].sort() as string[]) : [];
  const truth = answers.map((answer: string | number | null) =>
    typeof answer === "string" ? classes.indexOf(answer) : (answer as number),
  );
  const task = classes.length === 0 ? "regression" : classes.length === 2 ? "binary" : "multiclass";
  return { spec: { task, target, classes }, all: labelled(tableOf(features as Record<string, Cells>), truth) };
}

function cellsOf(line: string): string[] {
  return Array.from(line.matchAll(/"((?:[^"]|"")*)"|([^,"]+)|(?<=^|,)(?=,|$)/g), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
  );
}

function parsed(cells: readonly string[]): Cells {
  if (cells.every((cell) => cell === "" || Number.isFinite(Number(cell)))) {
    return cells.map((cell) => (cell === "" ? null : Number(cell)));
  }
  return cells.map((cell) => (cell === "" ? null : cell));
}
