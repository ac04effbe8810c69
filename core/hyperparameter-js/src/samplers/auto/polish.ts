/**
 * Local search beside the best trial: the minimum of a quadratic model in a trust region, as Powell's NEWUOA and BOBYQA
 * do it (DAMTP 2006/NA05, 2009/NA06). A global model of the whole space stops at some digits where the search is almost
 * done; a quadratic goes on to the last one, and costs a few trials where there is nothing to win.
 */
import { type Column, columnsOf, type Table, tableOf } from "../../history/table.js";
import { usedPoints } from "../../history/used.js";
import { minimizeBounded } from "../../math/lbfgsb.js";
import { fitQuadratic, type Quadratic, quadraticAt, type Samples } from "../../models/quadratic.js";
import { createRng, type Rng } from "../../random/rng.js";
import { contains } from "../../space/points.js";
import { holds } from "../../space/relations.js";
import type { Direction, FrozenTrial, Params, ParamValue, Proposal, ProposeRequest } from "../../types.js";
import { nearestTrials } from "../nearest.js";
import { ASIDE, LEAST_RADIUS, type Local, localsOf, lossOf, POLISH, reach } from "./local.js";

/** Trials that are looked through for near ones, newest first. */
const LOOKED_AT = 5000;

/** Trials that the model is fitted to: the nearest, twice as many as it has coefficients, at most so many. */
const MOST_SAMPLES = 150;
const LEAST_SAMPLES = 8;

/** Points from which the model's minimum is looked for, the best trial among them. */
const STARTS = 4;

/** Steps shorter than this share of the radius show nothing that isn't known; a random one of so much shows the slope. */
const SHORTEST = 1e-3;
const LOOK = 0.3;

interface Task {
  readonly request: ProposeRequest;
  readonly direction: Direction;
  readonly local: Local;
  readonly table: Table;
  /** Columns of the numbers that the best point has, fixed ones apart. */
  readonly free: readonly number[];
}

/** Rows of the nearest trials with the best one's choices, nearest first. */
function nearRows({ request: { trials }, direction, local, table, free }: Task): readonly number[] {
  const { columns, cells } = table;
  const rows: { readonly row: number; readonly far: number }[] = [];
  for (let row = Math.max(0, trials.length - LOOKED_AT); row < trials.length; row++) {
    if (!Number.isFinite(lossOf(trials[row] as FrozenTrial, direction))) continue;
    const far = reach(columns, local.centre, cells.subarray(row * columns.length, (row + 1) * columns.length));
    if (far < Number.POSITIVE_INFINITY) rows.push({ row, far });
  }
  const most = Math.min(MOST_SAMPLES, (free.length + 1) * (free.length + 2));
  rows.sort((a, b) => a.far - b.far || a.row - b.row);
  return rows.slice(0, most).map(({ row }) => row);
}

/** The root mean square of the values' distance from the best, near ones first of all. */
function spreadOf(values: Float64Array, points: Float64Array, d: number): number {
  let [sum, total] = [0, 0];
  values.forEach((value, i) => {
    let square = 0;
    for (let k = 0; k < d; k++) square += (points[i * d + k] as number) ** 2;
    const weight = 1 / (1 + square * square * square);
    sum += weight * value * value;
    total += weight;
  });
  return Math.sqrt(sum / total);
}

interface Fitted {
  readonly model: Quadratic;
  /** What 1 in the model is in the objective. */
  readonly unit: number;
}

function fitNear(task: Task): Fitted | null {
  const { request, direction, local, table, free } = task;
  const rows = nearRows(task);
  const d = free.length;
  if (rows.length < Math.min(d + 2, LEAST_SAMPLES)) return null;
  const points = new Float64Array(rows.length * d);
  rows.forEach((row, i) => {
    free.forEach((column, k) => {
      const coordinate = table.cells[row * table.columns.length + column] as number;
      points[i * d + k] = (coordinate - (local.centre[column] as number)) / local.radius;
    });
  });
  const above = Float64Array.from(rows, (row) => lossOf(request.trials[row] as FrozenTrial, direction) - local.best);
  const unit = spreadOf(above, points, d);
  if (!(unit > 0 && unit < Number.POSITIVE_INFINITY)) return null;
  const samples: Samples = { d, points, values: above.map((each) => each / unit) };
  const model = fitQuadratic(samples);
  return model && { model, unit };
}

