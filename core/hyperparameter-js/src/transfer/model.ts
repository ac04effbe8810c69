/** What the new study's trials and the trusted tasks say together. */
import { believing } from "../models/gp/believing.js";
import { fitGp } from "../models/gp/fit.js";
import { inUnits, type Posterior, unitOf } from "../models/gp/posterior.js";
import { cellsOf } from "../models/gp/rows.js";
import type { Rng } from "../random/rng.js";
import { coordinatesOf, rowOf } from "../samplers/gp/coordinates.js";
import { drawTogether, outcomesOf } from "../samplers/gp/outcomes.js";
import type { Direction, FrozenTrial, ProposeRequest, Space } from "../types.js";
import { Ensemble, leaveOneOut, rankWeights, Stacked, slopeBetween } from "./ensemble.js";
import type { Task } from "./tasks.js";

/** A task with how far it is trusted, above 0. */
export interface Trusted {
  readonly task: Task;
  readonly trust: number;
}

export interface TransferModel {
  readonly posterior: Posterior;
  /** The least mean at a trial. */
  readonly best: number;
  /** The coordinates of the trials, the best first. */
  readonly known: readonly Float64Array[];
  /** Of the tasks, of both together, and of the new study alone; they sum to 1. */
  readonly weights: Float64Array;
}

/** Trials before the new study has a model of its own. */
const LEAST_TRIALS = 3;

interface Own {
  readonly rows: readonly Float64Array[];
  /** Less is better; mean 0, deviation 1. */
  readonly y: Float64Array;
}

function ownRows(space: Space, trials: readonly FrozenTrial[], direction: Direction): Own {
  const outcomes = outcomesOf(trials, 0, direction);
  const told = [...outcomes.keys()].filter((row) => !Number.isNaN(outcomes[row]));
  told.sort((a, b) => (outcomes[a] as number) - (outcomes[b] as number) || a - b);
  const y = drawTogether(Float64Array.from(told, (row) => outcomes[row] as number));
  return { rows: told.map((row) => rowOf(space, trials[row]?.params ?? {})), y: inUnits(y, unitOf(y)) };
}

/** The tasks' mean by trust. */
function consensus(trusted: readonly Trusted[]): Ensemble {
  const total = trusted.reduce((sum, { trust }) => sum + trust, 0);
  return new Ensemble(
    trusted.map(({ task }) => task),
    Float64Array.from(trusted, ({ trust }) => trust / total),
  );
}

/**
 * The rank-weighted ensemble of the tasks, of the new study's own process, and of one that corrects the tasks' consensus
 * by what the new trials say otherwise. Null: too few trials.
 */
export function transferModel(
  { space, trials, running }: ProposeRequest,
  direction: Direction,
  trusted: readonly Trusted[],
  rng: Rng,
): TransferModel | null {
  const { rows, y } = ownRows(space, trials, direction);
  if (rows.length < LEAST_TRIALS) return null;
  const inputs = { dimensions: coordinatesOf(space).dimensions, rows: rows.length, cells: cellsOf(rows) };
  const meansOf = (posterior: Posterior) => Float64Array.from(rows, (x) => posterior.predict(x).mean);
  const others = consensus(trusted);
  const said = meansOf(others);
  const slope = slopeBetween(said, y);
  const unsaid = y.map((each, at) => each - slope * (said[at] as number));
  const [own, rest] = [fitGp(inputs, y), fitGp(inputs, unsaid)];
  const corrected = leaveOneOut(rest, unsaid).map((each, at) => each + slope * (said[at] as number));
  const forecasts = [...trusted.map(({ task }) => meansOf(task)), corrected, leaveOneOut(own, y)];
  const weights = rankWeights(forecasts, y, rng);
  const open = running.map(({ params }) => rowOf(space, params));
  const models = [
    ...trusted.map(({ task }) => task.believing(open)),
    new Stacked(others, slope, believing(rest, open).process),
    believing(own, open).process,
  ];
  const posterior = new Ensemble(models, weights);
  return { posterior, weights, best: Math.min(...meansOf(posterior)), known: rows };
}
