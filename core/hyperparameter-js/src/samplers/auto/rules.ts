/** Which sampler proposes when, and why: the first rule that holds. */
import type { Traits } from "./traits.js";

export type Arm = "centre" | "sobol" | "gp" | "cmaes" | "tpe" | "nsga2" | "nsga3";

export interface Rule {
  readonly arm: Arm;
  holds(traits: Traits): boolean;
  /** Whether the local searches take turns with the arm. Default: false. */
  readonly polished?: boolean;
  readonly reason: string;
}

/** From here on a proposal of the Gaussian process takes longer than most trials are worth: its time grows as n³. */
export const GP_TRIALS = 300;

/** Until here TPE fills more of the front than NSGA-II, beyond it less (14 problems of 2 and 3 objectives, hypervolume). */
export const FRONT_TRIALS = 250;

/** With four objectives and more nearly every trial is on the front, and crowding tells them no longer apart. */
const MANY_OBJECTIVES = 4;

/**
 * Trials that spread over the space first. Few for a Gaussian process, which explores where it knows least; densities of
 * several objectives need more. A quarter of the budget at most, so that a short study still gets to search.
 */
export function startTrials({ objectives, budget }: Traits): number {
  return Math.max(3, Math.min(objectives === 1 ? 5 : 10, Math.floor(budget / 4)));
}

const isOne = ({ objectives }: Traits): boolean => objectives === 1;
const isPlain = ({ choices, conditional }: Traits): boolean => choices === 0 && !conditional;

export const RULES: readonly Rule[] = [
  {
    arm: "centre",
    holds: ({ asked, numbers }) => asked === 0 && numbers > 0,
    reason: "the first trial: ranges are mostly chosen around what is thought to be good",
  },
  {
    arm: "sobol",
    holds: (traits) => traits.told < startTrials(traits),
    reason: "too few trials for a model: they are spread evenly",
  },
  {
    arm: "gp",
    holds: (traits) => isOne(traits) && traits.number < GP_TRIALS,
    polished: true,
    reason: "few trials: a model of the whole space makes the most of each",
  },
  {
    arm: "cmaes",
    holds: (traits) => isOne(traits) && isPlain(traits) && !traits.constrained,
    polished: true,
    reason: "many trials of numbers: a distribution follows the valley from the best trials on",
  },
  {
    arm: "tpe",
    holds: isOne,
    polished: true,
    reason:
      "many trials with choices or conditions: densities of the good and the rest cost little however many there are",
  },
  {
    arm: "tpe",
    holds: ({ number }) => number < FRONT_TRIALS,
    reason: "several objectives, few trials: a model of the front makes the most of each",
  },
  {
    arm: "nsga3",
    holds: ({ objectives }) => objectives >= MANY_OBJECTIVES,
    reason: "four objectives or more, many trials: a population along directions spread over the front",
  },
  {
    arm: "nsga2",
    holds: () => true,
    reason: "several objectives, many trials: a population that spreads along the front",
  },
];

export function ruleFor(traits: Traits): Rule {
  return RULES.find((rule) => rule.holds(traits)) as Rule;
}

/** A quadratic model of noise or of a table goes anywhere, and of what a constraint forbids it knows nothing. */
export function polishes({ polished = false }: Rule, { noisy, constrained, floats }: Traits): boolean {
  return polished && floats > 0 && !noisy && !constrained;
}
