import { surviveByNiche } from "../genetic/niches.js";
import { checkCounts } from "../pruners/options.js";
import type { Sampler } from "../types.js";
import { geneticSampler } from "./nsga.js";
import { type NsgaOptions, settingsOf } from "./nsgaOptions.js";

export interface Nsga3Options extends NsgaOptions {
  /**
   * Parts into which each edge of the simplex of reference directions is divided, which gives C(m + divisions − 1,
   * divisions) of them for m objectives: 1 or more. Default: the most that give no more directions than `population`.
   */
  readonly divisions?: number;
}

/**
 * NSGA-III: Deb and Jain, IEEE TEC 18, 2014. As NSGA-II, but members are kept apart by reference directions in place of
 * crowding, which goes on working with four objectives and more.
 */
export function nsga3Sampler({ divisions, ...options }: Nsga3Options = {}): Sampler {
  if (divisions !== undefined) checkCounts("nsga3", { divisions: [divisions, 1] });
  return geneticSampler("nsga3", settingsOf("nsga3", options), surviveByNiche(divisions ?? null));
}
