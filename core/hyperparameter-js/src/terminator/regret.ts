/**
 * How much better than the best so far a trial could still be: Makarova et al., "Automatic termination for hyperparameter
 * optimization", AutoML 2022.
 */
import { violationsOf } from "../history/violation.js";
import { log } from "../math/elementary.js";
import { fitGp } from "../models/gp/fit.js";
import type { Process } from "../models/gp/posterior.js";
import { cellsOf } from "../models/gp/rows.js";
import { createRng } from "../random/rng.js";
import { coordinatesOf, rowOf } from "../samplers/gp/coordinates.js";
import { outcomesOf } from "../samplers/gp/outcomes.js";
import { drawPoint } from "../space/points.js";
import type { Direction, FrozenTrial, Space } from "../types.js";

/** The model is made of the better half of the trials: of so many at least, and so many at most. */
const LEAST_ROWS = 20;
const MOST_ROWS = 200;
/** Points at which the model is asked beside the trials themselves. */
const DRAWS = 1024;

/** The complete, feasible trials' outcomes, less being better, that the model is made of. */
function topRows(trials: readonly FrozenTrial[], direction: Direction) {
  const complete = trials.filter(({ state }) => state === "complete");
  const violations = violationsOf(complete);
  const feasible = complete.filter((_, index) => violations[index] === 0);
  const y = outcomesOf(feasible, 0, direction);
  const count = Math.min(Math.max(Math.ceil(y.length / 2), LEAST_ROWS), MOST_ROWS);
  const order = [...y.keys()].sort((a, b) => (y[a] as number) - (y[b] as number) || a - b).slice(0, count);
  return {
    trials: order.map((at) => feasible[at] as FrozenTrial),
    y: Float64Array.from(order, (at) => y[at] as number),
  };
}

/** √β of GP-UCB for n trials in d dimensions, δ the chance that the bounds don't hold; a fifth, as in the paper's §4. */
function confidence(n: number, d: number, delta: number): number {
  return Math.sqrt((2 * log((d * n * n * Math.PI * Math.PI) / (6 * delta))) / 5);
}

function lowest(process: Process, rows: readonly Float64Array[], deviations: number): number {
  return rows.reduce((least, x) => {
    const { mean, variance } = process.predict(x);
    return Math.min(least, mean + deviations * Math.sqrt(variance));
  }, Number.POSITIVE_INFINITY);
}

/**
 * The largest gain that is still likely, in the unit of the value: the least upper bound at a trial less the least lower
 * bound anywhere, by a Gaussian process of the better half of the complete trials. Infinity before there is one, or without
 * parameters.
 */
export function regretBound(trials: readonly FrozenTrial[], space: Space, direction: Direction, delta: number): number {
  const top = topRows(trials, direction);
  const { dimensions } = coordinatesOf(space);
  if (top.y.length === 0 || dimensions.length === 0) return Number.POSITIVE_INFINITY;
  const rows = top.trials.map(({ params }) => rowOf(space, params));
  const process = fitGp({ dimensions, rows: rows.length, cells: cellsOf(rows) }, top.y);
  const rng = createRng(0, "regret", trials.length);
  const anywhere = Array.from({ length: DRAWS }, () => rowOf(space, drawPoint(space, rng)));
  const deviations = confidence(top.y.length, dimensions.length, delta);
  return lowest(process, rows, deviations) - lowest(process, [...rows, ...anywhere], -deviations);
}
