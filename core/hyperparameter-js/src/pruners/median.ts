import { checkOptions, type OptionNames } from "../given.js";
import type { Pruner } from "../types.js";
import { type PercentileOptions, percentilePruner } from "./percentile.js";

export type MedianOptions = Omit<PercentileOptions, "percentile">;

const KNOWN: OptionNames<MedianOptions> = { startup: true, minTrials: true, warmup: true, interval: true };

/**
 * Prunes a trial whose best report so far is worse than the median of what other complete trials reported at the same
 * step (Golovin et al., "Google Vizier", KDD 2017, as in Optuna's MedianPruner). A trial that reported only NaN is pruned.
 */
export function medianPruner(options: MedianOptions = {}): Pruner {
  checkOptions("median", options, KNOWN);
  return { name: "median", prune: percentilePruner({ ...options, percentile: 50 }).prune };
}
