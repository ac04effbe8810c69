import { violationOf } from "../pareto/constraints.js";
import type { FrozenTrial } from "../types.js";

/**
 * By how much each trial violates its constraints: 0 where all hold, and for all where none were measured. One without
 * beside others that were measured violates more than any.
 */
export function violationsOf(trials: readonly FrozenTrial[]): Float64Array {
  const violations = new Float64Array(trials.length);
  if (!trials.some(({ constraints }) => constraints !== undefined)) return violations;
  for (const [at, { constraints }] of trials.entries())
    violations[at] = constraints === undefined ? Number.POSITIVE_INFINITY : violationOf(constraints);
  return violations;
}
