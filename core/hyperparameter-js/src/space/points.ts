/** Points of a space: drawn, compared, counted, and found where most have been used. */
import type { Rng } from "../random/rng.js";
import type { Distribution, Params, ParamValue, Space } from "../types.js";
import { activeSpace, alternatives, buildParams, hasConditions, isActive, topologicalOrder } from "./conditions.js";
import { drawUniform, memberOf, sizeOf, valueAt } from "./distribution.js";

/** Spaces with more points than this count as endless: a study never gets through them. */
const COUNTABLE = 2 ** 20;

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
    const member = Object.hasOwn(params, name) ? memberOf(space[name] as Distribution, params[name]) : undefined;
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
  return pointOf(space, params) !== null;
}

/** The same text for the same point, whatever the order of its names. */
export function pointKey(params: Params): string {
  return JSON.stringify(
    Object.keys(params)
      .sort()
      .map((name) => [name, params[name]]),
  );
}

export function drawPoint(space: Space, rng: Rng): Params {
  return buildParams(space, (_, distribution) => drawUniform(distribution, rng));
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
  const known = cardinalities.get(space) ?? countPoints(space);
  cardinalities.set(space, known);
  return known;
}

function countPoints(space: Space): number {
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

/** Every point of a space whose cardinality is finite. */
export function* points(space: Space, params: Params = {}, depth = 0): Generator<Params> {
  const name = topologicalOrder(space)[depth];
  if (name === undefined) return yield params;
  const distribution = space[name] as Distribution;
  if (!isActive(distribution, params)) return yield* points(space, params, depth + 1);
  for (let index = 0; index < sizeOf(distribution); index++)
    yield* points(space, { ...params, [name]: valueAt(distribution, index) }, depth + 1);
}

function listFresh(space: Space, used: (params: Params) => boolean): Params[] {
  const fresh: Params[] = [];
  for (const point of points(space)) if (!used(point)) fresh.push(point);
  return fresh;
}

/** A point that isn't used; null where a finite space has none left. */
export function drawFresh(space: Space, used: (params: Params) => boolean, rng: Rng): Params | null {
  for (let draw = 0; draw < DRAWS; draw++) {
    const point = drawPoint(space, rng);
    if (!used(point)) return point;
  }
  if (!Number.isFinite(cardinality(space))) return drawPoint(space, rng);
  const fresh = listFresh(space, used);
  return fresh.length === 0 ? null : (fresh[rng.int(fresh.length)] as Params);
}
