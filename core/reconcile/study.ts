import type { Params } from "hyperparameter-js";
import { digestOf } from "../artifacts/digest.js";
import type { SnapshotSummary } from "../data/snapshot.js";
import { SousError } from "../errors.js";
import type { ReadRecipe, Recipe } from "../recipe/recipe.js";
import { createPruner } from "../search/pruner.js";
import { resamplingOf } from "../search/resampling.js";
import { bestOf, type Ended, reasonOf, resultOf, type SearchResult } from "../search/result.js";
import { search } from "../search/search.js";
import { composeSpace } from "../search/space.js";
import type { Study } from "../store/studies.js";
import type { Parts } from "./parts.js";

/** How many earlier studies give their best parameters to a new one. */
const WARM_STUDIES = 3;

export interface StudyEnd {
  readonly study: Study;
  readonly result: SearchResult;
}

interface MetricChoice {
  readonly name: string;
  readonly direction: "minimize" | "maximize";
}

/** The metric that a recipe is searched and judged by. */
function metricOf(parts: Parts, recipe: Recipe, summary: SnapshotSummary): MetricChoice {
  const { task } = summary.spec;
  const name = recipe.metric ?? parts.descriptors.defaults.metrics[task];
  const metric = parts.descriptors.metrics.find((known) => known.name === name);
  if (metric === undefined || !metric.tasks.includes(task))
    throw new SousError("SEARCH_METRIC_UNFIT", { metric: name, task });
  return { name, direction: metric.direction };
}

/**
 * Runs the recipe's study on this snapshot to its end, or on from where it stopped; one that is done is only read. Null
 * when the signal ended it.
 */
export async function runStudy(
  parts: Parts,
  read: ReadRecipe,
  summary: SnapshotSummary,
  signal: AbortSignal,
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
      warm: await warmParams(parts, study),
    },
    {
      evaluator: parts.evaluator,
      storage,
      signal,
      onStart: (trial) => parts.emit({ kind: "trialStarted", name: recipe.name, trial }),
      onTrial: (progress) =>
        parts.emit({ kind: "trial", name: recipe.name, metric: metric.name, total: recipe.budget.trials, ...progress }),
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
  const metric = metricOf(parts, recipe, summary);
  const study = await parts.store.createStudy({
    name: recipe.name,
    workDigest: searchDigest(recipe),
    snapshot: summary.digest,
    plugins: digestOf(parts.descriptors.plugins),
    space: composeSpace(recipe, parts.descriptors, summary),
    sampler: recipe.search.sampler,
    seed: recipe.search.seed,
    direction: metric.direction,
    metric: metric.name,
  });
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

/** What won the studies before this one, newest first: where to begin again after data or recipe changed. */
async function warmParams(parts: Parts, study: Study): Promise<readonly Params[]> {
  const all = await parts.store.studiesOf(study.name);
  const earlier = all.slice(all.findIndex((other) => other.id === study.id) + 1);
  const done = earlier.filter((other) => other.state === "done" && other.finalist !== null).slice(0, WARM_STUDIES);
  const found: Params[] = [];
  for (const other of done) {
    const winner = bestOf(await parts.store.trialStorage(other.id).load(), other.direction);
    if (winner !== null && !found.some((params) => digestOf(params) === digestOf(winner.params))) {
      found.push(winner.params);
    }
  }
  return found;
}
