/** Whether relations between parameters hold, and what one of them leaves of a parameter's range beside the others. */
import { checkList, checkNamed } from "../given.js";
import type { Params, ParamValue, Relation } from "../types.js";
import { alternatives } from "./conditions.js";

export type Relations = readonly Relation[];
export type OrderRelation = Extract<Relation, { readonly type: "order" }>;
export type SumRelation = Extract<Relation, { readonly type: "sum" }>;
export type ForbiddenRelation = Extract<Relation, { readonly type: "forbidden" }>;

/** Share of the size of its terms and the bound by which a sum may miss it: decimal fractions don't add up exactly. */
const SUM_TOLERANCE = 1e-9;

/** Those of the names that the point has, with their numbers, in order. */
export function presentIn(names: readonly string[], params: Params): readonly (readonly [string, number])[] {
  return names.filter((name) => Object.hasOwn(params, name)).map((name) => [name, params[name] as number] as const);
}

export function weightOf({ params, weights }: SumRelation, name: string): number {
  return weights?.[params.indexOf(name)] ?? 1;
}

/** Σ weight · value over the parameters that the point has, and how far from its bounds it may lie by rounding alone. */
export function sumOf(relation: SumRelation, params: Params): { readonly sum: number; readonly tolerance: number } {
  let sum = 0;
  let size = 0;
  for (let at = 0; at < relation.params.length; at++) {
    const value = params[relation.params[at] as string];
    if (typeof value !== "number") continue;
    const term = value * (relation.weights?.[at] ?? 1);
    sum += term;
    size += Math.abs(term);
  }
  return { sum, tolerance: SUM_TOLERANCE * size };
}

function orderHolds({ params: names, strict = false }: OrderRelation, params: Params): boolean {
  let before: number | null = null;
  for (const name of names) {
    const value = params[name];
    if (typeof value !== "number") continue;
    if (before !== null && (strict ? !(before < value) : !(before <= value))) return false;
    before = value;
  }
  return true;
}

function sumHolds(relation: SumRelation, params: Params): boolean {
  const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = relation;
  if (!relation.params.some((name) => Object.hasOwn(params, name))) return true;
  const { sum, tolerance } = sumOf(relation, params);
  const spare = (bound: number) => tolerance + (Number.isFinite(bound) ? SUM_TOLERANCE * Math.abs(bound) : 0);
  return sum >= low - spare(low) && sum <= high + spare(high);
}

function isForbidden({ when }: ForbiddenRelation, params: Params): boolean {
  for (const name in when) {
    if (!Object.hasOwn(params, name)) return false;
    if (!alternatives(when[name] as ParamValue).includes(params[name] as ParamValue)) return false;
  }
  return true;
}

export function relationHolds(relation: Relation, params: Params): boolean {
  if (relation.type === "order") return orderHolds(relation, params);
  return relation.type === "sum" ? sumHolds(relation, params) : !isForbidden(relation, params);
}

/**
 * Whether a point of the space holds to all relations. A parameter that it doesn't have is left out of orders and sums; a
 * relation of which it has none holds, and so does a forbidden combination of which it lacks one. Sums may miss their
 * bounds by 1e-9 of the size of their terms and the bound.
 */
export function holds(relations: Relations, params: Params): boolean {
  checkList("holds.relations", relations);
  checkNamed("holds.params", params);
  for (const relation of relations) if (!relationHolds(relation, params)) return false;
  return true;
}

/** Whether some first parameters of a point break a relation already, whatever the others are. */
export function isBroken(relations: Relations, params: Params): boolean {
  for (const relation of relations) if (relation.type !== "sum" && !relationHolds(relation, params)) return true;
  return false;
}
