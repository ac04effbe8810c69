/** What a new study of a recipe opens with, from all that the store has learned by then. */

import type { Space } from "hyperparameter-js";
import type { SnapshotSummary } from "../data/snapshot.js";
import type { Descriptors } from "../evaluator/messages.js";
import type { Recipe } from "../recipe/recipe.js";
import { metaFeatures, unlikeness } from "../search/meta-features.js";
import { type OpeningTrial, openingOf } from "../search/opening.js";
import { bestOf } from "../search/result.js";
import type { Store } from "../store/store.js";
import type { Study } from "../store/studies.js";

/** How many earlier studies of the recipe, and of other recipes, give their best parameters to a new one. */
const OWN_STUDIES = 3;
const OTHER_STUDIES = 2;
/** Beyond this a table is of another kind, and what won there says nothing. */
const MOST_UNLIKE = 1;

export interface OpeningRequest {
  readonly recipe: Recipe;
  /** The recipe's file, by which the store knows when it came. */
  readonly path: string;
  readonly summary: SnapshotSummary;
  readonly space: Space;
  readonly descriptors: Descriptors;
}

/** @param store null: there is none yet */
export async function studyOpening(store: Store | null, request: OpeningRequest): Promise<readonly OpeningTrial[]> {
  const { recipe, summary, space, descriptors } = request;
  const most = recipe.search.opening ?? Math.floor(recipe.budget.trials / 2);
  if (most === 0) return [];
  const own = store === null ? [] : await winners(store, await ownStudies(store, request));
  const others = store === null ? [] : await winners(store, await otherStudies(store, request));
  return openingOf(space, { portfolio: descriptors.defaults.portfolio[summary.spec.task], own, others, most });
}

/** Done ones, newest first. */
async function doneStudies(store: Store, name: string): Promise<readonly Study[]> {
  return (await store.studiesOf(name)).filter(({ state, finalist }) => state === "done" && finalist !== null);
}

async function ownStudies(store: Store, { recipe }: OpeningRequest): Promise<readonly Study[]> {
  return (await doneStudies(store, recipe.name)).slice(0, OWN_STUDIES);
}

/**
 * Of other recipes the newest study that was done when this recipe came, on a table like this one's, the likest first.
 * What was learned since doesn't count: recipes that came together would teach each other by which was done first, and
 * the same folder would not give the same models twice.
 */
async function otherStudies(store: Store, { recipe, path, summary }: OpeningRequest): Promise<readonly Study[]> {
  const arrival = await store.arrivalOf(path);
  const here = metaFeatures(summary);
  const found: { readonly study: Study; readonly unlike: number }[] = [];
  for (const name of await store.recipeNames()) {
    if (name === recipe.name) continue;
    const study = (await doneStudies(store, name)).find(({ closed }) => closed !== null && closed <= arrival);
    const table = study === undefined ? null : (await store.snapshot(study.snapshot))?.summary;
    if (study === undefined || !table || table.spec.task !== summary.spec.task) continue;
    const unlike = unlikeness(here, metaFeatures(table));
    if (unlike <= MOST_UNLIKE) found.push({ study, unlike });
  }
  return found
    .sort((a, b) => a.unlike - b.unlike)
    .slice(0, OTHER_STUDIES)
    .map(({ study }) => study);
}

async function winners(store: Store, studies: readonly Study[]): Promise<readonly OpeningTrial[]> {
  const found: OpeningTrial[] = [];
  for (const { id, name, direction } of studies) {
    const winner = bestOf(await store.trialStorage(id).load(), direction);
    if (winner !== null) found.push({ params: winner.params, from: `${name}, trial ${winner.number}` });
  }
  return found;
}
