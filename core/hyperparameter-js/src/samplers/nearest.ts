/** The earlier trials that a proposal is closest to: the part of the explanation that a person can look up. */
import { encodePoint, type Table, tableOf } from "../history/table.js";
import type { FrozenTrial, Params, Space } from "../types.js";

/** Bound once: a look-up of a global is slow in some hosts (Node's vm contexts). */
const { abs } = Math;

const SHOWN = 3;

/** Cells of the table that are looked at, newest rows first: 4,000 take about 10 µs, however long the history is. */
const CELLS = 4000;

/** 0 … 1 between two coordinates, and between choices, whose indexes are 1 or more apart; 1 where only one point has it. */
function gap(a: number, b: number): number {
  const far = abs(a - b);
  if (far <= 1) return far;
  return Number.isNaN(a) && Number.isNaN(b) ? 0 : 1;
}

/** The rows found so far, nearest first; of equals the older one first. */
class Nearest {
  readonly rows: number[] = [];
  readonly #far: number[] = [];

  get limit(): number {
    return this.rows.length < SHOWN ? Number.POSITIVE_INFINITY : (this.#far[SHOWN - 1] as number);
  }

  /** Rows come newest first, so an equal one that comes later is the older one. */
  add(row: number, far: number): void {
    const after = this.#far.findIndex((other) => far <= other);
    const at = after < 0 ? this.rows.length : after;
    this.rows.splice(at, 0, row);
    this.#far.splice(at, 0, far);
    this.rows.length = Math.min(this.rows.length, SHOWN);
    this.#far.length = this.rows.length;
  }
}

/** The sum of gaps, or something above `limit` as soon as it is above. */
function distance(table: Table, row: number, point: Float64Array, limit: number): number {
  const { cells } = table;
  const start = row * point.length;
  let far = 0;
  for (let at = 0; at < point.length && far <= limit; at++)
    far += gap(cells[start + at] as number, point[at] as number);
  return far;
}

/**
 * Numbers of the three ended trials with the smallest mean distance over all parameters, nearest first. Of a long history
 * the newest 4,000 / d trials are looked at. Stale trials say nothing and are left out.
 */
export function nearestTrials(space: Space, params: Params, trials: readonly FrozenTrial[]): readonly number[] {
  const table = tableOf(trials, space);
  const width = table.columns.length;
  const point = new Float64Array(width);
  encodePoint(table.columns, params, point);
  const nearest = new Nearest();
  const oldest = Math.max(0, trials.length - Math.ceil(CELLS / Math.max(1, width)));
  for (let row = trials.length - 1; row >= oldest; row--) {
    if (trials[row]?.state === "stale") continue;
    const far = distance(table, row, point, nearest.limit);
    if (far <= nearest.limit) nearest.add(row, far);
  }
  return nearest.rows.map((row) => (trials[row] as FrozenTrial).number);
}
