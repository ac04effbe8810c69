/** Moves a point that breaks relations to a nearby one that holds to all of them. */
import type { Rng } from "../random/rng.js";
import type { Distribution, Params, ParamValue, Space } from "../types.js";
import { alternatives, buildParams, hasConditions } from "./conditions.js";
import { drawUniform, memberOf, type NumericDistribution, stepOf } from "./distribution.js";
import { highestInOrder, memberFrom, memberUpTo, nearestMember } from "./neighbours.js";
import {
  type ForbiddenRelation,
  holds,
  type OrderRelation,
  presentIn,
  type Relations,
  relationHolds,
  type SumRelation,
  sumOf,
  weightOf,
} from "./relations.js";

/** Mending one relation may break another: so many rounds over all of them. */
const ROUNDS = 16;

/** Grid steps that a sum is brought over its bound by, after the proportional move has been rounded to the grids. */
const STEPS = 64;

type Changes = Readonly<Record<string, ParamValue>>;

/** The point with some values changed; parameters that come to exist by that are drawn, those that cease to are left out. */
export function withChanges(space: Space, params: Params, changes: Changes, rng: Rng): Params {
  if (!hasConditions(space)) return { ...params, ...changes };
  return buildParams(space, (name, distribution) => {
    const source = [changes, params].find((values) => Object.hasOwn(values, name));
    return source === undefined ? drawUniform(distribution, rng) : source[name];
  });
}

/** Sorts the values, then moves each up or down no further than its range and the order ask for. */
function mendOrder(space: Space, relation: OrderRelation, params: Params): Changes | null {
  const present = presentIn(relation.params, params);
  const names = present.map(([name]) => name);
  const highest = highestInOrder(space, relation, names);
  if (highest === null) return null;
  const sorted = present.map(([, value]) => value).sort((a, b) => a - b);
  const changes: Record<string, number> = {};
  let [before, strict] = [Number.NEGATIVE_INFINITY, false];
  for (const [at, name] of names.entries()) {
    const distribution = space[name] as NumericDistribution;
    const wanted = nearestMember(distribution, Math.min(sorted[at] as number, highest[at] as number));
    const fits = (strict ? wanted > before : wanted >= before) && wanted <= (highest[at] as number);
    const value = fits ? wanted : memberFrom(distribution, before, strict);
    if (value === null) return null;
    changes[name] = value;
    [before, strict] = [value, relation.strict ?? false];
  }
  return changes;
}

interface Term {
  readonly name: string;
  readonly distribution: NumericDistribution;
  readonly weight: number;
  readonly value: number;
  /** How far the term can move towards the bound, by moving its parameter to the end of its range. */
  readonly room: number;
}

function termsOf(space: Space, relation: SumRelation, params: Params, sign: number): readonly Term[] {
  return presentIn(relation.params, params).map(([name, value]) => {
    const distribution = space[name] as NumericDistribution;
    const weight = weightOf(relation, name);
    const end = sign * weight > 0 ? distribution.high : distribution.low;
    return { name, distribution, weight, value, room: weight === 0 ? 0 : Math.abs(weight * (end - value)) };
  });
}

/** Moves each term by the same share of the room that it has: towards a corner of the space, so that proportions stay. */
function shareOut(terms: readonly Term[], missing: number, sign: number): Record<string, number> {
  const values: Record<string, number> = {};
  let room = terms.reduce((sum, term) => sum + term.room, 0);
  let left = missing;
  const gridsFirst = terms.toSorted(
    (a, b) => Number(stepOf(a.distribution) === null) - Number(stepOf(b.distribution) === null),
  );
  for (const { name, distribution, weight, value, room: own } of gridsFirst) {
    const move = own === 0 ? 0 : (sign * left * own) / room / weight;
    const moved = nearestMember(distribution, value + move);
    values[name] = moved;
    left -= sign * weight * (moved - value);
    room -= own;
  }
  return values;
}

/** One step of one grid: the one that brings the sum nearest to its bound from the wrong side, or least far over it. */
function stepTowards(terms: readonly Term[], values: Record<string, number>, missing: number, sign: number): boolean {
  let [best, least]: [readonly [string, number] | null, number] = [null, Number.POSITIVE_INFINITY];
  for (const { name, distribution, weight } of terms) {
    const now = values[name] as number;
    if (weight === 0 || stepOf(distribution) === null) continue;
    const next = sign * weight > 0 ? memberFrom(distribution, now, true) : memberUpTo(distribution, now, true);
    if (next === null) continue;
    const off = Math.abs(missing - sign * weight * (next - now));
    if (off < least) [best, least] = [[name, next], off];
  }
  if (best !== null) values[best[0]] = best[1];
  return best !== null;
}

function mendSum(space: Space, relation: SumRelation, params: Params): Changes | null {
  const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = relation;
  const sign = sumOf(relation, params).sum < low ? 1 : -1;
  const bound = sign > 0 ? low : high;
  const missing = (values: Params) => sign * (bound - sumOf(relation, values).sum);
  const terms = termsOf(space, relation, params, sign);
  const own = Object.fromEntries(terms.map(({ name, value }) => [name, value]));
  const room = terms.reduce((sum, term) => sum + term.room, 0);
  if (room < missing(own) * (1 - 1e-9)) return null;
  const values = shareOut(terms, Math.min(missing(own), room), sign);
  for (let step = 0; step < STEPS && !relationHolds(relation, values); step++)
    if (!stepTowards(terms, values, missing(values), sign)) break;
  return values;
}

/** Redraws one of the parameters of the combination, among its other values. */
function mendForbidden(space: Space, { when }: ForbiddenRelation, rng: Rng): Changes | null {
  const names = Object.keys(when);
  for (let first = rng.int(names.length), tried = 0; tried < names.length; tried++) {
    const name = names[(first + tried) % names.length] as string;
    const distribution = space[name] as Distribution;
    const banned = alternatives(when[name] as ParamValue);
    for (let draw = 0; draw < 16; draw++) {
      const value = drawUniform(distribution, rng);
      if (!banned.includes(value)) return { [name]: value };
    }
  }
  return null;
}

function isPoint(space: Space, params: Params): boolean {
  for (const name in params) if (memberOf(space[name] as Distribution, params[name]) === undefined) return false;
  return true;
}

/**
 * A point near to a point of the space that holds to all relations: the same one where it does already. Orders are mended
 * by sorting the values, as far as the ranges allow; sums by moving all terms by one share of the room they have; forbidden
 * combinations by redrawing one of their parameters. Null where that doesn't lead to one; all chance is from `rng`.
 */
export function repair(space: Space, relations: Relations, params: Params, rng: Rng): Params | null {
  let point = params;
  for (let round = 0; round < ROUNDS; round++) {
    if (holds(relations, point)) return isPoint(space, point) ? point : null;
    for (const relation of relations) {
      if (relationHolds(relation, point)) continue;
      const changes =
        relation.type === "order"
          ? mendOrder(space, relation, point)
          : relation.type === "sum"
            ? mendSum(space, relation, point)
            : mendForbidden(space, relation, rng);
      if (changes === null) return null;
      point = withChanges(space, point, changes, rng);
    }
  }
  return holds(relations, point) ? point : null;
}
