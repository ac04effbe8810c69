/** The posterior by the textbook: a dense matrix and Gaussian elimination. */
import type { Inputs } from "../../../../core/hyperparameter-js/src/models/gp/kernel.js";
import type { Hyperparameters } from "../../../../core/hyperparameter-js/src/models/gp/posterior.js";

function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    const pivot = rows.reduce(
      (best, row, r) => (r >= c && Math.abs(row[c] ?? 0) > Math.abs(rows[best]?.[c] ?? 0) ? r : best),
      c,
    );
    [rows[c], rows[pivot]] = [rows[pivot] as number[], rows[c] as number[]];
    const top = rows[c] as number[];
    for (const row of rows) {
      if (row === top) continue;
      const factor = (row[c] as number) / (top[c] as number);
      for (let k = c; k <= n; k++) (row[k] as number) -= factor * (top[k] as number);
    }
  }
  return rows.map((row, i) => (row[n] as number) / (row[i] as number));
}

export function densePrediction(
  { dimensions, rows, cells }: Inputs,
  y: Float64Array,
  hyper: Hyperparameters,
  x: Float64Array,
) {
  const width = dimensions.length;
  const row = (i: number) => cells.slice(i * width, (i + 1) * width);
  const covariance = (a: Float64Array, b: Float64Array) => {
    const r2 = dimensions.reduce((sum, kind, p) => {
      const d = (a[p] as number) - (b[p] as number);
      return sum + (hyper.theta[p] as number) * (kind === "number" ? d * d : Number(d !== 0));
    }, 0);
    const r = Math.sqrt(5 * r2);
    return 1 + (1 + r + r ** 2 / 3) * Math.exp(-r);
  };
  const all = Array.from({ length: rows }, (_, i) => row(i));
  const matrix = all.map((a, i) => all.map((b, j) => covariance(a, b) + (i === j ? hyper.noise : 0)));
  const centre = y.reduce((sum, each) => sum + each, 0) / rows;
  const deviation = Math.sqrt(y.reduce((sum, each) => sum + (each - centre) ** 2, 0) / rows) || 1;
  const k = all.map((a) => covariance(a, x));
  const weights = solve(matrix, k);
  const dot = (values: readonly number[]) =>
    weights.reduce((sum, weight, i) => sum + weight * (values[i] as number), 0);
  return {
    mean: centre + dot(Array.from(y, (each) => each - centre)),
    variance: hyper.scale * deviation ** 2 * (2 - dot(k)),
  };
}
