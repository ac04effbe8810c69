/** Black-box constraints: Deb's constrained domination (Deb, Pratap, Agarwal and Meyarivan, IEEE TEC 6, 2002, §VI). */
import type { Points } from "./point.js";
import { nonDominatedRanks } from "./ranks.js";

/** By how much constraints are violated, Σ max(0, c): 0 where all hold. */
export function violationOf(constraints: readonly number[]): number {
  let sum = 0;
  for (const constraint of constraints) if (constraint > 0) sum += constraint;
  return sum;
}

/**
 * Ranks by constrained domination: feasible points (violation 0) by the objectives alone, after them the infeasible ones by
 * their violation alone, equal ones together.
 *
 * @param violations - One per point, 0 … ∞.
 */
export function constrainedRanks(points: Points, violations: ArrayLike<number>): Int32Array {
  const feasible = points.filter((_, index) => violations[index] === 0);
  const feasibleRanks = nonDominatedRanks(feasible);
  if (feasible.length === points.length) return feasibleRanks;
  const infeasible = points.map((_, index) => violations[index] as number).filter((violation) => violation > 0);
  const infeasibleRanks = nonDominatedRanks(infeasible.map((violation) => [violation]));
  const after = feasibleRanks.reduce((most, rank) => Math.max(most, rank + 1), 0);
  const ranks = new Int32Array(points.length);
  let [ok, bad] = [0, 0];
  for (let index = 0; index < ranks.length; index++)
    ranks[index] =
      violations[index] === 0 ? (feasibleRanks[ok++] as number) : after + (infeasibleRanks[bad++] as number);
  return ranks;
}
