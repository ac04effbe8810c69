import { HyperparameterError, show } from "../errors.js";
import { medianPruner } from "../pruners/median.js";
import { deriveSeed } from "../random/rng.js";
import { tpeSampler } from "../samplers/tpe.js";
import { validateSpace } from "../space/validate.js";
import { memoryStorage } from "../storage.js";
import type { Direction, Pruner, Sampler, Space, Storage } from "../types.js";

export interface StudyOptions<S extends Space = Space> {
  /** Of the one objective. Default: minimize. */
  readonly direction?: Direction;
  /** One per objective, in place of `direction`. */
  readonly directions?: readonly Direction[];
  /** Default: `tpeSampler()`. */
  readonly sampler?: Sampler;
  /** Default: `medianPruner()`. */
  readonly pruner?: Pruner;
  /** Default: `memoryStorage()`. A study made on the storage of an earlier one goes on where that one ended. */
  readonly storage?: Storage;
  /** 0 … 2^53 − 1. Default: 0. */
  readonly seed?: number;
  /** Declared parameters are proposed together when a trial is asked. Without it: define-by-run. */
  readonly space?: S;
  /**
   * Logical time: the proposal for trial n sees the trials before n − lag as they ended and the `lag` ones after as
   * running, so that lag + 1 trials can run at once and the log stays the same in whatever order they end. Default: 0.
   */
  readonly lag?: number;
  /** True: a finite space may give the same point again. Default: false. */
  readonly duplicates?: boolean;
}

export interface Settings {
  readonly directions: readonly Direction[];
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly storage: Storage;
  readonly seed: number;
  readonly space: Space | undefined;
  readonly lag: number;
  readonly duplicates: boolean;
}

function directionsOf({ direction, directions }: StudyOptions): readonly Direction[] {
  const all = directions ?? [direction ?? "minimize"];
  const known = all.every((each) => each === "minimize" || each === "maximize");
  if (known && all.length > 0 && !(directions && direction)) return Object.freeze([...all]);
  throw new HyperparameterError({
    code: "OPTION_INVALID",
    where: "directions",
    expected: "either direction or a list of directions, each minimize or maximize",
    got: show(directions && direction ? { direction, directions } : all),
  });
}

export function settingsOf(options: StudyOptions): Settings {
  const { seed = 0, lag = 0, space, duplicates = false } = options;
  deriveSeed(seed);
  if (!Number.isSafeInteger(lag) || lag < 0) {
    const expected = "a whole number of 0 or more";
    throw new HyperparameterError({ code: "OPTION_INVALID", where: "lag", expected, got: show(lag) });
  }
  if (space !== undefined) validateSpace(space);
  return {
    directions: directionsOf(options),
    sampler: options.sampler ?? tpeSampler(),
    pruner: options.pruner ?? medianPruner(),
    storage: options.storage ?? memoryStorage(),
    seed,
    space,
    lag,
    duplicates,
  };
}
