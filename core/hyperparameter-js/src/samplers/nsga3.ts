import { surviveByNiche } from "../genetic/niches.js";
import { checkCounts, checkOptions, type OptionNames } from "../given.js";
import type { Sampler } from "../types.js";
import { geneticSampler } from "./nsga.js";
import { type NsgaOptions, KNOWN as SHARED, settingsOf } from "./nsgaOptions.js";

export interface Nsga3Options extends NsgaOptions {
  /**
   * Parts into which each edge of the simplex of reference directions is divided, which gives C(m + divisions − 1,
   * divisions) of them for m objectives: 1 or more. Default: the most that give no more directions than `population`.
   */
  readonly divisions?: number;
}

const KNOWN: OptionNames<Nsga3Options> = { divisions: true, ...SHARED };

/**
 * NSGA-III: Deb and Jain, IEEE TEC 18, 2014. As NSGA-II, but members are kept apart by reference directions in place of
 * crowding, which goes on working with four objectives and more.
 */
export function nsga3Sampler(options: Nsga3Options = {}): Sampler {
  checkOptions("nsga3", options, KNOWN);
  const { divisions, ...shared } = options;
  if (divisions !== undefined) checkCounts("nsga3", { divisions: [divisions, 1] });
  return geneticSampler("nsga3", settingsOf("nsga3", shared), surviveByNiche(divisions ?? null));
}
