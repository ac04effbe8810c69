/** Where the local searches stand: at which trials, and how far and how often to look beside them. A fold over the trials. */
import { foldTrials } from "../../history/fold.js";
import { type Column, columnsOf, encodePoint } from "../../history/table.js";
import type { Direction, FrozenTrial, ProposeRequest, Space } from "../../types.js";

/** What trials say that they are which the search beside the best trial proposed, and those of the one in another place. */
export const POLISH = "auto-polish";
export const ASIDE = "auto-aside";

/** Radii, as shares of each parameter's (log) range: where a search begins, the widest, and where it has converged. */
const FIRST_RADIUS = 0.2;
const WIDEST_RADIUS = 0.5;
export const LEAST_RADIUS = 1e-9;

/** Shares of the promised improvement that came true: above the one the radius grows, below the other it shrinks. */
const KEPT = 0.7;
const BROKEN = 0.1;

/**
 * A search waits 1, 2, 4 … trials of others after each failure in a row, at most so many, or so many of all: a long study
 * that has found its minimum gives ever less time to it.
 */
const LONGEST_WAIT = 16;
const LONGEST_SHARE = 1 / 16;

/** With two failures in a row there is time for a look aside; with three a search aside has had its chance. */
const STUCK_WAIT = 2;
const ENDED_WAIT = 4;

/** A search that looks so near has found all but the last digits of its minimum. */
const SETTLED_RADIUS = 1e-3;

/** Trials between two searches aside, for each that has ended. */
const REST = 4;

/** A search aside begins so far from all hollows that are known, and ends where it has come as near to the best trial. */
const APART = 0.2;
const JOINED = 0.1;

/** Best trials among which the next place is looked for. */
const ELITE = 50;

interface Place {
  /** The least value there so far, with its sign turned where values are to be large. */
  readonly best: number;
  /** The row of the trial that has it; −1: none has. */
  readonly row: number;
  /** Its coordinates, one per column. */
  readonly centre: Float64Array;
}

