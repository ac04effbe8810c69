import { HyperparameterError, show } from "../errors.js";
import type { FrozenTrial, Pruner } from "../types.js";

export interface MedianOptions {
  /** Complete trials needed before any is pruned: 0 or more. Default: 5. */
  readonly startup?: number;
  /** No trial is pruned before this step. Default: 0. */
  readonly warmup?: number;
  /** Steps between checks, counted from `warmup`: 1 or more. Default: 1. */
  readonly interval?: number;
}

function checkOptions(options: Required<MedianOptions>): void {
  for (const [name, value] of Object.entries(options)) {
    const least = name === "interval" ? 1 : 0;
    if (Number.isSafeInteger(value) && value >= least) continue;
    const expected = `a whole number of ${least} or more`;
    throw new HyperparameterError({ code: "OPTION_INVALID", where: `median.${name}`, expected, got: show(value) });
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The first report at or after the newest point at which the trial is to be checked. */
function isCheckedAt(trial: FrozenTrial, warmup: number, interval: number): boolean {
  const steps = trial.intermediate.map(([step]) => step);
  const last = steps.at(-1);
  if (last === undefined || last < warmup) return false;
  const due = last - ((last - warmup) % interval);
  return (steps.at(-2) ?? Number.NEGATIVE_INFINITY) < due;
}

/**
 * Prunes a trial whose best report so far is worse than the median of what other complete trials reported at the same
 * step (Golovin et al., "Google Vizier", KDD 2017, as in Optuna's MedianPruner). A trial that reported only NaN is pruned.
 */
export function medianPruner({ startup = 5, warmup = 0, interval = 1 }: MedianOptions = {}): Pruner {
  checkOptions({ startup, warmup, interval });
  return {
    name: "median",
    prune({ trial, trials, direction }) {
      const complete = trials.filter(({ state }) => state === "complete");
      if (complete.length < startup || !isCheckedAt(trial, warmup, interval)) return false;
      const sign = direction === "minimize" ? 1 : -1;
      const reports = trial.intermediate.map(([, value]) => sign * value).filter((value) => !Number.isNaN(value));
      if (reports.length === 0) return true;
      const last = trial.intermediate.at(-1)?.[0];
      const others = complete
        .flatMap(({ intermediate }) => intermediate.filter(([step]) => step === last))
        .map(([, value]) => sign * value)
        .filter((value) => !Number.isNaN(value));
      return others.length > 0 && Math.min(...reports) > median(others);
    },
  };
}