interface Box {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The trust region inside the space, in units of the radius. */
function regionOf({ local: { centre, radius }, free }: Task): Box {
  return {
    low: Float64Array.from(free, (at) => Math.max(-1, -(centre[at] as number) / radius)),
    high: Float64Array.from(free, (at) => Math.min(1, (1 - (centre[at] as number)) / radius)),
  };
}

function randomIn({ low, high }: Box, share: number, rng: Rng): Float64Array {
  return low.map((from, k) => share * (from + ((high[k] as number) - from) * rng.next()));
}

interface Found {
  readonly s: Float64Array;
  readonly value: number;
}

function lowestFrom(model: Quadratic, { low, high }: Box, start: Float64Array): Found {
  const value = (s: Float64Array, slope: Float64Array) => quadraticAt(model, s, slope);
  const end = minimizeBounded({ start, low, high, value });
  return { s: Float64Array.from(end.x), value: end.value };
}

function lowestIn(model: Quadratic, box: Box, rng: Rng): Found {
  const starts = Array.from({ length: STARTS }, (_, at) => randomIn(box, at === 0 ? 0 : 1, rng));
  const ends = starts.map((start) => lowestFrom(model, box, start));
  return ends.reduce((least, end) => (end.value < least.value ? end : least));
}

/** The values on a grid are rounded, then the others moved to where they are best beside those. */
function onGrid(task: Task, model: Quadratic, { s, value }: Found): Found {
  const { free, table, local } = task;
  const gridded = free.map((at) => Number.isFinite((table.columns[at] as Column).size));
  if (!gridded.includes(true)) return { s, value };
  const rounded = s.map((each, k) => {
    const at = free[k] as number;
    const { encode, decode } = table.columns[at] as Column;
    const centre = local.centre[at] as number;
    return gridded[k] === true ? (encode(decode(centre + local.radius * each)) - centre) / local.radius : each;
  });
  const { low, high } = regionOf(task);
  const fixed = {
    low: low.map((each, k) => (gridded[k] === true ? (rounded[k] as number) : each)),
    high: high.map((each, k) => (gridded[k] === true ? (rounded[k] as number) : each)),
  };
  return lowestFrom(model, fixed, rounded);
}

function paramsAt({ request, table, local, free }: Task, s: Float64Array): Params {
  const moved: Record<string, ParamValue> = {};
  free.forEach((at, k) => {
    const { name, decode } = table.columns[at] as Column;
    moved[name] = decode((local.centre[at] as number) + local.radius * (s[k] as number));
  });
  return { ...(request.trials[local.row] as FrozenTrial).params, ...moved };
}

/** Where the model sees nothing to win, a random look around, of which nothing is promised. */
function stepOf(task: Task, { model, unit }: Fitted, rng: Rng): { readonly params: Params; readonly promise: number } {
  const { local } = task;
  const { s, value } = onGrid(task, model, lowestIn(model, regionOf(task), rng));
  const length = s.reduce((longest, each) => Math.max(longest, Math.abs(each)), 0);
  if (length >= SHORTEST && value < 0) return { params: paramsAt(task, s), promise: local.best + unit * value };
  return { params: paramsAt(task, randomIn(regionOf(task), LOOK, rng)), promise: local.best };
}

/** The task where there is one: a centre of this space with numbers to move, and a search that has not converged. */
function taskOf(request: ProposeRequest, direction: Direction, local: Local): Task | null {
  const best = request.trials[local.row];
  if (best === undefined || local.radius < LEAST_RADIUS || !contains(request.space, best.params)) return null;
  const columns = columnsOf(request.space);
  const free = [...columns.keys()].filter((at) => {
    const { axis, size } = columns[at] as Column;
    return axis !== null && size > 1 && !Number.isNaN(local.centre[at]);
  });
  const table = tableOf(request.trials, request.space);
  return free.length > 0 ? { request, direction, local, table, free } : null;
}

function proposalOf(rule: string, task: Task | null): Proposal | null {
  const fitted = task && fitNear(task);
  if (task === null || fitted === null) return null;
  const { request, direction, local } = task;
  const { space, relations = [], seed, number, trials } = request;
  const { params, promise } = stepOf(task, fitted, createRng(seed, number, rule));
  const free = contains(space, params) && holds(relations, params) && !usedPoints(request)(params);
  if (!free) return null;
  const acquisition = direction === "minimize" ? promise : -promise;
  const centre = (trials[local.row] as FrozenTrial).number;
  const note = `a quadratic model promises ${acquisition.toPrecision(4)}, within ${local.radius.toPrecision(2)} of trial ${centre}`;
  return { params, why: { rule, acquisition, note, nearest: nearestTrials(space, params, trials) } };
}

/** Trials between two of one search, even where it succeeds: a minimum that others find may be the lower one. */
const PAUSE = 2;

/** From this share of the budget on there is no time left to search around such a find, and no pause. */
const LATE = 0.8;

function isLate({ number, budget = Number.POSITIVE_INFINITY }: ProposeRequest): boolean {
  return number >= LATE * budget;
}

/** A proposal of a local search whose turn has come and that has one: the search beside the best trial first. */
export function polish(request: ProposeRequest, direction: Direction): Proposal | null {
  const { main, aside } = localsOf(request, direction);
  const searches: readonly (readonly [string, Local | null])[] = [
    [POLISH, main],
    [ASIDE, aside],
  ];
  const pause = isLate(request) ? 0 : PAUSE;
  for (const [rule, local] of searches) {
    const isDue =
      local !== null && local.waited >= local.wait + pause && !request.running.some(({ why }) => why?.rule === rule);
    const proposal = isDue ? proposalOf(rule, taskOf(request, direction, local)) : null;
    if (proposal !== null) return proposal;
  }
  return null;
}
