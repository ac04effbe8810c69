import type { Operators } from "../genetic/child.js";
import { CROSSOVERS, type CrossoverName, MUTATIONS, type MutationName } from "../genetic/operators.js";
import type { Sizes } from "../genetic/population.js";
import { checkCounts, checkOneOf, checkOptions, checkRange, type OptionNames } from "../given.js";

export interface NsgaOptions {
  /** Members that live on from one generation to the next: 2 or more. Default: 50. */
  readonly population?: number;
  /**
   * Complete trials between two selections: 1 or more. The fewer, the sooner a good one breeds, and the more a trial costs.
   * The first selection waits for `population` of them, which are random points. Default: 5.
   */
  readonly offspring?: number;
  /**
   * How two parents' numbers make a child's; choices are taken from either parent. "mixed": half of the children by "blx"
   * (anywhere between the parents and a little beyond), half by "uniform" (either parent's). Default: "mixed".
   */
  readonly crossover?: CrossoverName;
  /** Distribution index of "sbx" and "vsbx": 0 or more; the larger, the nearer children are to a parent. Default: 20. */
  readonly crossoverIndex?: number;
  /** Share of the children that have two parents; the others are copies of one, mutated. 0 … 1. Default: 1. */
  readonly crossoverRate?: number;
  /** How a number is mutated. A choice becomes any other one. Default: "polynomial". */
  readonly mutation?: MutationName;
  /** Distribution index of "polynomial": 0 or more; the larger, the smaller the change. Default: 20. */
  readonly mutationIndex?: number;
  /** Share of a child's parameters that is mutated: 0 … 1. Default: 1 / d. */
  readonly mutationRate?: number;
}

export interface Settings {
  readonly sizes: Sizes;
  readonly operators: Operators;
  readonly crossoverRate: number;
}

export const KNOWN: OptionNames<NsgaOptions> = {
  population: true,
  offspring: true,
  crossover: true,
  crossoverIndex: true,
  crossoverRate: true,
  mutation: true,
  mutationIndex: true,
  mutationRate: true,
};

export function settingsOf(where: string, options: NsgaOptions): Settings {
  checkOptions(where, options, KNOWN);
  const { population = 50, offspring = 5 } = options;
  const { crossover = "mixed", crossoverIndex = 20, crossoverRate = 1 } = options;
  const { mutation = "polynomial", mutationIndex = 20, mutationRate } = options;
  checkCounts(where, { population: [population, 2], offspring: [offspring, 1] });
  checkRange(`${where}.crossoverRate`, crossoverRate, [0, 1]);
  if (mutationRate !== undefined) checkRange(`${where}.mutationRate`, mutationRate, [0, 1]);
  for (const [name, index] of Object.entries({ crossoverIndex, mutationIndex }))
    checkRange(`${where}.${name}`, index, [0, Number.MAX_VALUE]);
  checkOneOf(`${where}.crossover`, crossover, Object.keys(CROSSOVERS));
  checkOneOf(`${where}.mutation`, mutation, Object.keys(MUTATIONS));
  const [crossings, mutate] = [CROSSOVERS[crossover], MUTATIONS[mutation]];
  return {
    sizes: { population, offspring },
    operators: { crossings, crossoverIndex, mutate, mutationIndex, mutationRate: mutationRate ?? null },
    crossoverRate,
  };
}
