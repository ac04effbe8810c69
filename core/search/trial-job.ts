import { deriveSeed, type Params } from "hyperparameter-js";
import type { Resampling, RunOptions, TrialJob } from "../evaluator/messages.js";
import type { Recipe } from "../recipe/recipe.js";

export interface TrialPlace {
  readonly snapshot: string;
  readonly recipe: Recipe;
  readonly metric: string;
  readonly resampling: Resampling;
}

interface TrialPoint {
  readonly number: number;
  readonly learner: string;
  /** Without prefix. */
  readonly params: Params;
}

/** The job of a trial: the same for the same number and parameters, so that its model can be made again. */
export function trialJob(place: TrialPlace, { number, learner, params }: TrialPoint): TrialJob {
  const { snapshot, recipe, metric, resampling } = place;
  const seed = deriveSeed(recipe.search.seed, "fit", number);
  const asked = { snapshot, resampling, learner, params, seed, metric, secondary: recipe.secondary_metrics };
  const digest = recipe.base?.digest ?? null;
  return { kind: "trial", ...asked, ...(digest !== null && { base: digest }) };
}

/** Deadline and memory of everything that a recipe has run for it. */
export function limits(recipe: Recipe): Pick<RunOptions, "deadline" | "memory"> {
  return { deadline: recipe.budget.per_trial_wall, memory: recipe.budget.memory };
}
