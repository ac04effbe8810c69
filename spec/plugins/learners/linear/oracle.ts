/** What the linear learner is held against: plain formulas that share nothing with it but the file that it exported. */
import { createRng } from "hyperparameter-js";
import { decodeModel } from "onnx-train";
import type { Column, Labelled, NumberColumn, Prediction, Table, TaskSpec } from "../../../../core/plugin/index.js";

/** Standard normal numbers. */
export function noise(seed: number, rows: number): number[] {
  const rng = createRng(seed, "linear spec");
  return Array.from({ length: rows }, () => rng.normal());
}

/** Number columns without missing values, at mean 0 and standard deviation 1; [rows][columns]. */
export function standardised(table: Table): number[][] {
  const columns = table.columns
    .filter((column): column is NumberColumn => "values" in column)
    .map(({ values }) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      return Array.from(values, (value) => (value - mean) / Math.sqrt(variance));
    });
  return Array.from({ length: table.rows }, (_, row) => columns.map((column) => column[row] as number));
}

/** x of matrix · x = right, by Gauss with pivots. */
export function solveLinear(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  rows.forEach((_, at) => {
    const pivot = rows
      .slice(at)
      .reduce(
        (best, row, i) => (Math.abs(row[at] as number) > Math.abs(rows[best]?.[at] as number) ? at + i : best),
        at,
      );
    [rows[at], rows[pivot]] = [rows[pivot] as number[], rows[at] as number[]];
    rows.forEach((row, i) => {
      if (i === at) return;
      const factor = (row[at] as number) / (rows[at]?.[at] as number);
      rows[i] = row.map((value, j) => value - factor * (rows[at]?.[j] as number));
    });
  });
  return rows.map((row, i) => (row.at(-1) as number) / (row[i] as number));
}

/** Coefficients as the exported file has them: number columns, then the levels of each categorical one. */
export function coefficientsOf(model: Uint8Array): { weights: number[][]; intercepts: number[] } {
  const tensors = [...decodeModel(model).graph.initializers].map(([value, { dims, data }]) => ({
    name: value.name,
    dims,
    data: [...data].map(Number),
  }));
  const outputs = tensors.find(({ name }) => name.startsWith("coefficients"))?.dims[1] as number;
  const tables = tensors.filter(({ name }) => name.includes("coefficients"));
  // numbers first: they are "coefficients_…", the levels "level_coefficients_…"
  const flat = tables.sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(({ data }) => data);
  const weights = Array.from({ length: flat.length / outputs }, (_, i) => flat.slice(i * outputs, (i + 1) * outputs));
  const nodes = decodeModel(model).graph.nodes.filter((node) => node.opType === "Add");
  const names = new Set(nodes.flatMap((node) => node.inputs.map((input) => input?.name)));
  return { weights, intercepts: tensors.find(({ name }) => names.has(name))?.data ?? [] };
}

/** The mean log loss's slope in each coefficient and intercept, from probabilities; columns in the order of `coefficientsOf`. */
export function gradientOf(spec: TaskSpec, { table, truth }: Labelled, probabilities: Prediction) {
  const outputs = spec.classes.length;
  const columns = [...standardisedColumns(table), ...table.columns.flatMap(indicatorsOf)];
  const slope = (column: readonly number[], k: number) =>
    column.reduce(
      (sum, value, row) => sum + value * ((probabilities[row * outputs + k] as number) - (truth[row] === k ? 1 : 0)),
      0,
    ) / table.rows;
  const slopes = (column: readonly number[]) => spec.classes.map((_, k) => slope(column, k));
  return { weights: columns.map(slopes), intercepts: slopes(Array.from({ length: table.rows }, () => 1)) };
}

function standardisedColumns(table: Table): number[][] {
  const rows = standardised(table);
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] as number));
}

/** One column for each level. */
function indicatorsOf(column: Column): number[][] {
  if ("values" in column) return [];
  return [...column.levels.keys()].map((code) => Array.from(column.codes, (own) => (own === code ? 1 : 0)));
}
