import { checkCounts, checkOptions, checkRange, type OptionNames } from "../given.js";
import { foldTrials } from "../history/fold.js";
import type { Pruner } from "../types.js";
import { type CheckpointOptions, isCheckpoint, lastReport, leastOf } from "./checkpoint.js";
import { RankedValues } from "./ranked.js";
import { type Sense, senseOf } from "./sense.js";

export interface PercentileOptions extends CheckpointOptions {
  /** Which share of the trials goes on at each step, in percent: 0 … 100. Default: 25. */
  readonly percentile?: number;
  /** Complete trials needed before any is pruned: 0 or more. Default: 5. */
  readonly startup?: number;
  /** Complete trials that must have reported the same step: 1 or more. Default: 1. */
  readonly minTrials?: number;
}

const KNOWN: OptionNames<PercentileOptions> = {
  percentile: true,
  startup: true,
  minTrials: true,
  warmup: true,
  interval: true,
};

/** What complete trials reported at one step; `count` has NaN too. */
interface StepReports {
  count: number;
  readonly values: RankedValues;
}

interface Reports {
  readonly sign: number;
  complete: number;
  readonly bySteps: Map<number, StepReports>;
}

/** Reports of complete trials by step, of a history and a direction. */
function reportsBySteps(percentile: number) {
  const rank = (size: number) => Math.floor(((size - 1) * percentile) / 100) + 1;
  return foldTrials(
    ({ sign }: Sense): Reports => ({ sign, complete: 0, bySteps: new Map() }),
    (reports, { state, intermediate }) => {
      if (state !== "complete") return;
      reports.complete++;
      for (const [step, value] of intermediate) {
        const known = reports.bySteps.get(step) ?? { count: 0, values: new RankedValues(rank) };
        reports.bySteps.set(step, known);
        known.count++;
        if (!Number.isNaN(value)) known.values.add(reports.sign * value);
      }
    },
  );
}

/** The percentile by linear interpolation between the two nearest values; NaN without any. */
function interpolated({ atRank = Number.NaN, next = atRank, size }: RankedValues, percentile: number): number {
  const position = ((size - 1) * percentile) / 100;
  const share = position - Math.floor(position);
  if (share === 0) return atRank;
  return share < 0.5 ? atRank + (next - atRank) * share : next - (next - atRank) * (1 - share);
}

/**
 * Prunes a trial whose best report so far is worse than the given percentile of what complete trials reported at the
 * same step: with 25, the best quarter goes on. A trial that reported only NaN is pruned. As Optuna's PercentilePruner;
 * O(log n) for each report of a complete trial, O(1) to look up.
 */
export function percentilePruner(options: PercentileOptions = {}): Pruner {
  checkOptions("percentile", options, KNOWN);
  const { percentile = 25, startup = 5, warmup = 0, interval = 1, minTrials = 1 } = options;
  const counts = {
    startup: [startup, 0],
    warmup: [warmup, 0],
    interval: [interval, 1],
    minTrials: [minTrials, 1],
  } as const;
  checkCounts("percentile", counts);
  checkRange("percentile.percentile", percentile, [0, 100]);
  const reportsOf = reportsBySteps(percentile);
  return {
    name: "percentile",
    prune({ trial, trials, direction }) {
      const { sign, complete, bySteps } = reportsOf(trials, senseOf(direction));
      const last = lastReport(trial);
      if (last === undefined || complete < Math.max(1, startup)) return false;
      if (!isCheckpoint(trial, last[0], warmup, interval)) return false;
      const best = leastOf(trial.intermediate.map(([, value]) => sign * value));
      if (Number.isNaN(best)) return true;
      const others = bySteps.get(last[0]);
      return others !== undefined && others.count >= minTrials && best > interpolated(others.values, percentile);
    },
  };
}
