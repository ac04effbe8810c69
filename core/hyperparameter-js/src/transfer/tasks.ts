/** Earlier studies as tasks of the new space: a model of each, and its best points as the new space can have them. */

import { violationsOf } from "../history/violation.js";
import { believing } from "../models/gp/believing.js";
import { fitGp } from "../models/gp/fit.js";
import { inUnits, type Posterior, type Prediction, unitOf } from "../models/gp/posterior.js";
import { cellsOf } from "../models/gp/rows.js";
import type { Rng } from "../random/rng.js";
import { createRng } from "../random/rng.js";
import { coordinatesOf, rowOf } from "../samplers/gp/coordinates.js";
import { drawTogether, outcomesOf } from "../samplers/gp/outcomes.js";
import { buildParams } from "../space/conditions.js";
import { drawUniform } from "../space/distribution.js";
import { nearestMember } from "../space/neighbours.js";
import type { Distribution, EarlierStudy, FrozenTrial, Params, ParamValue, Space } from "../types.js";

/** Fewer complete trials than this say nothing of a task. */
const LEAST_TRIALS = 5;
/** Trials that a model is made of: the better half of them are the best ones, the others spread over the rest. */
const MOST_ROWS = 120;
/** Best points that are kept of a task. */
const KEPT = 10;

export interface Task extends Posterior {
  /** The same, as if these points had come out as expected: less is to be learned near them. */
  believing(points: readonly Float64Array[]): Posterior;
  /** Its outcomes as the model has them, ascending: less is better, mean 0, deviation 1. */
  readonly sorted: Float64Array;
  /** The best points first, each once. */
  readonly best: readonly Params[];
}

/** The value as the distribution has it: numbers go to the nearest one; undefined: it has nothing like it. */
function nearest(distribution: Distribution, value: ParamValue | undefined): ParamValue | undefined {
  if (distribution.type === "categorical") return distribution.choices.find((choice) => choice === value);
  return typeof value === "number" ? nearestMember(distribution, value) : undefined;
}

/** Only what the new space knows, name by name. */
function sharedParams(space: Space, params: Params): Params {
  const shared: Record<string, ParamValue> = {};
  for (const name in params) {
    const value = Object.hasOwn(space, name) ? nearest(space[name] as Distribution, params[name]) : undefined;
    if (value !== undefined) shared[name] = value;
  }
  return shared;
}

/** A point of the space with the values that it shares; what is missing is drawn. */
function completed(space: Space, shared: Params, rng: Rng): Params {
  return buildParams(space, (name, distribution) => shared[name] ?? drawUniform(distribution, rng));
}

/** The best points; those with a choice that the new space doesn't have are left out. */
function bestPoints(space: Space, trials: readonly FrozenTrial[]): readonly Params[] {
  const points = new Map<string, Params>();
  for (const { params, number } of trials) {
    if (points.size === KEPT) break;
    const shared = sharedParams(space, params);
    if (Object.keys(params).some((name) => Object.hasOwn(space, name) && !Object.hasOwn(shared, name))) continue;
    const key = JSON.stringify(shared);
    if (!points.has(key)) points.set(key, completed(space, shared, createRng(0, "transfer", number)));
  }
  return [...points.values()];
}

interface Ranked {
  /** The best first. */
  readonly trials: readonly FrozenTrial[];
  readonly y: Float64Array;
}

/** The complete trials with what they came to, less being better; infeasible ones as the worst. */
function ranked({ trials, directions: [direction = "minimize"] }: EarlierStudy): Ranked {
  const complete = trials.filter(({ state }) => state === "complete");
  const outcomes = outcomesOf(complete, 0, direction);
  const violations = violationsOf(complete);
  const worst = outcomes.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  const y = outcomes.map((each, index) => (violations[index] === 0 ? each : worst));
  const order = [...y.keys()].sort((a, b) => (y[a] as number) - (y[b] as number) || a - b);
  return {
    trials: order.map((at) => complete[at] as FrozenTrial),
    y: Float64Array.from(order, (at) => y[at] as number),
  };
}

