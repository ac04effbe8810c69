import { checkCounts, checkOptions, checkResource, type OptionNames } from "../given.js";
import { foldTrials } from "../history/fold.js";
import { deriveSeed } from "../random/rng.js";
import type { FrozenTrial, Pruner } from "../types.js";
import { lastReport } from "./checkpoint.js";
import { Rungs } from "./rungs.js";
import { type Sense, senseOf } from "./sense.js";

export interface HyperbandOptions {
  /** r: the step of the lowest rung: 1 or more. Default: 1. */
  readonly minResource?: number;
  /**
   * R: the step that trials which are not pruned reach: `minResource` or more. "auto": one more than the last step of the
   * first complete trial that reported, and no trial is pruned before there is one. Default: "auto".
   */
  readonly maxResource?: number | "auto";
  /** η: 2 or more. Default: 3. */
  readonly reductionFactor?: number;
  /** Trials that fall at each rung before any may pass it: 0 or more; above 0 only with a given `maxResource`. Default: 0. */
  readonly bootstrap?: number;
}

const KNOWN: OptionNames<HyperbandOptions> = {
  minResource: true,
  maxResource: true,
  reductionFactor: true,
  bootstrap: true,
};

/** Each bracket's part in the trials, from the one with the lowest first rung to the one with the highest. */
export function hyperbandQuotas(min: number, max: number, factor: number): readonly number[] {
  let brackets = 1;
  for (let rung = min * factor; rung <= max; rung *= factor) brackets++;
  return Array.from({ length: brackets }, (_, bracket) => {
    const s = brackets - 1 - bracket;
    return Math.ceil((brackets * factor ** s) / (s + 1));
  });
}

/** The bracket of a trial: a fixed hash of its number, so that it needs no record. */
export function hyperbandBracket(number: number, quotas: readonly number[]): number {
  const total = quotas.reduce((sum, quota) => sum + quota, 0);
  let left = deriveSeed(0, "hyperband", number) % total;
  const bracket = quotas.findIndex((quota) => {
    left -= quota;
    return left < 0;
  });
  return bracket;
}

interface Race {
  readonly sign: number;
  /** Empty until the brackets are known. */
  quotas: readonly number[];
  brackets: readonly Rungs[];
  /** Trials that ended before they were. */
  readonly early: FrozenTrial[];
}

function bracketOf({ quotas, brackets }: Race, { number }: FrozenTrial): Rungs | undefined {
  return brackets[hyperbandBracket(number, quotas)];
}

function raceOf({ minResource, maxResource, reductionFactor: factor, bootstrap }: Required<HyperbandOptions>) {
  const open = (race: Race, max: number): void => {
    race.quotas = hyperbandQuotas(minResource, max, factor);
    race.brackets = race.quotas.map(
      (_, bracket) => new Rungs({ first: minResource * factor ** bracket, factor, bootstrap, sign: race.sign }),
    );
    for (const each of race.early.splice(0)) bracketOf(race, each)?.add(each);
  };
  return foldTrials(
    ({ sign }: Sense): Race => {
      const race: Race = { sign, quotas: [], brackets: [], early: [] };
      if (maxResource !== "auto") open(race, maxResource);
      return race;
    },
    (race, trial) => {
      const last = lastReport(trial);
      if (race.quotas.length === 0 && trial.state === "complete" && last) open(race, last[0] + 1);
      if (race.quotas.length === 0) race.early.push(trial);
      else bracketOf(race, trial)?.add(trial);
    },
  );
}

/**
 * Hyperband (Li et al., JMLR 18, 2018) with asynchronous successive halving in each of its ⌊log_η(R/r)⌋ + 1 brackets,
 * which differ in their lowest rung; a trial competes with those of its own bracket only. Shares as in Optuna:
 * ⌈B·η^s/(s+1)⌉ of B brackets, s = B − 1 for the one with the lowest rung. Samplers learn from all trials.
 */
export function hyperbandPruner(options: HyperbandOptions = {}): Pruner {
  checkOptions("hyperband", options, KNOWN);
  const { minResource = 1, maxResource = "auto", reductionFactor = 3, bootstrap = 0 } = options;
  checkCounts("hyperband", { minResource: [minResource, 1], reductionFactor: [reductionFactor, 2] });
  checkResource("hyperband.maxResource", maxResource, { least: minResource, bootstrap });
  const race = raceOf({ minResource, maxResource, reductionFactor, bootstrap });
  return {
    name: "hyperband",
    prune({ trial, trials, direction }) {
      const now = race(trials, senseOf(direction));
      return now.quotas.length > 0 && (bracketOf(now, trial)?.falls(trial) ?? false);
    },
  };
}
