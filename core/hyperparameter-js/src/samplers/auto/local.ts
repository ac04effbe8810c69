/** What the local search goes on: the best trial, and how far and how often to look beside it. A fold over the trials. */
import { foldTrials } from "../../history/fold.js";
import { type Column, columnsOf, encodePoint } from "../../history/table.js";
import type { Direction, FrozenTrial, ProposeRequest, Space } from "../../types.js";

/** What a trial that the local search proposed says that it is. */
export const POLISH = "auto-polish";

/** Radii, as shares of each parameter's (log) range: where the search begins anew, the widest, and where it has converged. */
const FIRST_RADIUS = 0.2;
const WIDEST_RADIUS = 0.5;
export const LEAST_RADIUS = 1e-9;

/** Shares of the promised improvement that came true: above the one the radius grows, below the other it shrinks. */
const KEPT = 0.7;
const BROKEN = 0.1;

/** The local search waits 1, 2, 4 … trials of others after each failure in a row, at most so many. */
const LONGEST_WAIT = 16;

export interface Local {
  /** The least value so far, with its sign turned where values are to be large. */
  readonly best: number;
  /** The row of the trial that has it; −1: none has. */
  readonly row: number;
  /** Its coordinates, one per column. */
  readonly centre: Float64Array;
  readonly radius: number;
  /** How many trials of others have to come between the last polish and the next. */
  readonly wait: number;
  /** How many have come. */
  readonly waited: number;
}

/** A trial's value for one objective, to be small; NaN where it has none. */
export function lossOf({ state, values }: FrozenTrial, direction: Direction): number {
  if (state !== "complete" || values === null) return Number.NaN;
  const [value = Number.NaN] = values;
  return direction === "minimize" ? value : -value;
}

/** The largest difference of a coordinate; Infinity between points with other choices or other parameters. */
export function reach(columns: readonly Column[], a: Float64Array, b: Float64Array): number {
  let far = 0;
  for (let at = 0; at < columns.length; at++) {
    const difference = Math.abs((a[at] as number) - (b[at] as number));
    const alike = difference === 0 || (Number.isNaN(a[at]) && Number.isNaN(b[at]));
    if (alike) continue;
    if (Number.isNaN(difference) || columns[at]?.axis === null) return Number.POSITIVE_INFINITY;
    far = Math.max(far, difference);
  }
  return far;
}

interface Step {
  readonly better: boolean;
  readonly value: number;
  /** From the best point before. */
  readonly moved: number;
}

/** As in trust-region methods (Conn, Gould and Toint, 2000, §6.1): the radius follows how well the model foretold. */
function radiusAfter({ best, radius }: Local, promise: number, { value, moved }: Step): number {
  const kept = (best - value) / (best - promise);
  if (kept >= KEPT && moved > 0.8 * radius) return Math.min(WIDEST_RADIUS, 2 * radius);
  return kept >= BROKEN ? radius : 0.5 * Math.min(radius, Math.max(moved, 0.1 * radius));
}

/** After a trial of the local search itself: go on at once where it was a success, else wait twice as long. */
function afterPolish(local: Local, promise: number, step: Step): Partial<Local> {
  const wait = step.better ? 0 : Math.min(LONGEST_WAIT, Math.max(1, 2 * local.wait));
  return { wait, waited: 0, radius: radiusAfter(local, promise, step) };
}

/** After a trial of others: a new best point is worth a look soon, with room for its distance from the old one. */
function afterOther({ wait, waited, radius }: Local, { better, moved }: Step): Partial<Local> {
  if (!better) return { waited: waited + 1 };
  return { waited: waited + 1, wait: Math.min(wait, 1), radius: Math.max(radius, Math.min(FIRST_RADIUS, moved)) };
}

interface Folded {
  readonly columns: readonly Column[];
  local: Local;
}

function startOf(space: Space): Folded {
  const columns = columnsOf(space);
  const centre = new Float64Array(columns.length);
  const best = Number.POSITIVE_INFINITY;
  return { columns, local: { best, row: -1, centre, radius: FIRST_RADIUS, wait: 0, waited: 0 } };
}

function foldFor(direction: Direction): (trials: readonly FrozenTrial[], space: Space) => Folded {
  return foldTrials(startOf, (folded, trial, row) => {
    if (trial.state === "stale") return;
    const { columns, local } = folded;
    const point = new Float64Array(columns.length);
    encodePoint(columns, trial.params, point);
    const value = lossOf(trial, direction);
    const better = value < local.best;
    const step = {
      better,
      value,
      moved: local.row < 0 ? Number.POSITIVE_INFINITY : reach(columns, local.centre, point),
    };
    const { rule, acquisition = Number.NaN } = trial.why ?? { rule: "" };
    const promise = direction === "minimize" ? acquisition : -acquisition;
    const change = rule === POLISH ? afterPolish(local, promise, step) : afterOther(local, step);
    folded.local = { ...local, ...change, ...(better && { best: value, row, centre: point }) };
  });
}

const FOLDS = { minimize: foldFor("minimize"), maximize: foldFor("maximize") };

/** Of a request for one objective. */
export function localOf({ trials, space }: ProposeRequest, direction: Direction): Local {
  return FOLDS[direction](trials, space).local;
}
