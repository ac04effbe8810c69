import { deriveSeed, type Params } from "hyperparameter-js";
import type { RunOptions, TrialJob } from "../evaluator/messages.js";
import type { Recipe } from "../recipe/recipe.js";

export interface TrialPlace {
  readonly snapshot: string;
  readonly recipe: Recipe;
  readonly metric: string;
}

interface TrialPoint {
  readonly number: number;
  readonly learner: string;
  /** Without prefix. */
  readonly params: Params;
}

/** The job of a trial: the same for the same number and parameters, so that its model can be made again. */
export function trialJob({ snapshot, recipe, metric }: TrialPlace, { number, learner, params }: TrialPoint): TrialJob {
  const seed = deriveSeed(recipe.search.seed, "fit", number);
  return { kind: "trial", snapshot, learner, params, seed, metric, secondary: recipe.secondary_metrics };
}

/** Deadline and memory of everything that a recipe has run for it. */
export function limits(recipe: Recipe): Pick<RunOptions, "deadline" | "memory"> {
  return { deadline: recipe.budget.per_trial_wall, memory: recipe.budget.memory };
}
