import { surviveByCrowding } from "../genetic/survival.js";
import type { Sampler } from "../types.js";
import { geneticSampler } from "./nsga.js";
import { type NsgaOptions, settingsOf } from "./nsgaOptions.js";

/**
 * NSGA-II: Deb, Pratap, Agarwal and Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE TEC 6,
 * 2002. For one objective or several, black-box constraints, and any space. Trials that failed or were pruned are no
 * members.
 */
export function nsga2Sampler(options: NsgaOptions = {}): Sampler {
  return geneticSampler("nsga2", settingsOf("nsga2", options), surviveByCrowding);
}
