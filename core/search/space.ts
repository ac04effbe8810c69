import type { Condition, Distribution, Params, ParamValue, Space } from "hyperparameter-js";
import { SousError } from "../errors.js";
import type { Descriptors } from "../evaluator/messages.js";
import type { Column, Task } from "../plugin/index.js";
import type { Recipe } from "../recipe/recipe.js";

/** The parameter that chooses the learner; every other one is `<learner>.<parameter>` and exists only when it is chosen. */
export const LEARNER_PARAMETER = "learner";

/**
 * A learner's parameter of this name weighs classes, with the choice "none" among others. Weights that make rare classes
 * count as much as frequent ones bend the probabilities: on two tables in three folds the log loss was 3 % lower without
 * them, and the area under the ROC curve no less. So they are searched only for metrics that count classes so.
 */
export const CLASS_WEIGHT = "class_weight";
const UNWEIGHTED: Distribution = { type: "categorical", choices: ["none"] };

/** What a study's learners are given. */
export interface Data {
  readonly spec: { readonly task: Task };
  readonly columns: readonly Pick<Column, "type">[];
}

/**
 * One conditional space over all learners of a recipe, with the recipe's overrides in place of single distributions.
 * Learners keep the order of the recipe, or of the descriptors, so that the same recipe gives the same proposals. One that
 * needs columns which the table doesn't have is left out, unless the recipe names it.
 */
export function composeSpace(recipe: Recipe, descriptors: Descriptors, { spec: { task }, columns }: Data): Space {
  const { shape = "class_rate" } = metricOf(recipe, descriptors, task);
  const able = descriptors.learners.filter((learner) => learner.tasks.includes(task) && !learner.baseline);
  const chosen = recipe.search.learners ?? able.filter(({ needs }) => has(columns, needs)).map(({ name }) => name);
  const space: Record<string, Distribution> = { [LEARNER_PARAMETER]: { type: "categorical", choices: chosen } };
  for (const name of chosen) {
    const own = able.find((learner) => learner.name === name)?.spaces[task];
    if (own === undefined) throw new SousError("SEARCH_LEARNER_UNFIT", { learner: name, task });
    for (const [parameter, distribution] of Object.entries(own)) {
      const full = `${name}.${parameter}`;
      const usual = parameter === CLASS_WEIGHT && shape !== "class_rate" ? UNWEIGHTED : distribution;
      space[full] = conditioned(name, recipe.search.space[full] ?? usual);
    }
  }
  if (chosen.length === 0) throw new SousError("SEARCH_NO_LEARNER", { task });
  return reachable(space);
}

/**
 * The metric that a recipe is searched and judged by.
 * @throws SousError SEARCH_METRIC_UNFIT
 */
export function metricOf({ metric }: Recipe, descriptors: Descriptors, task: Task): Descriptors["metrics"][number] {
  const name = metric ?? descriptors.defaults.metrics[task];
  const found = descriptors.metrics.find((known) => known.name === name);
  if (found?.tasks.includes(task)) return found;
  throw new SousError("SEARCH_METRIC_UNFIT", { metric: name, task });
}

function has(columns: Data["columns"], needs: readonly Column["type"][] | undefined): boolean {
  return needs === undefined || columns.some(({ type }) => needs.includes(type));
}

/**
 * An override may take values away that other parameters are conditioned on: such conditions lose those values, and a
 * parameter whose condition can no longer hold goes, with all that is conditioned on it.
 */
function reachable(space: Space): Space {
  const kept: Record<string, Distribution> = {};
  for (const [name, distribution] of Object.entries(space)) {
    const when = possible(space, distribution.when ?? {});
    if (when !== null) kept[name] = distribution.when === undefined ? distribution : { ...distribution, when };
  }
  return Object.keys(kept).length === Object.keys(space).length ? kept : reachable(kept);
}

/** The conditions without values that their parameter can't have; null where one of them can't hold. */
function possible(space: Space, when: Condition): Condition | null {
  const left: Record<string, ParamValue | readonly ParamValue[]> = {};
  for (const [parent, wanted] of Object.entries(when)) {
    const values = [wanted].flat().filter((value) => canBe(space[parent], value));
    const [only, ...others] = values;
    if (only === undefined) return null;
    left[parent] = others.length === 0 ? only : values;
  }
  return left;
}

function canBe(distribution: Distribution | undefined, value: ParamValue): boolean {
  if (distribution === undefined) return false;
  if (distribution.type === "categorical") return distribution.choices.includes(value);
  return typeof value === "number" && value >= distribution.low && value <= distribution.high;
}

function conditioned(learner: string, distribution: Distribution): Distribution {
  return { ...distribution, when: { ...prefixed(learner, distribution.when), [LEARNER_PARAMETER]: learner } };
}

/** A learner states its own conditions without prefix. */
function prefixed(learner: string, when: Distribution["when"]): Record<string, ParamValue | readonly ParamValue[]> {
  return Object.fromEntries(
    Object.entries(when ?? {}).map(([parameter, value]) => [
      parameter.startsWith(`${learner}.`) ? parameter : `${learner}.${parameter}`,
      value,
    ]),
  );
}

/** The learners that trials of the space may have. */
export function learnersOf(space: Space): readonly string[] {
  const learner = space[LEARNER_PARAMETER];
  return learner?.type === "categorical" ? learner.choices.map(String) : [];
}

/** A learner's own parameters as a trial has them. */
export function prefixedParams(learner: string, own: Params): Params {
  const named = Object.entries(own).map(([name, value]) => [`${learner}.${name}`, value] as const);
  return { [LEARNER_PARAMETER]: learner, ...Object.fromEntries(named) };
}

/** The learner of a trial and its own parameters, without prefix. */
export function splitParams(params: Params): { readonly learner: string; readonly own: Params } {
  const learner = String(params[LEARNER_PARAMETER]);
  const prefix = `${learner}.`;
  const own = Object.entries(params)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const);
  return { learner, own: Object.fromEntries(own) };
}
