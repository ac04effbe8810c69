/** The rows that a model is made of: of many some, as what it costs grows with their cube. */
import type { Inputs } from "./kernel.js";

/**
 * `count` of the rows of `y`, in their order: the half with the least values, among which a minimum is looked for, and the
 * latest of the others. All of them where there are no more.
 */
export function chooseRows(y: Float64Array, count: number): readonly number[] {
  const rows = Array.from(y.keys());
  if (rows.length <= count) return rows;
  const byValue = rows.toSorted((a, b) => (y[a] as number) - (y[b] as number) || a - b);
  const best = new Set(byValue.slice(0, count >> 1));
  const others = rows.filter((row) => !best.has(row)).slice(-(count - best.size));
  return [...best, ...others].sort((a, b) => a - b);
}

/** Some of the rows. */
export function takeRows({ dimensions, cells }: Inputs, rows: readonly number[]): Inputs {
  const width = dimensions.length;
  const taken = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    taken.set(cells.subarray(row * width, (row + 1) * width), at * width);
  });
  return { dimensions, rows: rows.length, cells: taken };
}

/** Rows, one after another, as the cells of inputs. */
export function cellsOf(rows: readonly Float64Array[]): Float64Array {
  const cells = new Float64Array(rows.length * (rows[0]?.length ?? 0));
  for (const [at, row] of rows.entries()) cells.set(row, at * row.length);
  return cells;
}