/** One local search. */
export interface Local extends Place {
  readonly radius: number;
  /** How many trials of others have to come between its last trial and the next. */
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

/** A trial as one search sees it. */
interface Step extends Place {
  readonly better: boolean;
  /** From the search's centre. */
  readonly moved: number;
  /** What a model had promised, where the search itself proposed it. */
  readonly promise: number | null;
}

/** As in trust-region methods (Conn, Gould and Toint, 2000, §6.1): the radius follows how well the model foretold. */
function radiusAfter({ best, radius }: Local, promise: number, step: Step): number {
  const kept = (best - step.best) / (best - promise);
  if (kept >= KEPT && step.moved > 0.8 * radius) return Math.min(WIDEST_RADIUS, 2 * radius);
  return kept >= BROKEN ? radius : 0.5 * Math.min(radius, Math.max(step.moved, 0.5 * radius));
}

/**
 * After one of its own trials a search goes on at once where that was a success, else waits twice as long. A better point
 * of others is worth a look soon, with room for its distance from the old one.
 */
function after(local: Local, step: Step): Local {
  const { better, moved, promise } = step;
  const { wait, waited, radius } = local;
  const place = better ? { best: step.best, row: step.row, centre: step.centre } : {};
  if (promise !== null) {
    const longest = Math.max(LONGEST_WAIT, Math.floor(LONGEST_SHARE * step.row));
    const next = better ? 0 : Math.min(longest, Math.max(1, 2 * wait));
    return { ...local, ...place, wait: next, waited: 0, radius: radiusAfter(local, promise, step) };
  }
  if (!better) return { ...local, waited: waited + 1 };
  const room = Math.max(radius, Math.min(FIRST_RADIUS, moved));
  return { ...local, ...place, wait: Math.min(wait, 1), waited: waited + 1, radius: room };
}

/** The searches of a study: beside the best trial, and in one other place at a time. */
export interface Locals {
  readonly main: Local;
  readonly aside: Local | null;
}

interface Folded {
  readonly columns: readonly Column[];
  main: Local;
  aside: Local | null;
  /** The best trials, best first. */
  readonly elite: Place[];
  /** Where searches have ended. */
  readonly ended: Float64Array[];
  /** Trials that have to pass before the next search aside: the more have ended in vain, the more. */
  rest: number;
}

function startOf(space: Space): Folded {
  const columns = columnsOf(space);
  const nowhere = { best: Number.POSITIVE_INFINITY, row: -1, centre: new Float64Array(columns.length) };
  const main = { ...nowhere, radius: FIRST_RADIUS, wait: 0, waited: 0 };
  return { columns, main, aside: null, elite: [], ended: [], rest: 0 };
}

function keepElite(elite: Place[], place: Place): void {
  if (!(place.best < (elite[ELITE - 1]?.best ?? Number.POSITIVE_INFINITY))) return;
  const at = elite.findIndex(({ best }) => place.best < best);
  elite.splice(at < 0 ? elite.length : at, 0, place);
  elite.length = Math.min(elite.length, ELITE);
}

/** The best trial that is in no hollow that is known. */
function nextPlace({ columns, main, elite, ended }: Folded): Place | undefined {
  const known = [main.centre, ...ended];
  return elite.find(({ centre }) => known.every((other) => reach(columns, other, centre) > APART));
}

function endAside(folded: Folded, { centre }: Place): void {
  folded.ended.push(centre);
  folded.aside = null;
  folded.rest = REST * folded.ended.length;
}

const isOver = ({ wait, radius }: Local, most: number): boolean => wait >= most || radius < SETTLED_RADIUS;

/** Ends a search aside that gets no further, or has come to the best trial's hollow; opens one where the main one is stuck. */
function turnAside(folded: Folded): void {
  const { columns, main, aside } = folded;
  if (aside !== null) {
    if (isOver(aside, ENDED_WAIT) || reach(columns, aside.centre, main.centre) <= JOINED) endAside(folded, aside);
  } else if (isOver(main, STUCK_WAIT) && --folded.rest < 0) {
    const place = nextPlace(folded);
    if (place === undefined) folded.rest = REST * (1 + folded.ended.length);
    else folded.aside = { ...place, radius: FIRST_RADIUS, wait: 1, waited: 1 };
  }
}

interface Origin {
  readonly rule: string;
  readonly promise: number;
}

function stepOf(folded: Folded, local: Local, place: Place, promise: number | null): Step {
  const moved = local.row < 0 ? Number.POSITIVE_INFINITY : reach(folded.columns, local.centre, place.centre);
  return { ...place, better: place.best < local.best, moved, promise };
}

/** The search aside goes on at most every other trial, and follows others only where they are near. */
function addAside(folded: Folded, aside: Local, place: Place, promise: number | null): void {
  const step = stepOf(folded, aside, place, promise);
  const near = promise !== null || step.moved <= aside.radius;
  const next = after(aside, { ...step, better: step.better && near });
  folded.aside = { ...next, wait: Math.max(1, next.wait) };
}

/** Each search takes the trial as its own or as that of others. Where the best trial is a far one now, the main one goes there. */
function add(folded: Folded, place: Place, { rule, promise }: Origin): void {
  const { main, aside } = folded;
  const step = stepOf(folded, main, place, rule === POLISH ? promise : null);
  folded.main = after(main, step);
  if (aside !== null) addAside(folded, aside, place, rule === ASIDE ? promise : null);
  if (!step.better || main.row < 0 || step.moved <= APART) return;
  if (isOver(main, STUCK_WAIT)) folded.ended.push(main.centre);
  if (folded.aside === null || rule !== ASIDE) return;
  folded.main = folded.aside;
  folded.aside = null;
}

function foldFor(direction: Direction): (trials: readonly FrozenTrial[], space: Space) => Folded {
  return foldTrials(startOf, (folded, trial, row) => {
    if (trial.state === "stale") return;
    const centre = new Float64Array(folded.columns.length);
    encodePoint(folded.columns, trial.params, centre);
    const place = { best: lossOf(trial, direction), row, centre };
    const { rule, acquisition = Number.NaN } = trial.why ?? { rule: "" };
    add(folded, place, { rule, promise: direction === "minimize" ? acquisition : -acquisition });
    keepElite(folded.elite, place);
    turnAside(folded);
  });
}

const FOLDS = { minimize: foldFor("minimize"), maximize: foldFor("maximize") };

/** Of a request for one objective. */
export function localsOf({ trials, space }: ProposeRequest, direction: Direction): Locals {
  const { main, aside } = FOLDS[direction](trials, space);
  return { main, aside };
}
