/**
 * The state of CMA-ES as a fold over the trials that have ended: each λ of them are one generation, whoever proposed them.
 * So nothing has to be saved, and a study that is resumed or runs in parallel finds the same state.
 */
import { type Choices, drawChoices, startChoices, updateChoices } from "../../models/cmaes/choices.js";
import { drawGaussian, type Gaussian, type Start, startGaussian, updateGaussian } from "../../models/cmaes/gaussian.js";
import { holdMargin } from "../../models/cmaes/margin.js";
import {
  type Course,
  firstRun,
  hasStopped,
  nextRun,
  noteValues,
  type Restarts,
  type Run,
  startCourse,
} from "../../models/cmaes/restart.js";
import { strategyOf } from "../../models/cmaes/strategy.js";
import { createRng, type Rng } from "../../random/rng.js";
import type { FrozenTrial } from "../../types.js";
import { dimensionsOf, encodePlace, type Frame, newPlace, type Place } from "./frame.js";
import { compareRanks, type Rank, rankOf } from "./rank.js";

/** What the search depends on beside the trials. */
export interface Terms {
  readonly frame: Frame;
  readonly seed: number;
  /** 1 to minimize, −1 to maximize. */
  readonly sign: number;
  readonly sigma: number;
  readonly population: number;
  readonly separable: boolean;
  readonly restarts: Restarts;
  readonly start: Start;
  readonly startChoices: Choices;
}

/** Changed in place by `addTrial`. */
export interface Search {
  readonly terms: Terms;
  run: Run;
  gaussian: Gaussian;
  choices: Choices;
  course: Course;
  /** The generation that is coming together. */
  block: Block;
}

interface Block {
  readonly coordinates: Float64Array;
  readonly picks: Int32Array;
  readonly ranks: Rank[];
}

/** Draws of a point to have it inside the box; then it is clipped. More of them lose minima that lie on the border. */
const BOX_TRIES = 2;

function newBlock(frame: Frame, population: number): Block {
  return {
    coordinates: new Float64Array(population * dimensionsOf(frame)),
    picks: new Int32Array(population * frame.choices.length),
    ranks: [],
  };
}

function begin(terms: Terms, run: Run, { start, choices }: { start: Start; choices: Choices }): Search {
  const { frame, separable } = terms;
  const gaussian = startGaussian(strategyOf(dimensionsOf(frame), run.population, separable), start);
  holdMargin(gaussian, frame.cellAt);
  const course = startCourse(gaussian);
  return { terms, run, gaussian, choices, course, block: newBlock(frame, run.population) };
}

export function startSearch(terms: Terms): Search {
  const choices = terms.startChoices.map((probabilities) => probabilities.slice());
  return begin(terms, firstRun(terms.population), { start: terms.start, choices });
}

function isInside({ gridded }: Frame, coordinates: Float64Array): boolean {
  for (let j = 0; j < gridded.length; j++) {
    const x = coordinates[j] as number;
    if (!gridded[j] && !(x >= 0 && x <= 1)) return false;
  }
  return true;
}

/** One place from the distribution as it is now; outside the box where no draw was inside. */
export function drawPlace(
  { terms: { frame }, gaussian, choices }: Search,
  rng: Rng,
  { coordinates, picks }: Place,
): void {
  for (let attempt = 0; attempt < BOX_TRIES; attempt++) {
    drawGaussian(gaussian, rng, coordinates);
    if (isInside(frame, coordinates)) break;
  }
  drawChoices(choices, rng, picks);
}

export function rngOf({ seed }: Terms, number: number): Rng {
  return createRng(seed, number, "cmaes");
}

/**
 * Completes what a trial's parameters leave open with what was drawn for its number, which is what its proposal came
 * from: the place inside a cell, and coordinates of parameters that it doesn't have, so that they move as chance does and
 * not as a selection.
 */
function complete(search: Search, number: number, known: Float64Array): void {
  const { frame } = search.terms;
  if (!isOpen(frame, known)) return;
  const { coordinates, picks } = newPlace(frame);
  drawPlace(search, rngOf(search.terms, number), { coordinates, picks });
  for (let j = 0; j < known.length; j++) {
    const drawn = coordinates[j] as number;
    const cell = frame.cellAt(j, known[j] as number);
    if (Number.isNaN(known[j] as number)) known[j] = drawn;
    else if (cell !== null) known[j] = Math.min(Math.max(drawn, cell[0]), cell[1]);
  }
}

/** Whether some coordinate could be another one, for all that is known. */
function isOpen(frame: Frame, known: Float64Array): boolean {
  for (let j = 0; j < known.length; j++)
    if (Number.isNaN(known[j] as number) || frame.cellAt(j, known[j] as number) !== null) return true;
  return false;
}

function restart(search: Search): void {
  const { terms, run } = search;
  const { frame, restarts, population: first, sigma } = terms;
  const rng = createRng(terms.seed, "cmaes restart", run.index + 1);
  const trials = search.gaussian.generation * run.population;
  const next = nextRun(run, restarts, { first, trials, rng });
  const mean = Float64Array.from({ length: dimensionsOf(frame) }, () => rng.next());
  const choices = startChoices(frame.choices.map(({ size }) => size));
  Object.assign(search, begin(terms, next, { start: { mean, sigma: sigma * next.sigmaShare }, choices }));
}

/** Values of a generation's complete, feasible trials: the best one, and how far apart they are. */
function valuesOf(ranks: readonly Rank[], order: readonly number[]): { best: number; range: number } {
  const values = order.map((at) => ranks[at] as Rank).filter(([tier]) => tier === 0);
  const best = values[0]?.[1] ?? Number.POSITIVE_INFINITY;
  return { best, range: (values.at(-1)?.[1] ?? best) - best };
}

function endGeneration(search: Search): void {
  const { terms, gaussian, choices, course, block, run } = search;
  const { coordinates, picks, ranks } = block;
  const order = Array.from(ranks.keys()).sort((a, b) => compareRanks(ranks[a] as Rank, ranks[b] as Rank) || a - b);
  search.block = newBlock(terms.frame, run.population);
  // Where all have failed there is nothing to learn.
  if (ranks.every(([tier]) => tier === 3)) return;
  updateGaussian(gaussian, coordinates, order);
  holdMargin(gaussian, terms.frame.cellAt);
  updateChoices(choices, gaussian.strategy, picks, order);
  noteValues(course, gaussian.generation, valuesOf(ranks, order));
  if (terms.restarts !== "none" && hasStopped(gaussian, course)) restart(search);
}

/** Takes one ended trial into the generation, and closes that when it is full. */
export function addTrial(search: Search, trial: FrozenTrial): void {
  if (trial.state === "stale") return;
  const { frame, sign } = search.terms;
  const { coordinates, picks, ranks } = search.block;
  const at = ranks.length;
  const width = dimensionsOf(frame);
  const row = coordinates.subarray(at * width, (at + 1) * width);
  const own = picks.subarray(at * frame.choices.length, (at + 1) * frame.choices.length);
  if (!encodePlace(frame, trial.params, { coordinates: row, picks: own })) return;
  complete(search, trial.number, row);
  ranks.push(rankOf(trial, sign));
  if (ranks.length === search.run.population) endGeneration(search);
}
