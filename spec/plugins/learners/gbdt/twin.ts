/** The best split by trying all: every threshold with missing values on either side, every set of levels. Rows, no histograms. */
import type { Column, Table } from "../../../../core/plugin/index.js";

export interface TwinRules {
  readonly l1: number;
  readonly l2: number;
  readonly minRows: number;
}

/** Gain of the best split of these rows. @param pairs gradient and second derivative by turns */
export function bestGain(table: Table, pairs: Float32Array, rules: TwinRules): number {
  const sides = table.columns.flatMap((column) => sidesOf(column, table.rows));
  return sides.reduce((best, left) => Math.max(best, gainOf(left, pairs, rules)), 0);
}

/** For each split of a column, which rows go left. */
function sidesOf(column: Column, rows: number): boolean[][] {
  const every = Array.from({ length: rows }, (_, row) => row);
  if (!("values" in column)) {
    const levels = [...new Set(column.codes)];
    const sets = Array.from({ length: 2 ** levels.length }, (_, set) => set);
    return sets.map((set) => every.map((row) => ((set >> levels.indexOf(column.codes[row] as number)) & 1) === 1));
  }
  const cuts = [...new Set(column.values)].filter((value) => !Number.isNaN(value));
  return cuts.flatMap((cut) =>
    [true, false].map((missing) =>
      every.map((row) => {
        const value = column.values[row] as number;
        return Number.isNaN(value) ? missing : value <= cut;
      }),
    ),
  );
}

export function gainOf(left: readonly boolean[], pairs: Float32Array, { l1, l2, minRows }: TwinRules): number {
  const sums = [0, 0, 0, 0, 0, 0];
  left.forEach((isLeft, row) => {
    const at = isLeft ? 0 : 3;
    sums[at] = (sums[at] as number) + (pairs[2 * row] as number);
    sums[at + 1] = (sums[at + 1] as number) + (pairs[2 * row + 1] as number);
    sums[at + 2] = (sums[at + 2] as number) + 1;
  });
  const [g = 0, h = 0, n = 0, g2 = 0, h2 = 0, n2 = 0] = sums;
  if (n < minRows || n2 < minRows) return 0;
  const worth = (gradient: number, bend: number) => Math.max(Math.abs(gradient) - l1, 0) ** 2 / (bend + l2);
  return worth(g, h) + worth(g2, h2) - worth(g + g2, h + h2);
}
