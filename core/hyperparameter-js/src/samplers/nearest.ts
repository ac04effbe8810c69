/** The earlier trials that a proposal is closest to: the part of the explanation that a person can look up. */
import { encodePoint, tableOf } from "../history/table.js";
import type { FrozenTrial, Params, Space } from "../types.js";

const SHOWN = 3;

/** Cells of the table that are looked at, newest rows first: 2,000 take about 10 µs, however long the history is. */
const CELLS = 2000;

/** The rows found so far, nearest first; of equals the older one first. */
class Nearest {
  readonly rows: number[] = [];
  readonly #far: number[] = [];
  /** What is farther than this has no place among them. */
  limit = Number.POSITIVE_INFINITY;

  /** Rows come newest first, so an equal one that comes later is the older one. */
  add(row: number, far: number): void {
    const { rows } = this;
    let at = Math.min(rows.length, SHOWN - 1);
    for (; at > 0 && far <= (this.#far[at - 1] as number); at--) {
      rows[at] = rows[at - 1] as number;
      this.#far[at] = this.#far[at - 1] as number;
    }
    rows[at] = row;
    this.#far[at] = far;
    if (rows.length === SHOWN) this.limit = this.#far[SHOWN - 1] as number;
  }
}

/**
 * The sum over coordinates of 0 … 1 for numbers, 0 or 1 for choices, whose indexes are 1 or more apart, and 1 where only
 * one of the points has the parameter (NaN). To stop at a limit would cost more than it saves.
 */
function distance(cells: Float64Array, start: number, point: Float64Array): number {
  const { abs } = Math;
  let sum = 0;
  for (let at = 0; at < point.length; at++) {
    const a = cells[start + at] as number;
    const b = point[at] as number;
    const far = abs(a - b);
    sum += far <= 1 ? far : far > 1 || !(Number.isNaN(a) && Number.isNaN(b)) ? 1 : 0;
  }
  return sum;
}

/**
 * Numbers of the three ended trials with the smallest mean distance over all parameters, nearest first. Of a long history
 * the newest 2,000 / d trials are looked at. Stale trials say nothing and are left out.
 */
export function nearestTrials(space: Space, params: Params, trials: readonly FrozenTrial[]): readonly number[] {
  const { cells, columns } = tableOf(trials, space);
  const width = columns.length;
  const point = new Float64Array(width);
  encodePoint(columns, params, point);
  const nearest = new Nearest();
  const oldest = Math.max(0, trials.length - Math.ceil(CELLS / Math.max(1, width)));
  for (let row = trials.length - 1; row >= oldest; row--) {
    if (trials[row]?.state === "stale") continue;
    const far = distance(cells, row * width, point);
    if (far <= nearest.limit) nearest.add(row, far);
  }
  return nearest.rows.map((row) => (trials[row] as FrozenTrial).number);
}
