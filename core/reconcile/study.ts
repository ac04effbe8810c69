import { digestOf } from "../artifacts/digest.js";
import type { SnapshotSummary } from "../data/snapshot.js";
import { RUNNING } from "../ledger/entry.js";
import type { ReadRecipe, Recipe } from "../recipe/recipe.js";
import { createPruner } from "../search/pruner.js";
import { resamplingOf } from "../search/resampling.js";
import { type Ended, reasonOf, resultOf, type SearchResult } from "../search/result.js";
import { search } from "../search/search.js";
import { composeSpace, metricOf } from "../search/space.js";
import { type Study, type StudyDefinition, studyId } from "../store/studies.js";
import { nameIn } from "./home.js";
import { studyOpening } from "./opening.js";
import type { Parts } from "./parts.js";

export interface StudyEnd {
  readonly study: Study;
  readonly result: SearchResult;
}

interface StudyRunOptions {
  readonly signal: AbortSignal;
  /** Given the study as it stood when its first trial was complete; never for one that is done. */
  readonly onFirst: (end: StudyEnd) => Promise<void>;
}

/**
 * Runs the recipe's study on this snapshot to its end, or on from where it stopped; one that is done is only read. Null
 * when the signal ended it.
 */
export async function runStudy(
  parts: Parts,
  read: ReadRecipe,
  summary: SnapshotSummary,
  { signal, onFirst }: StudyRunOptions,
): Promise<StudyEnd | null> {
  const { recipe } = read;
  const study = await openStudy(parts, read, summary);
  const storage = parts.store.trialStorage(study.id);
  if (study.state === "done" && study.ended !== null) {
    const trials = await storage.load();
    return { study, result: resultOf(trials, study.direction, study.ended as Ended) };
  }
  const metric = { name: study.metric, direction: study.direction };
  parts.emit({ kind: "study", name: recipe.name, study: study.id, resumed: (await storage.load()).length });
  const result = await search(
    {
      recipe,
      snapshot: summary.digest,
      resampling: resamplingOf(recipe, summary),
      space: study.space,
      metric,
      pruner: createPruner(recipe.search.pruner),
      opening: study.opening,
    },
    {
      evaluator: parts.evaluator,
      storage,
      signal,
      onStart: (trial) => parts.emit({ kind: "trialStarted", name: recipe.name, trial }),
      onTrial: (progress) =>
        parts.emit({ kind: "trial", name: recipe.name, metric: metric.name, total: recipe.budget.trials, ...progress }),
      onFirst: (trials) => onFirst({ study, result: resultOf(trials, study.direction, RUNNING) }),
      onEnsemble: (trial) =>
        parts.emit({ kind: "ensemble", name: recipe.name, trial: trial.number, reason: reasonOf(trial) }),
    },
  );
  if (result === null) return null;
  await parts.store.closeStudy(study.id, { ended: result.ended, finalist: result.finalist?.trial ?? null });
  return { study, result };
}

async function openStudy(parts: Parts, read: ReadRecipe, summary: SnapshotSummary): Promise<Study> {
  const { recipe } = read;
  const { descriptors, store } = parts;
  const metric = metricOf(recipe, descriptors, summary.spec.task);
  const space = composeSpace(recipe, descriptors, summary);
  const definition: StudyDefinition = {
    name: recipe.name,
    workDigest: searchDigest(recipe),
    snapshot: summary.digest,
    plugins: digestOf(descriptors.plugins),
    space,
    sampler: recipe.search.sampler,
    seed: recipe.search.seed,
    direction: metric.direction,
    metric: metric.name,
  };
  const path = nameIn(parts.home, read.path);
  const known = await store.study(studyId(definition));
  const opening = known?.opening ?? (await studyOpening(store, { recipe, path, summary, space, descriptors }));
  const study = await store.createStudy(definition, opening);
  for (const other of await parts.store.studiesOf(recipe.name)) {
    if (other.id !== study.id) await parts.store.supersedeStudy(other.id);
  }
  return study;
}

/** Gates and promotion only judge what a study found, so that editing them trains nothing anew. */
function searchDigest(recipe: Recipe): string {
  const { description: _, owner: __, labels: ___, gates: ____, promotion: _____, data, ...searched } = recipe;
  const { leaks: ______, ...used } = data;
  return digestOf({ ...searched, data: used });
}
