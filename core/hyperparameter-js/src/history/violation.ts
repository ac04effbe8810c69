import { violationOf } from "../pareto/constraints.js";
import type { FrozenTrial } from "../types.js";

/**
 * By how much each trial violates its constraints: 0 where all hold, and for all where none were measured. One without
 * beside others that were measured violates more than any.
 */
export function violationsOf(trials: readonly FrozenTrial[]): Float64Array {
  const measured = trials.some(({ constraints }) => constraints !== undefined);
  const unknown = measured ? Number.POSITIVE_INFINITY : 0;
  return Float64Array.from(trials, ({ constraints }) =>
    constraints === undefined ? unknown : violationOf(constraints),
  );
}