function thinned({ trials, y }: Ranked): Ranked {
  if (trials.length <= MOST_ROWS) return { trials, y };
  const half = MOST_ROWS / 2;
  const stride = (trials.length - half) / half;
  const rows = Array.from({ length: MOST_ROWS }, (_, at) => (at < half ? at : Math.floor(half + (at - half) * stride)));
  return {
    trials: rows.map((row) => trials[row] as FrozenTrial),
    y: Float64Array.from(rows, (row) => y[row] as number),
  };
}

/** A posterior that is blind to some coordinates: they are set to what the model has seen of them. */
class Blind implements Posterior {
  readonly #posterior: Posterior;
  readonly #places: ReadonlyMap<number, number>;

  constructor(posterior: Posterior, places: ReadonlyMap<number, number>) {
    this.#posterior = posterior;
    this.#places = places;
  }

  predict(x: Float64Array): Prediction {
    return this.#posterior.predict(blinded(x, this.#places));
  }

  slopes(x: Float64Array, mean: Float64Array, variance: Float64Array): Prediction {
    const prediction = this.#posterior.slopes(blinded(x, this.#places), mean, variance);
    for (const place of this.#places.keys()) mean[place] = variance[place] = 0;
    return prediction;
  }
}

function blinded(x: Float64Array, places: ReadonlyMap<number, number>): Float64Array {
  if (places.size === 0) return x;
  const seen = x.slice();
  for (const [place, at] of places) seen[place] = at;
  return seen;
}

/** The coordinates of parameters that no trial of the study had, with what stands for an absent one. */
function blindPlaces(space: Space, trials: readonly FrozenTrial[]): ReadonlyMap<number, number> {
  const absent = rowOf(space, {});
  const lacking = Object.keys(space).flatMap((name, place) =>
    trials.some(({ params }) => Object.hasOwn(params, name)) ? [] : [[place, absent[place] as number] as const],
  );
  return new Map(lacking);
}

function taskOf(space: Space, study: EarlierStudy): Task {
  const all = ranked(study);
  const { trials, y } = thinned(all);
  const cells = cellsOf(trials.map(({ params }) => rowOf(space, sharedParams(space, params))));
  const together = drawTogether(y);
  const sorted = inUnits(together, unitOf(together));
  const process = fitGp({ dimensions: coordinatesOf(space).dimensions, rows: trials.length, cells }, sorted);
  const places = blindPlaces(space, trials);
  const model = new Blind(process, places);
  return {
    sorted,
    best: bestPoints(space, all.trials),
    predict: (x) => model.predict(x),
    slopes: (x, mean, variance) => model.slopes(x, mean, variance),
    believing: (points) =>
      new Blind(
        believing(
          process,
          points.map((x) => blinded(x, places)),
        ).process,
        places,
      ),
  };
}

function isUseful(space: Space, { directions, trials }: EarlierStudy): boolean {
  const complete = trials.filter(({ state }) => state === "complete");
  return (
    directions.length === 1 &&
    complete.length >= LEAST_TRIALS &&
    complete.some(({ params }) => Object.keys(params).some((name) => Object.hasOwn(space, name)))
  );
}

const known = new WeakMap<Space, WeakMap<readonly EarlierStudy[], readonly Task[]>>();

/** The tasks that have anything to do with the space: of one objective, with five complete trials and a shared name. */
export function tasksOf(space: Space, earlier: readonly EarlierStudy[]): readonly Task[] {
  const ofSpace = known.get(space) ?? new WeakMap<readonly EarlierStudy[], readonly Task[]>();
  known.set(space, ofSpace);
  const tasks =
    ofSpace.get(earlier) ?? earlier.filter((study) => isUseful(space, study)).map((study) => taskOf(space, study));
  ofSpace.set(earlier, tasks);
  return tasks;
}
