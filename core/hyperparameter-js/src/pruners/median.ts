import type { Pruner } from "../types.js";
import { type PercentileOptions, percentilePruner } from "./percentile.js";

export type MedianOptions = Omit<PercentileOptions, "percentile">;

/**
 * Prunes a trial whose best report so far is worse than the median of what other complete trials reported at the same
 * step (Golovin et al., "Google Vizier", KDD 2017, as in Optuna's MedianPruner). A trial that reported only NaN is pruned.
 */
export function medianPruner(options: MedianOptions = {}): Pruner {
  return { name: "median", prune: percentilePruner({ ...options, percentile: 50 }).prune };
}
