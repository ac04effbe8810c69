import { checkCounts, checkOptions, checkResource, type OptionNames } from "../given.js";
import { foldTrials } from "../history/fold.js";
import type { FrozenTrial, Pruner } from "../types.js";
import { lastReport } from "./checkpoint.js";
import { Rungs } from "./rungs.js";
import { type Sense, senseOf } from "./sense.js";

export interface SuccessiveHalvingOptions {
  /**
   * The step of the lowest rung: 1 or more. "auto": a hundredth of the last step of the first complete trial that
   * reported, and no trial is pruned before there is one. Default: "auto".
   */
  readonly minResource?: number | "auto";
  /** η: about one in so many goes on from each rung, and the next one is so many times higher: 2 or more. Default: 4. */
  readonly reductionFactor?: number;
  /** Rungs left out at the bottom: 0 or more. Default: 0. */
  readonly earlyStoppingRate?: number;
  /** Trials that fall at each rung before any may pass it: 0 or more; above 0 only with a given `minResource`. Default: 0. */
  readonly bootstrap?: number;
}

const KNOWN: OptionNames<SuccessiveHalvingOptions> = {
  minResource: true,
  reductionFactor: true,
  earlyStoppingRate: true,
  bootstrap: true,
};

interface Race {
  readonly sign: number;
  /** Null until the lowest rung is known. */
  rungs: Rungs | null;
  /** Trials that ended before it was. */
  readonly early: FrozenTrial[];
}

function resourceOf(trial: FrozenTrial): number | null {
  const last = lastReport(trial);
  return trial.state === "complete" && last ? Math.max(1, Math.floor(last[0] / 100)) : null;
}

function raceOf({ minResource, reductionFactor, earlyStoppingRate, bootstrap }: Required<SuccessiveHalvingOptions>) {
  const build = (lowest: number, sign: number): Rungs =>
    new Rungs({ first: lowest * reductionFactor ** earlyStoppingRate, factor: reductionFactor, bootstrap, sign });
  return foldTrials(
    ({ sign }: Sense): Race => ({ sign, rungs: minResource === "auto" ? null : build(minResource, sign), early: [] }),
    (race, trial) => {
      const lowest = race.rungs === null ? resourceOf(trial) : null;
      if (lowest !== null) {
        race.rungs = build(lowest, race.sign);
        for (const each of race.early.splice(0)) race.rungs.add(each);
      }
      if (race.rungs === null) race.early.push(trial);
      else race.rungs.add(trial);
    },
  );
}

/**
 * Asynchronous successive halving: a trial stops at a rung unless it is among the best ⌊k/η⌋ of the k that have reached
 * it (Li et al., MLSys 2020; stop-only, as in Optuna). Every ended trial counts, whatever its end. A trial that reports
 * NaN at a rung is pruned. For reports that come in the order of their steps.
 */
export function successiveHalvingPruner(options: SuccessiveHalvingOptions = {}): Pruner {
  checkOptions("successiveHalving", options, KNOWN);
  const { minResource = "auto", reductionFactor = 4, earlyStoppingRate = 0, bootstrap = 0 } = options;
  checkResource("successiveHalving.minResource", minResource, { least: 1, bootstrap });
  checkCounts("successiveHalving", {
    reductionFactor: [reductionFactor, 2],
    earlyStoppingRate: [earlyStoppingRate, 0],
  });
  const race = raceOf({ minResource, reductionFactor, earlyStoppingRate, bootstrap });
  return {
    name: "successive_halving",
    prune: ({ trial, trials, direction }) => race(trials, senseOf(direction)).rungs?.falls(trial) ?? false,
  };
}
