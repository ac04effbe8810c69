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

/**
 * Of the study's wall, and of a trial's own, what the fits of one trial may take by their learner's pace: trials beside it slow it
 * down to half of that, and what is done with its model takes time as well. A trial that both walls would end has no model; one
 * that ends by itself has what it came to. On 20,000 rows of 26 classes two trials took all of a wall of 40 s for nothing.
 */
const OF_WALL = 1 / 4;
const OF_TRIAL = 1 / 3;

/** Seconds; by the recipe alone, like all that a trial's model depends on. */
function allowanceOf({ budget }: Recipe): number {
  return Math.min(OF_TRIAL * budget.per_trial_wall, OF_WALL * (budget.wall ?? Number.POSITIVE_INFINITY));
}

/** The job of a trial: the same for the same number and parameters, so that its model can be made again. */
export function trialJob(place: TrialPlace, { number, learner, params }: TrialPoint): TrialJob {
  const { snapshot, recipe, metric, resampling } = place;
  const seed = deriveSeed(recipe.search.seed, "fit", number);
  const asked = { snapshot, resampling, learner, params, seed, metric, secondary: recipe.secondary_metrics };
  const digest = recipe.base?.digest ?? null;
  return { kind: "trial", ...asked, allowance: allowanceOf(recipe), ...(digest !== null && { base: digest }) };
}

/** Deadline and memory of everything that a recipe has run for it. */
export function limits(recipe: Recipe): Pick<RunOptions, "deadline" | "memory"> {
  return { deadline: recipe.budget.per_trial_wall, memory: recipe.budget.memory };
}
