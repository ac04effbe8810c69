/** Points to begin with, that were good somewhere before (Wistuba, Schilling and Schmidt-Thieme, PKDD 2015). */
import { rowOf } from "../samplers/gp/coordinates.js";
import type { Params, Space } from "../types.js";
import type { Task } from "./tasks.js";

/** The share of a task's trials that are better than the value, 0 … 1. */
function quantileIn({ sorted }: Task, value: number): number {
  let low = 0;
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}

export interface Portfolio {
  readonly candidates: readonly Params[];
  /** Where the task ranks a point, 0 … 1: candidates × tasks. */
  readonly ranks: readonly Float64Array[];
}

export function portfolioOf(space: Space, tasks: readonly Task[]): Portfolio {
  const candidates = [
    ...new Map(tasks.flatMap(({ best }) => best).map((point) => [JSON.stringify(point), point])).values(),
  ];
  return { candidates, ranks: candidates.map((point) => ranksOf(space, tasks, point)) };
}

export function ranksOf(space: Space, tasks: readonly Task[], point: Params): Float64Array {
  const x = rowOf(space, point);
  return Float64Array.from(tasks, (task) => quantileIn(task, task.predict(x).mean));
}

/**
 * The candidate that adds most to the points tried so far: least Σ weight · min(best rank so far, its rank) over the
 * tasks. Null: none is left.
 */
export function nextOf(
  { candidates, ranks }: Portfolio,
  soFar: Float64Array,
  weights: Float64Array,
  isFree: (point: Params) => boolean,
): Params | null {
  let [found, least]: [Params | null, number] = [null, Number.POSITIVE_INFINITY];
  candidates.forEach((point, at) => {
    const sum = weights.reduce(
      (total, weight, task) => total + weight * Math.min(soFar[task] as number, ranks[at]?.[task] ?? 1),
      0,
    );
    if (sum < least && isFree(point)) [found, least] = [point, sum];
  });
  return found;
}
