/** Which sampler proposes when, and why: the first rule that holds. */
import type { Traits } from "./traits.js";

export type Arm = "gp" | "tpe";

export interface Rule {
  readonly arm: Arm;
  holds(traits: Traits): boolean;
  /** Whether the local search beside the best trial takes part. */
  polishes(traits: Traits): boolean;
  readonly reason: string;
}

/** From here on a proposal of the Gaussian process takes longer than most trials are worth: its time grows as n³. */
export const GP_TRIALS = 300;

/** A quadratic model of noise goes anywhere, and what a constraint forbids it doesn't know. */
const isSmooth = ({ noisy, constrained, numbers }: Traits): boolean => numbers > 0 && !noisy && !constrained;

export const RULES: readonly Rule[] = [
  {
    arm: "gp",
    holds: ({ number }) => number < GP_TRIALS,
    polishes: isSmooth,
    reason: "few trials: a model of the whole space makes the most of each",
  },
  {
    arm: "tpe",
    holds: () => true,
    polishes: isSmooth,
    reason: "many trials: densities of the good and the rest cost little however many there are",
  },
];

export function ruleFor(traits: Traits): Rule {
  return RULES.find((rule) => rule.holds(traits)) as Rule;
}
