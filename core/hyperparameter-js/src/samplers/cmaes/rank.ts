/** The order of trials within a generation. */
import type { FrozenTrial } from "../../types.js";

/** Smaller is better, the first part first. */
export type Rank = readonly [tier: number, first: number, second: number];

/**
 * Complete and feasible trials by value; pruned ones, the furthest first, then by their last report; complete ones that
 * violate a constraint, by how much; last those that failed. `sign`: 1 to minimize, −1 to maximize.
 */
export function rankOf({ state, values, intermediate, constraints = [] }: FrozenTrial, sign: number): Rank {
  if (state === "complete") {
    const violation = constraints.reduce((sum, each) => sum + Math.max(0, each), 0);
    return violation > 0 ? [2, violation, 0] : [0, sign * (values?.[0] as number), 0];
  }
  if (state !== "pruned") return [3, 0, 0];
  const [step, value] = intermediate.at(-1) ?? [-1, Number.NaN];
  return [1, -step, Number.isNaN(value) ? Number.POSITIVE_INFINITY : sign * value];
}

/** −1, 0 or 1; NaN never counts as smaller. */
export function compareRanks(a: Rank, b: Rank): number {
  for (let part = 0; part < 3; part++) {
    const [x, y] = [a[part] as number, b[part] as number];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
