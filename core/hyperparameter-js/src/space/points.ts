/** Points of a space: drawn, compared, counted, and found where most have been used. */
import { HyperparameterError } from "../errors.js";
import { checkMethods, checkNamed } from "../given.js";
import type { Rng } from "../random/rng.js";
import type { Distribution, Params, ParamValue, Space } from "../types.js";
import { activeSpace, alternatives, buildParams, hasConditions, isActive, topologicalOrder } from "./conditions.js";
import { memberOf, sizeOf, valueAt } from "./distribution.js";
import { drawFree, drawHolding } from "./feasible.js";
import { holds, isBroken, type Relations } from "./relations.js";

/** Spaces with more points than this count as endless: a study never gets through them. */
const COUNTABLE = 2 ** 20;

const RNG = ["next", "int"];

/** Fresh points are looked for by so many draws before the space is listed; by then most of it has been used. */
const DRAWS = 64;

/** A point with each value as the space writes it; null where it isn't a point of the space. */
export function pointOf(space: Space, params: Params): Params | null {
  return hasConditions(space) ? conditionalPoint(space, params) : plainPoint(space, params);
}

function plainPoint(space: Space, params: Params): Params | null {
  const point: Record<string, ParamValue> = {};
  let count = 0;
  for (const name of topologicalOrder(space)) {
    // What an object inherits under such a name is a function or an object, which no distribution has.
    const member = memberOf(space[name] as Distribution, params[name]);
    if (member === undefined) return null;
    point[name] = member;
    count++;
  }
  return Object.keys(params).length === count ? point : null;
}

function conditionalPoint(space: Space, params: Params): Params | null {
  const point = buildParams(space, (name, distribution) =>
    Object.hasOwn(params, name) ? memberOf(distribution, params[name]) : undefined,
  );
  const names = Object.keys(point);
  const complete = Object.keys(activeSpace(space, point)).length === names.length;
  return complete && Object.keys(params).length === names.length ? point : null;
}

/** Whether these are exactly the parameters that exist, each with a value of its distribution. */
export function contains(space: Space, params: Params): boolean {
  checkNamed("contains.space", space);
  checkNamed("contains.params", params);
  return pointOf(space, params) !== null;
}

/** The same text for the same point, whatever the order of its names. */
export function pointKey(params: Params): string {
  checkNamed("pointKey.params", params);
  return JSON.stringify(
    Object.keys(params)
      .sort()
      .map((name) => [name, params[name]]),
  );
}

/** Stands for the values that no condition names; NaN can be no parameter's value. */
const OTHER = Number.NaN;

/** A parameter's values in classes that conditions can't tell apart: each named value, and all the rest together. */
function classesOf(space: Space, name: string): readonly { readonly value: ParamValue; readonly size: number }[] {
  const distribution = space[name] as Distribution;
  const wanted = Object.values(space).flatMap(({ when = {} }) =>
    Object.hasOwn(when, name) ? alternatives(when[name] as ParamValue) : [],
  );
  const named = [...new Set(wanted.map((value) => memberOf(distribution, value) as ParamValue))];
  const rest = sizeOf(distribution) - named.length;
  const classes = named.map((value) => ({ value, size: 1 }));
  return rest > 0 ? [...classes, { value: OTHER, size: rest }] : classes;
}

const cardinalities = new WeakMap<Space, number>();

/**
 * How many different points a valid space has; Infinity where a float without step can be among them, or where there are
 * more than 2^20.
 */
export function cardinality(space: Space): number {
  checkNamed("cardinality.space", space);
  const known = cardinalities.get(space) ?? countPoints(space);
  cardinalities.set(space, known);
  return known;
}

function countPoints(space: Space): number {
  for (const [name, each] of Object.entries(space)) checkNamed(`cardinality.space.${name}`, each);
  const order = topologicalOrder(space);
  const count = (depth: number, params: Params): number => {
    const name = order[depth];
    if (name === undefined) return 1;
    if (!isActive(space[name] as Distribution, params)) return count(depth + 1, params);
    let total = 0;
    for (const { value, size } of classesOf(space, name)) {
      total += size * count(depth + 1, { ...params, [name]: value });
      if (total > COUNTABLE) return Number.POSITIVE_INFINITY;
    }
    return total;
  };
  return count(0, {});
}

/** Every point of a space whose cardinality is finite that holds to the relations. */
export function* points(space: Space, relations: Relations = [], params: Params = {}, depth = 0): Generator<Params> {
  const name = topologicalOrder(space)[depth];
  if (name === undefined) {
    if (holds(relations, params)) yield params;
    return;
  }
  const distribution = space[name] as Distribution;
  if (!isActive(distribution, params)) return yield* points(space, relations, params, depth + 1);
  for (let index = 0; index < sizeOf(distribution); index++) {
    const next = { ...params, [name]: valueAt(distribution, index) };
    if (!isBroken(relations, next)) yield* points(space, relations, next, depth + 1);
  }
}

function listFresh(space: Space, relations: Relations, used: (params: Params) => boolean): Params[] {
  const fresh: Params[] = [];
  for (const point of points(space, relations)) if (!used(point)) fresh.push(point);
  return fresh;
}

function pick(found: readonly Params[], rng: Rng): Params | null {
  return found.length === 0 ? null : (found[rng.int(found.length)] as Params);
}

/**
 * A uniform point: of those that hold to the relations, where some are given. Throws RELATION_INVALID where no point is
 * found that does.
 */
export function drawPoint(space: Space, rng: Rng, relations: Relations = []): Params {
  checkNamed("drawPoint.space", space);
  checkMethods("drawPoint.rng", rng, RNG);
  if (relations.length === 0) return drawFree(space, rng);
  const point = drawHolding(space, relations, rng) ?? pickListed(space, relations, rng);
  if (point !== null) return point;
  const expected = "a point of the space that holds to all";
  throw new HyperparameterError({ code: "RELATION_INVALID", where: "relations", expected, got: "none found" });
}

function pickListed(space: Space, relations: Relations, rng: Rng): Params | null {
  return Number.isFinite(cardinality(space)) ? pick([...points(space, relations)], rng) : null;
}

/** A point that isn't used and holds to the relations; null where a finite space has none left. */
export function drawFresh(
  space: Space,
  used: (params: Params) => boolean,
  rng: Rng,
  relations: Relations = [],
): Params | null {
  for (let draw = 0; draw < DRAWS; draw++) {
    const point = drawPoint(space, rng, relations);
    if (!used(point)) return point;
  }
  if (!Number.isFinite(cardinality(space))) return drawPoint(space, rng, relations);
  return pick(listFresh(space, relations, used), rng);
}
