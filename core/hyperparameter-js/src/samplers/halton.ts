import { checkOptions, type NoOptions } from "../given.js";
import { scrambledHalton } from "../math/halton.js";
import type { Sampler } from "../types.js";
import { quasiSampler } from "./quasi.js";

/**
 * Scrambled Halton points by trial number, the scramble from the study's seed. Any number of trials is covered about as
 * evenly as the next one, where Sobol's are best at powers of two; coarser than Sobol's in many dimensions.
 */
export function haltonSampler(options: NoOptions = {}): Sampler {
  checkOptions("halton", options, {});
  return quasiSampler("halton", scrambledHalton);
}
