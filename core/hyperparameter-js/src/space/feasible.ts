/** Draws points that hold to relations, also where hardly any point does. */
import type { Rng } from "../random/rng.js";
import type { Distribution, Params, Space } from "../types.js";
import { buildParams } from "./conditions.js";
import { axisOf, drawUniform, type NumericDistribution } from "./distribution.js";
import { memberFrom, memberUpTo, nearestMember } from "./neighbours.js";
import {
  holds,
  type OrderRelation,
  presentIn,
  type Relations,
  type SumRelation,
  sumOf,
  weightOf,
} from "./relations.js";
import { repair, withChanges } from "./repair.js";

/** Uniform draws that may fail before points are repaired instead. */
const DRAWS = 32;

/** Points that are repaired, one after another, until one holds. */
const REPAIRS = 64;

/** Times that each parameter of a repaired point is drawn anew beside the others, so that it forgets where it came from. */
const SWEEPS = 8;

type Range = readonly [low: number, high: number];

/** A uniform point, whatever relations there are. */
export function drawFree(space: Space, rng: Rng): Params {
  return buildParams(space, (_, distribution) => drawUniform(distribution, rng));
}

function orderRange({ params: names }: OrderRelation, params: Params, name: string, [low, high]: Range): Range {
  const present = presentIn(names, params);
  const at = present.findIndex(([one]) => one === name);
  if (at < 0) return [low, high];
  return [Math.max(low, present[at - 1]?.[1] ?? low), Math.min(high, present[at + 1]?.[1] ?? high)];
}

function sumRange(relation: SumRelation, params: Params, name: string, [low, high]: Range): Range {
  const weight = relation.params.includes(name) ? weightOf(relation, name) : 0;
  if (weight === 0) return [low, high];
  const others = sumOf(relation, params).sum - weight * (params[name] as number);
  const ends = [relation.low ?? Number.NEGATIVE_INFINITY, relation.high ?? Number.POSITIVE_INFINITY].map(
    (bound) => (bound - others) / weight,
  );
  return [Math.max(low, Math.min(...ends)), Math.min(high, Math.max(...ends))];
}

/** What the orders and sums leave of a parameter's range beside the other values of the point. */
function rangeOf(distribution: NumericDistribution, relations: Relations, params: Params, name: string): Range {
  let range: Range = [distribution.low, distribution.high];
  for (const relation of relations) {
    if (relation.type === "order") range = orderRange(relation, params, name, range);
    else if (relation.type === "sum") range = sumRange(relation, params, name, range);
  }
  return range;
}

/** As `drawUniform` does, from the part of the range alone; null: no member lies in it. */
function drawWithin(distribution: NumericDistribution, [low, high]: Range, rng: Rng): number | null {
  const [first, last] = [memberFrom(distribution, low, false), memberUpTo(distribution, high, false)];
  if (first === null || last === null || first > last) return null;
  const axis = axisOf(distribution);
  const [from, to] = [axis.cell(first)?.[0] ?? axis.encode(first), axis.cell(last)?.[1] ?? axis.encode(last)];
  return Math.min(Math.max(axis.decode(from + (to - from) * rng.next()), first), last);
}

function redrawOne(space: Space, relations: Relations, [name, params]: readonly [string, Params], rng: Rng): Params {
  const distribution = space[name] as Distribution;
  const value =
    distribution.type === "categorical"
      ? drawUniform(distribution, rng)
      : drawWithin(distribution, rangeOf(distribution, relations, params, name), rng);
  if (value === null || value === params[name]) return params;
  const moved = withChanges(space, params, { [name]: value }, rng);
  return holds(relations, moved) ? moved : params;
}

/** Moves two terms of a sum against each other: sums that have to be exact leave no other way to move. */
function redrawPair(
  space: Space,
  relations: Relations,
  [sum, params]: readonly [SumRelation, Params],
  rng: Rng,
): Params {
  const present = presentIn(sum.params, params).filter(([name]) => weightOf(sum, name) !== 0);
  if (present.length < 2) return params;
  const first = rng.int(present.length);
  const second = (first + 1 + rng.int(present.length - 1)) % present.length;
  const [[a, valueA], [b, valueB]] = [present[first], present[second]] as [[string, number], [string, number]];
  const [left, right] = [space[a] as NumericDistribution, space[b] as NumericDistribution];
  const ratio = weightOf(sum, a) / weightOf(sum, b);
  const ends = [valueA + (valueB - right.low) / ratio, valueA + (valueB - right.high) / ratio];
  const range: Range = [Math.max(left.low, Math.min(...ends)), Math.min(left.high, Math.max(...ends))];
  const value = drawWithin(left, range, rng);
  if (value === null) return params;
  const against = nearestMember(right, valueB - ratio * (value - valueA));
  const moved = withChanges(space, params, { [a]: value, [b]: against }, rng);
  return holds(relations, moved) ? moved : params;
}

/** Gibbs sampling from the uniform draw, given that the relations hold: each parameter in turn, and pairs of a sum. */
function mix(space: Space, relations: Relations, start: Params, rng: Rng): Params {
  const exact = relations.filter(
    (relation) => relation.type === "sum" && relation.low === relation.high,
  ) as SumRelation[];
  let params = start;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const name of Object.keys(params))
      if (Object.hasOwn(params, name)) params = redrawOne(space, relations, [name, params], rng);
    for (const sum of exact)
      for (let pair = 1; pair < sum.params.length; pair++) params = redrawPair(space, relations, [sum, params], rng);
  }
  return params;
}

/** The values of each order's parameters dealt out by size: as uniform as before, where they have one range. */
function sorted(space: Space, relations: Relations, point: Params): Params {
  const changes: Record<string, number> = {};
  for (const relation of relations) {
    if (relation.type !== "order") continue;
    const present = presentIn(relation.params, { ...point, ...changes });
    const values = present.map(([, value]) => value).sort((a, b) => a - b);
    for (const [at, [name]] of present.entries())
      changes[name] = nearestMember(space[name] as NumericDistribution, values[at] as number);
  }
  return changes;
}

/** A point that holds, from which to mix: one that sorting makes hold, else one that is repaired. */
function startingPoint(space: Space, relations: Relations, drawn: readonly Params[], rng: Rng): Params | null {
  for (const point of drawn) {
    const candidate = withChanges(space, point, sorted(space, relations, point), rng);
    if (holds(relations, candidate)) return candidate;
  }
  for (let draw = 0; draw < REPAIRS; draw++) {
    const point = repair(space, relations, drawFree(space, rng), rng);
    if (point !== null) return point;
  }
  return null;
}

/**
 * A point of the space that holds to all relations, as likely as any other that does as far as a few rounds of Gibbs
 * sampling can make it so. Null where none was found, which says little where few points hold.
 */
export function drawHolding(space: Space, relations: Relations, rng: Rng): Params | null {
  const drawn: Params[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    const point = drawFree(space, rng);
    if (holds(relations, point)) return point;
    drawn.push(point);
  }
  const start = startingPoint(space, relations, drawn, rng);
  return start && mix(space, relations, start, rng);
}
