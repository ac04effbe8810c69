/** Which resampling a study has: by the recipe, or by how much there is to learn from. */
import type { SnapshotSummary } from "../data/snapshot.js";
import type { Resampling } from "../evaluator/messages.js";
import type { Recipe } from "../recipe/recipe.js";

export const HOLDOUT: Resampling = { folds: 0, repeats: 1 };

/** Enough that four fifths of the rows teach each model, and few enough that a trial is still quick. */
const FOLDS = 5;

/** Rows of train and select together, up to which each of them judges, and does so so many times. */
const BY_ROWS: readonly { readonly rows: number; readonly repeats: number }[] = [
  { rows: 1_000, repeats: 2 },
  { rows: 10_000, repeats: 1 },
];

/**
 * Folds where few rows make one holdout a matter of luck. Never where rows have a time unless the recipe says so: a model that is judged on
 * days before those that it learned from looks better than it is.
 */
export function resamplingOf({ data, search }: Recipe, { sides }: Pick<SnapshotSummary, "sides">): Resampling {
  const { folds, repeats } = search.cross_validation;
  const rows = sides.train.rows + sides.select.rows;
  const fitting = data.time !== null ? undefined : BY_ROWS.find((row) => rows <= row.rows);
  const count = folds ?? (fitting === undefined ? 0 : FOLDS);
  return count === 0 ? HOLDOUT : { folds: count, repeats: repeats ?? fitting?.repeats ?? 1 };
}
