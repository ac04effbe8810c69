import { checkOptions, type NoOptions } from "../given.js";
import { scrambledSobol } from "../math/sobol.js";
import type { Sampler } from "../types.js";
import { quasiSampler } from "./quasi.js";

/**
 * Owen-scrambled Sobol points by trial number, the scramble from the study's seed: any 2^m trials from a multiple of 2^m
 * on cover each parameter's range evenly. Numbers by their (log) axis, choices and grids by equal cells.
 */
export function sobolSampler(options: NoOptions = {}): Sampler {
  checkOptions("sobol", options, {});
  return quasiSampler("sobol", scrambledSobol);
}
