/** What the next trial is to bring: an improvement, where the constraints hold. */
import { violationsOf } from "../../history/violation.js";
import { type Acquisition, logExpectedImprovement, logProbabilityBelow, sumOf } from "../../models/gp/acquisition.js";
import type { Belief } from "../../models/gp/believing.js";
import { logHypervolumeImprovement } from "../../models/gp/improvement.js";
import type { Inputs } from "../../models/gp/kernel.js";
import { type Process, processOf } from "../../models/gp/posterior.js";
import { takeRows } from "../../models/gp/rows.js";
import { nonDominatedRanks } from "../../pareto/ranks.js";
import { referenceFor } from "../../pareto/subset.js";
import type { ProposeRequest } from "../../types.js";
import { believe, constraintModels, fitTo, type Told, toldBy } from "./models.js";
import { drawTogether } from "./outcomes.js";

export interface Goal {
  readonly acquisition: Acquisition;
  /** Coordinates of known points, the best first. */
  readonly known: readonly Float64Array[];
  readonly turn: Turn;
  /** Null: anywhere. */
  readonly box: Box | null;
}

/** Known points that the search goes near. */
const KNOWN = 5;

interface Situation {
  readonly told: Told;
  /** By how much each row violates its constraints. */
  readonly violations: Float64Array;
  /** One per objective. */
  readonly beliefs: readonly Belief[];
}

/** Where each row stands by the objectives alone: its value, or its rank among several. */
function standing({ objectives }: Told): ArrayLike<number> {
  const [only] = objectives;
  if (only !== undefined && objectives.length === 1) return only;
  return nonDominatedRanks(Array.from(only?.keys() ?? [], (row) => objectives.map((each) => each[row] as number)));
}

/** The best rows, feasible ones before others. */
function bestRows({ told, violations }: Situation): readonly Float64Array[] {
  const { rows, cells, dimensions } = told.inputs;
  const place = standing(told);
  const order = Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) =>
      (violations[a] as number) - (violations[b] as number) || (place[a] as number) - (place[b] as number) || a - b,
  );
  const width = dimensions.length;
  return order.slice(0, KNOWN).map((row) => cells.slice(row * width, (row + 1) * width));
}

/** Rows that are feasible, and what is believed of running trials: one value per objective each. */
function outcomesToBeat({ told, violations, beliefs }: Situation): readonly (readonly number[])[] {
  const measured = [...violations.keys()]
    .filter((row) => violations[row] === 0)
    .map((row) => told.objectives.map((each) => each[row] as number));
  const [first] = beliefs;
  return [...measured, ...(first?.values ?? []).map((_, at) => beliefs.map(({ values }) => values[at] as number))];
}

/** Null: nothing to improve on is known yet, and any point that holds to the constraints will do. */
function improvement(situation: Situation): Acquisition | null {
  const { told, beliefs } = situation;
  const width = told.inputs.dimensions.length;
  const values = outcomesToBeat(situation);
  if (values.length === 0) return null;
  const [only] = beliefs;
  if (only !== undefined && beliefs.length === 1) {
    const best = values.reduce((least, [value]) => Math.min(least, value as number), Number.POSITIVE_INFINITY);
    return logExpectedImprovement(only.process, best, width);
  }
  const posteriors = beliefs.map(({ process }) => process);
  const all = Array.from({ length: told.inputs.rows }, (_, row) => told.objectives.map((each) => each[row] as number));
  return logHypervolumeImprovement(posteriors, values, referenceFor(all), width);
}

/** Every trial is one of three kinds, in turn. */
export type Turn = "improve" | "explore" | "refine";

const TURNS: readonly Turn[] = ["improve", "explore", "refine"];

/** In turns that explore, lengths are taken as half of what they seem to be: what is unknown is less like what is known. */
const SHORTER = 0.5;

/** A part of the space, as bounds of the coordinates. */
export interface Box {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Best rows between which, and half as far around, a turn that refines looks. */
const CORNERS = 4;
const MARGIN = 0.5;
const LEAST_MARGIN = 1e-4;

function boxAround(rows: readonly Float64Array[], width: number): Box {
  const low = new Float64Array(width).fill(1);
  const high = new Float64Array(width);
  for (let p = 0; p < width; p++) {
    const values = rows.map((row) => row[p] as number);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const margin = Math.max(MARGIN * (most - least), LEAST_MARGIN);
    low[p] = Math.max(0, least - margin);
    high[p] = Math.min(1, most + margin);
  }
  return { low, high };
}

/** The better half: what it is like near the best, without what it is like elsewhere. */
function betterHalf(told: Told): Told {
  const y = told.objectives[0] as Float64Array;
  const count = Math.max(Math.ceil(y.length / 2), leastRefined(told));
  const rows = [...y.keys()]
    .sort((a, b) => (y[a] as number) - (y[b] as number) || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
  return {
    trials: rows.map((row) => told.trials[row] as number),
    inputs: takeRows(told.inputs, rows),
    objectives: [drawTogether(Float64Array.from(rows, (row) => y[row] as number))],
  };
}

/** Rows that a model of a part is made of, at least. */
function leastRefined({ inputs }: Told): number {
  return 2 * (inputs.dimensions.length + 1);
}

function turnOf(request: ProposeRequest, told: Told): Turn {
  const turn = TURNS[request.number % TURNS.length] as Turn;
  const local = request.directions.length === 1 && told.trials.length >= leastRefined(told);
  return turn === "refine" && !local ? "improve" : turn;
}

function modelOf(turn: Turn, inputs: Inputs, y: Float64Array, deterministic: boolean): Process {
  const fitted = fitTo(inputs, y, deterministic);
  if (turn !== "explore") return fitted;
  const theta = fitted.hyper.theta.map((each) => each / SHORTER ** 2);
  return processOf(inputs, y, { ...fitted.hyper, theta });
}

/** A request with at least one trial that says something. */
export function goalOf(request: ProposeRequest, deterministic: boolean): Goal {
  const all = toldBy(request);
  const turn = turnOf(request, all);
  const told = turn === "refine" ? betterHalf(all) : all;
  const violations = violationsOf(request.trials);
  const situation: Situation = {
    told,
    violations: Float64Array.from(told.trials, (index) => violations[index] as number),
    beliefs: told.objectives.map((y) => believe(modelOf(turn, told.inputs, y, deterministic), request)),
  };
  const width = told.inputs.dimensions.length;
  const bounds = constraintModels(request, told, deterministic).map((model) => logProbabilityBelow(model, 0, width));
  const gain = improvement(situation);
  const known = bestRows(situation);
  const acquisition = sumOf(gain === null ? bounds : [gain, ...bounds], width);
  return { turn, acquisition, known, box: turn === "refine" ? boxAround(known.slice(0, CORNERS), width) : null };
}
