/** Which of some points has the largest ratio of two mixtures' densities. */
import { exp, log } from "../../math/elementary.js";
import type { Mixture } from "./mixture.js";

export interface Chosen {
  readonly point: Float64Array;
  /** log of the good density over the other one: grows with the expected improvement (Bergstra et al., 2011, §4.1). */
  readonly ratio: number;
}

export interface Rivals {
  readonly good: Mixture;
  readonly rest: Mixture;
}

/**
 * The point with the largest log ratio of `good` over `rest`, of those that `may` win; of equals the one that `good` likes
 * more. Points are looked at by falling density in `good`, and one is left as soon as its density in `rest` is too large to
 * win: so the sum over all kernels of `rest` is formed for few of them.
 */
export function largestRatio(
  points: readonly Float64Array[],
  { good, rest }: Rivals,
  may: (point: Float64Array) => boolean,
): Chosen | null {
  const ranked = points
    .map((point) => ({ point, density: good.logDensity(point) }))
    .sort((a, b) => b.density - a.density);
  let best: Chosen | null = null;
  let limit = Number.POSITIVE_INFINITY;
  for (const { point, density } of ranked) {
    const over = rest.densityOver(point, density, limit);
    if ((best !== null && !(over < limit)) || !may(point)) continue;
    best = { point, ratio: -log(over) };
    limit = exp(-best.ratio);
  }
  return best;
}
