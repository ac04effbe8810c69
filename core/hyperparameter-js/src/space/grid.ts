/** The points of a finite space by rank, conditions included, without listing them. */
import type { Distribution, Params, ParamValue, Space } from "../types.js";
import { alternatives, isActive, topologicalOrder } from "./conditions.js";
import { memberOf, type NumericDistribution, sizeOf, stepOf, valueAt } from "./distribution.js";

/** A finite space: parents first, the last parameter changes fastest. */
export interface Ranked {
  /** How many points; not exact above 2^53. */
  readonly size: number;
  /** The point of a rank, 0 … size − 1. */
  pointAt(rank: number): Params;
}

/** Stands for the values that no condition names; NaN can be no parameter's value. */
const OTHER = Number.NaN;

interface Level {
  readonly name: string;
  readonly distribution: Distribution;
  readonly size: number;
  /** Indexes of the values that conditions name, rising: each opens points of its own, all others the same. */
  readonly named: readonly number[];
}

function indexOf(distribution: Distribution, value: ParamValue): number {
  if (distribution.type === "categorical") return distribution.choices.indexOf(value);
  const member = memberOf(distribution, value);
  if (member === undefined) return -1;
  return Math.round(((member as number) - distribution.low) / (stepOf(distribution as NumericDistribution) ?? 1));
}

function levelOf(space: Space, name: string): Level {
  const distribution = space[name] as Distribution;
  const wanted = Object.values(space).flatMap(({ when = {} }) =>
    Object.hasOwn(when, name) ? alternatives(when[name] as ParamValue) : [],
  );
  const indexes = new Set(wanted.map((value) => indexOf(distribution, value)).filter((index) => index >= 0));
  return { name, distribution, size: sizeOf(distribution), named: [...indexes].sort((a, b) => a - b) };
}

type Count = (depth: number, params: Params) => number;

/** The value of a level whose points hold the rank, and the rank among them. */
function descend(level: Level, rank: number, sizeAt: (value: ParamValue) => number): readonly [ParamValue, number] {
  const { distribution, size, named } = level;
  const other = named.length < size ? sizeAt(OTHER) : 0;
  let from = 0;
  let left = rank;
  for (const index of [...named, size]) {
    const before = (index - from) * other;
    if (left < before) return [valueAt(distribution, from + Math.floor(left / other)), left % other];
    left -= before;
    const value = valueAt(distribution, index);
    const own = sizeAt(value);
    if (left < own) return [value, left];
    left -= own;
    from = index + 1;
  }
  throw new RangeError(`rank ${rank} is beyond the last point`);
}

/** `space`: valid, without floats that lack a step. */
export function rankedPoints(space: Space): Ranked {
  const levels = topologicalOrder(space).map((name) => levelOf(space, name));
  const count: Count = (depth, params) => {
    const level = levels[depth];
    if (level === undefined) return 1;
    const { name, distribution, size, named } = level;
    if (!isActive(distribution, params)) return count(depth + 1, params);
    const other = size - named.length;
    let total = other > 0 ? other * count(depth + 1, { ...params, [name]: OTHER }) : 0;
    for (const index of named) total += count(depth + 1, { ...params, [name]: valueAt(distribution, index) });
    return total;
  };
  return {
    size: count(0, {}),
    pointAt(rank) {
      const params: Record<string, ParamValue> = {};
      let left = rank;
      levels.forEach((level, depth) => {
        if (!isActive(level.distribution, params)) return;
        const sizeAt = (value: ParamValue) => count(depth + 1, { ...params, [level.name]: value });
        const [value, rest] = descend(level, left, sizeAt);
        params[level.name] = value;
        left = rest;
      });
      return params;
    },
  };
}
