/** The population of a genetic search as a fold over the trials that have ended: nothing is saved to go on from. */
import { foldTrials } from "../history/fold.js";
import { columnsOf, encodePoint } from "../history/table.js";
import { minimised } from "../objective.js";
import type { Direction, FrozenTrial, ProposeRequest, Space } from "../types.js";

export interface Member {
  readonly trial: FrozenTrial;
  /** To be minimised. */
  readonly values: readonly number[];
  /** Coordinates, as in the table. */
  readonly row: Float64Array;
}

/** Members with what decides between two of them: the lower rank, then the larger room around them. */
export interface Standing {
  readonly members: readonly Member[];
  readonly ranks: ArrayLike<number>;
  readonly room: ArrayLike<number>;
}

/** What a population depends on beside its trials. */
export interface Ground {
  readonly space: Space;
  readonly directions: readonly Direction[];
  readonly seed: number;
}

/** Keeps `capacity` of the members; `generation` counts from 0. */
export type Survival = (
  members: readonly Member[],
  capacity: number,
  at: { readonly ground: Ground; readonly generation: number },
) => Standing;

export interface Sizes {
  /** Members that survive. */
  readonly population: number;
  /** Complete trials between two selections; the first one waits for a whole population. */
  readonly offspring: number;
}

interface State {
  readonly ground: Ground;
  standing: Standing;
  pending: Member[];
  generation: number;
}

const NOBODY: Standing = { members: [], ranks: [], room: [] };

const grounds = new WeakMap<Space, Ground[]>();

function sameDirections(a: readonly Direction[], b: readonly Direction[]): boolean {
  return a === b || (a.length === b.length && a.every((direction, k) => direction === b[k]));
}

/** The same object for the same ground, as folds are kept by it. */
function groundOf({ space, directions, seed }: ProposeRequest): Ground {
  const known = grounds.get(space) ?? [];
  if (known.length === 0) grounds.set(space, known);
  const found = known.find((ground) => ground.seed === seed && sameDirections(ground.directions, directions));
  if (found !== undefined) return found;
  const ground = { space, directions, seed };
  known.push(ground);
  return ground;
}

function memberOf({ space, directions }: Ground, trial: FrozenTrial): Member | null {
  const { state, values, params } = trial;
  if (state !== "complete" || values?.length !== directions.length) return null;
  const columns = columnsOf(space);
  const row = new Float64Array(columns.length);
  encodePoint(columns, params, row);
  return { trial, values: minimised(values, directions), row };
}

/**
 * The population that a request sees. Each block of complete trials in order, asked here or not, is one generation: what
 * survives of the members and the block are the members after it.
 */
export function populationOf(sizes: Sizes, survive: Survival): (request: ProposeRequest) => Standing {
  const fold = foldTrials<Ground, State>(
    (ground) => ({ ground, standing: NOBODY, pending: [], generation: 0 }),
    (state, trial) => {
      const member = memberOf(state.ground, trial);
      if (member !== null) state.pending.push(member);
      if (state.pending.length < (state.generation === 0 ? sizes.population : sizes.offspring)) return;
      const { ground, generation } = state;
      state.standing = survive([...state.standing.members, ...state.pending], sizes.population, { ground, generation });
      state.pending = [];
      state.generation++;
    },
  );
  return (request) => fold(request.trials, groundOf(request)).standing;
}
