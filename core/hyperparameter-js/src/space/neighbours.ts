/** The members of numeric distributions on either side of a number, and the ranges that an order of parameters leaves. */
import type { Space } from "../types.js";
import { type NumericDistribution, sizeOf, stepOf, valueAt } from "./distribution.js";
import type { OrderRelation } from "./relations.js";

/** Share of its range that a float is moved by to be more than another number: near enough, and far from rounding. */
const GAP = 1e-9;

function gapOf({ low, high }: NumericDistribution, at: number): number {
  return Math.max(GAP * (high - low), Math.abs(at) * Number.EPSILON, Number.MIN_VALUE);
}

function indexed(distribution: NumericDistribution, index: number): number {
  return valueAt(distribution, Math.min(Math.max(index, 0), sizeOf(distribution) - 1)) as number;
}

/** The member nearest to a number. */
export function nearestMember(distribution: NumericDistribution, value: number): number {
  const step = stepOf(distribution);
  if (step === null) return Math.min(Math.max(value, distribution.low), distribution.high);
  return indexed(distribution, Math.round((value - distribution.low) / step));
}

/** The smallest member that is at least `bound`, or more than it; null: there is none. */
export function memberFrom(distribution: NumericDistribution, bound: number, strict: boolean): number | null {
  const { low, high } = distribution;
  const step = stepOf(distribution);
  const fits = (value: number) => (strict ? value > bound : value >= bound);
  if (fits(low)) return low;
  if (!fits(high)) return null;
  if (step === null) return Math.min(strict ? bound + gapOf(distribution, bound) : bound, high);
  const near = Math.round((bound - low) / step);
  for (let index = Math.max(near - 1, 0); ; index++) {
    const value = indexed(distribution, index);
    if (fits(value)) return value;
  }
}

/** The largest member that is at most `bound`, or less than it; null: there is none. */
export function memberUpTo(distribution: NumericDistribution, bound: number, strict: boolean): number | null {
  const { low, high } = distribution;
  const step = stepOf(distribution);
  const fits = (value: number) => (strict ? value < bound : value <= bound);
  if (fits(high)) return high;
  if (!fits(low)) return null;
  if (step === null) return Math.max(strict ? bound - gapOf(distribution, bound) : bound, low);
  const near = Math.round((bound - low) / step);
  for (let index = near + 1; ; index--) {
    const value = indexed(distribution, index);
    if (fits(value)) return value;
  }
}

/**
 * The largest value that each of the named parameters can have with room above it for those after it, last to first; null:
 * some have no room at all.
 */
export function highestInOrder(space: Space, { strict = false }: OrderRelation, names: readonly string[]) {
  const highest = new Array<number>(names.length);
  let bound = Number.POSITIVE_INFINITY;
  for (let at = names.length - 1; at >= 0; at--) {
    const value = memberUpTo(space[names[at] as string] as NumericDistribution, bound, strict);
    if (value === null) return null;
    highest[at] = value;
    bound = value;
  }
  return highest as readonly number[];
}
