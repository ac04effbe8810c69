import { HyperparameterError, show } from "../errors.js";
import {
  areDirections,
  checkCount,
  checkDirections,
  checkList,
  checkMethods,
  checkNamed,
  checkOneOf,
  checkOptions,
  checkSwitch,
  checkTrials,
  type OptionNames,
} from "../given.js";
import { medianPruner } from "../pruners/median.js";
import { deriveSeed } from "../random/rng.js";
import { autoSampler } from "../samplers/auto/auto.js";
import { ownRelations } from "../space/relation-rules.js";
import { validateDrawable } from "../space/validate.js";
import { memoryStorage } from "../storage/memory.js";
import type { Direction, EarlierStudy, ProposeRequest, Pruner, Relation, Sampler, Space, Storage } from "../types.js";
import { ownSpace } from "./space.js";

export interface StudyOptions<S extends Space = Space> {
  /** Of the one objective. Default: minimize. */
  readonly direction?: Direction;
  /** One per objective, in place of `direction`. */
  readonly directions?: readonly Direction[];
  /** Default: `autoSampler()`. */
  readonly sampler?: Sampler;
  /** Default: `medianPruner()`. */
  readonly pruner?: Pruner;
  /** Default: `memoryStorage()`. A study made on the storage of an earlier one goes on where that one ended. */
  readonly storage?: Storage;
  /** 0 … 2^53 − 1. Default: 0. */
  readonly seed?: number;
  /** Declared parameters are proposed together when a trial is asked. Without it: define-by-run. */
  readonly space?: S;
  /** What must hold between parameters of the declared space. */
  readonly relations?: readonly Relation[];
  /**
   * Logical time: the proposal for trial n sees the trials before n − lag as they ended and the `lag` ones after as
   * running, so that lag + 1 trials can run at once and the log stays the same in whatever order they end. Default: 0.
   */
  readonly lag?: number;
  /** True: a finite space may give the same point again. Default: false. */
  readonly duplicates?: boolean;
  /** How many trials the study will have, as far as is known: samplers may plan by it. 1 or more. */
  readonly budget?: number;
  /** Earlier studies to learn from. Only samplers that know how to do. */
  readonly earlier?: readonly EarlierStudy[];
  /** Trials that the study's last process left running are handed out again, or given up. Default: "resume". */
  readonly unfinished?: "resume" | "stale";
}

const KNOWN: OptionNames<StudyOptions> = {
  direction: true,
  directions: true,
  sampler: true,
  pruner: true,
  storage: true,
  seed: true,
  space: true,
  relations: true,
  lag: true,
  duplicates: true,
  budget: true,
  earlier: true,
  unfinished: true,
};

export interface Settings {
  readonly directions: readonly Direction[];
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly storage: Storage;
  readonly seed: number;
  readonly space: Space | undefined;
  readonly relations: readonly Relation[];
  readonly lag: number;
  /** What each request to the sampler says of the study. */
  readonly plan: Pick<ProposeRequest, "directions" | "seed" | "duplicates" | "budget" | "earlier">;
  readonly unfinished: "resume" | "stale";
}

function directionsOf({ direction, directions }: StudyOptions): readonly Direction[] {
  const all = directions ?? [direction ?? "minimize"];
  if (areDirections(all) && !(directions && direction)) return Object.freeze([...all]);
  throw new HyperparameterError({
    code: "OPTION_INVALID",
    where: "directions",
    expected: "either direction or a list of directions, each minimize or maximize",
    got: show(directions && direction ? { direction, directions } : all),
  });
}

function checkEarlier(earlier: readonly EarlierStudy[]): void {
  checkList("earlier", earlier);
  for (const [at, study] of earlier.entries()) {
    checkNamed(`earlier[${at}]`, study);
    validateDrawable(study.space);
    checkTrials(`earlier[${at}].trials`, study.trials);
    checkDirections(`earlier[${at}].directions`, study.directions);
  }
}

export function settingsOf(options: StudyOptions): Settings {
  checkOptions("options", options, KNOWN);
  const {
    seed = 0,
    lag = 0,
    space,
    relations = [],
    duplicates = false,
    budget,
    earlier,
    unfinished = "resume",
  } = options;
  deriveSeed(seed);
  checkCount("lag", lag, 0);
  if (budget !== undefined) checkCount("budget", budget, 1);
  checkOneOf("unfinished", unfinished, ["resume", "stale"]);
  checkSwitch("duplicates", duplicates);
  checkEarlier(earlier ?? []);
  const directions = directionsOf(options);
  const { sampler = autoSampler(), pruner = medianPruner(), storage = memoryStorage() } = options;
  checkMethods("sampler", sampler, ["propose"]);
  checkMethods("pruner", pruner, ["prune"]);
  checkMethods("storage", storage, ["load", "put"]);
  return {
    directions,
    sampler,
    pruner,
    storage,
    seed,
    space: space === undefined ? undefined : ownSpace(space),
    relations: ownRelations(space ?? {}, relations),
    lag,
    plan: { directions, seed, duplicates, ...(budget && { budget }), ...(earlier && { earlier }) },
    unfinished,
  };
}
