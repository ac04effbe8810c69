import {
  checkCounts,
  checkDirections,
  checkList,
  checkMethods,
  checkOptions,
  checkPositive,
  checkTrials,
  type OptionNames,
} from "../given.js";
import { onlyDirection } from "../objective.js";
import { paretoFront } from "../study/best.js";
import { seenSpace } from "../study/visible.js";
import type { Direction, FrozenTrial, Space } from "../types.js";
import { bestSoFar } from "./bestSoFar.js";
import { regretBound } from "./regret.js";

export interface TerminatorOptions {
  /**
   * How far a value may be off by chance: a search that can't gain more than this is over. A number in the unit of the
   * value, above 0; or where the scores of a trial's folds are to be found, two or more, of which the best trial's are
   * taken. Default: none, and only `patience` ends a search.
   */
  readonly error?: number | ((trial: FrozenTrial) => readonly number[] | undefined);
  /** Complete trials in a row that are no better than the best before them: 1 or more. Default: 30, or none with `error`. */
  readonly patience?: number;
  /** Complete trials before a search may end: 1 or more. Default: 20. */
  readonly minTrials?: number;
  /** The chance that the bound on what is left to gain doesn't hold: above 0, below 1. Default: 0.1. */
  readonly delta?: number;
}

const KNOWN: OptionNames<TerminatorOptions> = { error: true, patience: true, minTrials: true, delta: true };

/** The part of a study that a callback needs. */
interface Stoppable {
  readonly trials: readonly FrozenTrial[];
  readonly directions: readonly Direction[];
  stop(): void;
}

export interface Terminator {
  /** Whether more trials are not worth their while. One objective; a pure function of the trials. */
  shouldStop(trials: readonly FrozenTrial[], space: Space, directions: readonly Direction[]): boolean;
  /** For `optimize`'s callbacks: stops the study. `space`: as declared. Default: as the trials have shown it. */
  callback(study: Stoppable, space?: Space): () => void;
}

function check(options: TerminatorOptions): void {
  checkOptions("terminator", options, KNOWN);
  const { error, patience = 1, minTrials = 1, delta = 0.1 } = options;
  checkCounts("terminator", { patience: [patience, 1], minTrials: [minTrials, 1] });
  if (error !== undefined && typeof error !== "function") checkPositive("terminator.error", error, "amount");
  checkPositive("terminator.delta", delta, "chance");
}

/**
 * Standard error of a mean of k cross-validated scores, their population variance times 1/k + 1/(k − 1): folds share their
 * training rows (Nadeau and Bengio, Machine Learning 52, 2003). 0 with fewer than two.
 */
export function crossValidationError(scores: readonly number[]): number {
  const k = scores.length;
  if (k < 2) return 0;
  const mean = scores.reduce((sum, score) => sum + score, 0) / k;
  const variance = scores.reduce((sum, score) => sum + (score - mean) * (score - mean), 0) / k;
  return Math.sqrt(variance * (1 / k + 1 / (k - 1)));
}

function scoresOf(given: readonly number[] | undefined): readonly number[] {
  if (given !== undefined) checkList("terminator.error's scores", given);
  return given ?? [];
}

/** Complete trials since the best value last became better; 0 while none is feasible. */
function stagnation(trials: readonly FrozenTrial[], direction: Direction): number {
  const complete = trials.filter(({ state }) => state === "complete");
  const best = bestSoFar(complete, direction);
  const since = best.indexOf(best.at(-1) ?? Number.NaN);
  return since < 0 ? 0 : best.length - 1 - since;
}

/**
 * Ends a search when a bound on what is left to gain is below the error of a value (Makarova et al., AutoML 2022), or when
 * it hasn't gained for long. The bound takes a Gaussian process of the better half, of 200 trials at most: 23 ms of CPU with
 * 100 trials in five dimensions, 0.12 s from 400 on. Throws OPTION_INVALID, and OBJECTIVES_UNSUPPORTED for several
 * objectives.
 */
export function terminator(options: TerminatorOptions = {}): Terminator {
  check(options);
  const { error, minTrials = 20, delta = 0.1 } = options;
  const patience = options.patience ?? (error === undefined ? 30 : Number.POSITIVE_INFINITY);
  const isPrecise = (trials: readonly FrozenTrial[], space: Space, direction: Direction): boolean => {
    const [best] = paretoFront(trials, [direction]);
    if (error === undefined || best === undefined) return false;
    const scatter = typeof error === "number" ? error : crossValidationError(scoresOf(error(best)));
    return scatter > 0 && regretBound(trials, space, direction, delta) < scatter;
  };
  const shouldStop: Terminator["shouldStop"] = (trials, space, directions) => {
    checkTrials("terminator.trials", trials);
    checkDirections("terminator.directions", directions);
    const direction = onlyDirection(directions, "terminator");
    if (trials.filter(({ state }) => state === "complete").length < minTrials) return false;
    return stagnation(trials, direction) >= patience || isPrecise(trials, space, direction);
  };
  return {
    shouldStop,
    callback(study, space) {
      checkMethods("terminator.callback", study, ["stop"]);
      return () => {
        const { trials, directions } = study;
        if (shouldStop(trials, space ?? seenSpace(trials), directions)) study.stop();
      };
    },
  };
}
