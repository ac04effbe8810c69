import { sampledRows } from "../resampling/folds.js";
import { divided } from "../resampling/tables.js";
import type { Labelled } from "./table.js";

/**
 * A training side of at most `most` rows, drawn by the seed, as a side of its own; the same one where it has no more. For learners
 * whose memory grows with rows, and whose model stops getting better with them.
 */
export function sampleOf(side: Labelled, most: number, seed: number): Labelled {
  const { rows } = side.table;
  if (rows <= most) return side;
  return divided(side, { train: sampledRows(rows, most, seed), select: Int32Array.of() }).train;
}
