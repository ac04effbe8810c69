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

const { abs, max, min } = Math;

/** Rows that are looked at together: their sums don't wait for each other. */
const TOGETHER = 4;

/**
 * Of four rows each the sum over coordinates: 0 … 1 for numbers, 0 or 1 for choices, whose indexes are 1 or more apart. NaN
 * where one of the points lacks a parameter. To stop at a limit would cost more than it saves.
 */
function distances(cells: Float64Array, start: number, point: Float64Array, into: Float64Array): void {
  const width = point.length;
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let at = 0; at < width; at++) {
    const x = point[at] as number;
    const cell = start + at;
    a += min(abs((cells[cell] as number) - x), 1);
    b += min(abs((cells[cell + width] as number) - x), 1);
    c += min(abs((cells[cell + 2 * width] as number) - x), 1);
    d += min(abs((cells[cell + 3 * width] as number) - x), 1);
  }
  into[0] = a;
  into[1] = b;
  into[2] = c;
  into[3] = d;
}

/** As above of one row, and 1 where only one of the points has the parameter. */
function distance(cells: Float64Array, start: number, point: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < point.length; at++) {
    const a = cells[start + at] as number;
    const b = point[at] as number;
    const far = min(abs(a - b), 1);
    if (far >= 0) sum += far;
    else if (!(Number.isNaN(a) && Number.isNaN(b))) sum += 1;
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
  const oldest = max(0, trials.length - Math.ceil(CELLS / max(1, width)));
  const far = new Float64Array(TOGETHER);
  for (let last = trials.length - 1; last >= oldest; last -= TOGETHER) {
    const first = max(0, last - TOGETHER + 1);
    distances(cells, first * width, point, far);
    for (let row = last; row >= max(first, oldest); row--) {
      if (trials[row]?.state === "stale") continue;
      const sum = far[row - first] as number;
      const whole = Number.isNaN(sum) ? distance(cells, row * width, point) : sum;
      if (whole <= nearest.limit) nearest.add(row, whole);
    }
  }
  return nearest.rows.map((row) => (trials[row] as FrozenTrial).number);
}
