import type { Process } from "../models/gp/posterior.js";

/** Rows as the cells of a model's inputs. */
export function cellsOf(rows: readonly Float64Array[]): Float64Array {
  const cells = new Float64Array(rows.length * (rows[0]?.length ?? 0));
  for (const [at, row] of rows.entries()) cells.set(row, at * row.length);
  return cells;
}

/** The process as if each point had come out as expected (kriging believer): its variance near them goes. */
export function believing(process: Process, points: readonly Float64Array[]): Process {
  return points.reduce((sum, x) => sum.with(x, sum.predict(x).mean), process);
}
