import { HyperparameterError } from "../errors.js";
import { checkCounts, checkOptions, checkRange, type OptionNames } from "../given.js";
import type { Pruner } from "../types.js";
import { type CheckpointOptions, isCheckpoint, lastReport } from "./checkpoint.js";

export interface ThresholdOptions extends CheckpointOptions {
  /** Reports below are pruned. Default: none are. One of `lower` and `upper` is needed. */
  readonly lower?: number;
  /** Reports above are pruned: `lower` or more. Default: none are. */
  readonly upper?: number;
}

const KNOWN: OptionNames<ThresholdOptions> = { lower: true, upper: true, warmup: true, interval: true };

/** Prunes a trial whose report at a check is outside the bounds, or NaN. As Optuna's ThresholdPruner. */
export function thresholdPruner(options: ThresholdOptions): Pruner {
  checkOptions("threshold", options, KNOWN);
  const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY, warmup = 0, interval = 1 } = options;
  if (options.lower === undefined && options.upper === undefined) {
    const expected = "lower, upper or both";
    throw new HyperparameterError({ code: "OPTION_INVALID", where: "threshold", expected, got: "neither" });
  }
  checkRange("threshold.lower", lower, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  checkRange("threshold.upper", upper, [lower, Number.POSITIVE_INFINITY]);
  checkCounts("threshold", { warmup: [warmup, 0], interval: [interval, 1] });
  return {
    name: "threshold",
    prune({ trial }) {
      const last = lastReport(trial);
      if (last === undefined || !isCheckpoint(trial, last[0], warmup, interval)) return false;
      return !(last[1] >= lower && last[1] <= upper);
    },
  };
}
