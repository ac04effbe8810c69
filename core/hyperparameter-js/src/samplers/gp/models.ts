/** Gaussian processes of what the trials of a request came to. */
import { tableOf } from "../../history/table.js";
import { log } from "../../math/elementary.js";
import { type Belief, believing } from "../../models/gp/believing.js";
import { fitGp } from "../../models/gp/fit.js";
import type { Inputs } from "../../models/gp/kernel.js";
import type { Process } from "../../models/gp/posterior.js";
import { chooseRows, takeRows } from "../../models/gp/rows.js";
import type { FrozenTrial, ProposeRequest } from "../../types.js";
import { coordinatesOf, rowOf } from "./coordinates.js";
import { drawTogether, medianOf, outcomesOf } from "./outcomes.js";

/** Least noise, as a share of the variance: what keeps the matrix from being singular. */
const NO_NOISE = 1e-8;
/** Trials that models are made of. */
const MOST_ROWS = 400;

/** Some trials as rows. */
export interface Told {
  /** Indexes of the trials, ascending. */
  readonly trials: readonly number[];
  readonly inputs: Inputs;
  /** For each objective one value per row, to be small: see `drawTogether`. */
  readonly objectives: readonly Float64Array[];
}

function inputsOf({ trials, space }: ProposeRequest): Inputs {
  const { cells, columns } = tableOf(trials, space);
  const { dimensions, fill } = coordinatesOf(space);
  const width = columns.length;
  const filled = cells.slice(0, trials.length * width);
  for (let row = 0; row < trials.length; row++) fill(filled.subarray(row * width, (row + 1) * width));
  return { dimensions, rows: trials.length, cells: filled };
}

function pick(values: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row] as number);
}

/** The trials that say something of the objectives: of many the best and the latest. */
export function toldBy(request: ProposeRequest): Told {
  const outcomes = request.directions.map((direction, k) => outcomesOf(request.trials, k, direction));
  const said = [...request.trials.keys()].filter((row) => outcomes.every((each) => !Number.isNaN(each[row])));
  const objectives = outcomes.map((each) => drawTogether(pick(each, said)));
  const sum = Float64Array.from(said, (_, at) => objectives.reduce((all, each) => all + (each[at] as number), 0));
  const rows = chooseRows(sum, MOST_ROWS);
  const trials = rows.map((row) => said[row] as number);
  return {
    trials,
    inputs: takeRows(inputsOf(request), trials),
    objectives: objectives.map((each) => pick(each, rows)),
  };
}

export function fitTo(inputs: Inputs, y: Float64Array, deterministic: boolean): Process {
  return fitGp(inputs, y, deterministic ? { noise: NO_NOISE } : {});
}

/** A violation as it is near 0, and drawn together further out, on the scale of what was measured. */
function constraintValues(measured: Float64Array): Float64Array {
  const scale = medianOf(measured.map(Math.abs).sort()) || 1;
  return measured.map((each) => {
    const size = log(1 + Math.min(Math.abs(each) / scale, Number.MAX_VALUE));
    return each < 0 ? -size : size;
  });
}

function measuredBy({ constraints }: FrozenTrial, k: number): boolean {
  return constraints?.[k] !== undefined && !Number.isNaN(constraints[k]);
}

/** One process per black-box constraint, of the rows where it was measured; 0 stays 0. */
export function constraintModels(request: ProposeRequest, told: Told, deterministic: boolean): readonly Process[] {
  const trials = told.trials.map((index) => request.trials[index] as FrozenTrial);
  const count = trials.reduce((most, { constraints = [] }) => Math.max(most, constraints.length), 0);
  return Array.from({ length: count }, (_, k) => {
    const rows = [...trials.keys()].filter((row) => measuredBy(trials[row] as FrozenTrial, k));
    const measured = Float64Array.from(rows, (row) => trials[row]?.constraints?.[k] as number);
    return fitTo(takeRows(told.inputs, rows), constraintValues(measured), deterministic);
  });
}

/** Running trials as if they had come out as expected. */
export function believe(fitted: Process, { space, running }: ProposeRequest): Belief {
  return believing(
    fitted,
    running.map(({ params }) => rowOf(space, params)),
  );
}
