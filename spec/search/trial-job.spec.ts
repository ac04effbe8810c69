import type { Recipe } from "../../core/recipe/recipe.js";
import { trialJob } from "../../core/search/trial-job.js";

const POINT = { number: 3, learner: "gbdt", params: {} };

function allowanceOf(budget: Pick<Recipe["budget"], "wall" | "per_trial_wall">): number | undefined {
  const recipe = { search: { seed: 1 }, secondary_metrics: [] as readonly string[], budget } as Recipe;
  const resampling = { kind: "holdout", folds: 1, repeats: 1 } as const;
  return trialJob({ snapshot: "s", recipe, metric: "rmse", resampling }, POINT).allowance;
}

it.each([
  ["a third of a trial's wall", null, 60, 20],
  ["a quarter of the study's, where that is less", 40, 60, 10],
  ["a third of a trial's, where the study has long", 3_600, 30, 10],
])("a trial's fits may take %s", (_, wall, per_trial_wall, allowance) => {
  expect(allowanceOf({ wall, per_trial_wall })).toBe(allowance);
});
