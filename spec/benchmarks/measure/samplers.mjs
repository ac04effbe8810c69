/** The samplers that are measured, by name, from the built library. */
import * as library from "hyperparameter-js";

const FACTORIES = {
  random: library.randomSampler,
  tpe: library.tpeSampler,
  gp: library.gpSampler,
  cmaes: library.cmaesSampler,
  nsga2: library.nsga2Sampler,
  auto: library.autoSampler,
};

export const has = (name) => FACTORIES[name] !== undefined;

/** A new sampler, without what an earlier one may have kept. */
export function samplerNamed(name) {
  const factory = FACTORIES[name];
  if (factory === undefined) throw new Error(`The library has no sampler ${name}.`);
  return factory();
}
