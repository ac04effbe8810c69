/**
 * The trials that a study opens with, before any proposal: what won this recipe's earlier studies, what is good on many
 * tables (the portfolio), and what won on tables like this one.
 */
import { nearestPoint, type Params, type ParamValue, pointKey, type Space } from "hyperparameter-js";
import type { Configuration } from "../evaluator/messages.js";
import { CLASS_WEIGHT, LEARNER_PARAMETER, learnersOf, prefixedParams } from "./space.js";

/** A trial of the opening, and where it is from, as people read it. */
export interface OpeningTrial {
  readonly params: Params;
  readonly from: string;
}

interface OpeningSources {
  readonly portfolio: readonly Configuration[];
  /** Of earlier studies of the same recipe; the best first. */
  readonly own: readonly OpeningTrial[];
  /** Of other recipes' studies; those of the likest table first. */
  readonly others: readonly OpeningTrial[];
  /** Trials at most. */
  readonly most: number;
}

/** Entries of the portfolio that come before what other recipes have learned. */
const FIRST = 3;

/**
 * What lies outside the space is moved to the nearest point of it; what has a learner or a choice that isn't there is left
 * out. Each point comes once, under the first that names it.
 */
export function openingOf(space: Space, { portfolio, own, others, most }: OpeningSources): readonly OpeningTrial[] {
  const known = portfolio.map(({ learner, params }, at) => ({
    params: unweighed(space, prefixedParams(learner, params)),
    from: `portfolio ${at + 1}`,
  }));
  const all = [...own, ...known.slice(0, FIRST), ...others, ...middles(space, portfolio), ...known.slice(FIRST)];
  const opening = new Map<string, OpeningTrial>();
  for (const { params, from } of all) {
    const point = nearestPoint(space, params);
    if (point === null) continue;
    const key = pointKey(point);
    if (!opening.has(key)) opening.set(key, { params: point, from });
  }
  return [...opening.values()].slice(0, most);
}

/** Without a weight of classes that isn't searched here: the rest of a configuration is as good without it. */
function unweighed(space: Space, params: Params): Params {
  const searched = ([name, value]: [string, ParamValue]) => {
    const distribution = name.endsWith(`.${CLASS_WEIGHT}`) ? space[name] : undefined;
    return distribution?.type !== "categorical" || distribution.choices.includes(value);
  };
  return Object.fromEntries(Object.entries(params).filter(searched));
}

/** One trial in the middle of the space of each learner that the portfolio knows nothing of. */
function middles(space: Space, portfolio: readonly Configuration[]): readonly OpeningTrial[] {
  const known = new Set(portfolio.map(({ learner }) => learner));
  return learnersOf(space)
    .filter((learner) => !known.has(learner))
    .map((learner) => ({ params: { [LEARNER_PARAMETER]: learner }, from: `the middle of ${learner}` }));
}
