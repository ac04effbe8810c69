/** Says what is wrong with relations: what each kind may hold, and whether they leave any point at all. */
import { HyperparameterError, show } from "../errors.js";
import { checkKnown, checkNamed } from "../given.js";
import type { Condition, Distribution, ParamValue, Relation, Space } from "../types.js";
import { alternatives } from "./conditions.js";
import { memberOf, type NumericDistribution, sizeOf } from "./distribution.js";
import { highestInOrder } from "./neighbours.js";
import { cardinality, points } from "./points.js";
import type { ForbiddenRelation, OrderRelation, Relations, SumRelation } from "./relations.js";

/** Spaces of so many points at most are searched for one that holds, before a study begins on them. */
const LISTED = 10_000;

/** Throws; `got` as it is read. */
function fail(where: string, expected: string, got: string): never {
  throw new HyperparameterError({ code: "RELATION_INVALID", where, expected, got });
}

function distributionOf(space: Space, name: unknown, where: string): Distribution {
  const distribution = typeof name === "string" && Object.hasOwn(space, name) ? space[name] : undefined;
  return distribution ?? fail(where, `a parameter of the space: ${Object.keys(space).join(", ")}`, show(name));
}

function checkNumeric(space: Space, params: unknown, where: string, least: number): void {
  const names: readonly unknown[] = Array.isArray(params) ? params : [];
  if (names.length < least) fail(where, `${least} parameter${least > 1 ? "s" : ""} or more`, show(params));
  for (const [at, name] of names.entries())
    if (distributionOf(space, name, `${where}[${at}]`).type === "categorical")
      fail(`${where}[${at}]`, "a parameter of type float or int", `${show(name)}, which is categorical`);
  if (new Set(names).size < names.length) fail(where, "parameters that differ", show(params));
}

function isFixed(space: Space, name: string): boolean {
  return space[name]?.when === undefined;
}

function checkOrder(space: Space, relation: OrderRelation, where: string): void {
  checkNumeric(space, relation.params, `${where}.params`, 2);
  const { strict } = relation;
  if (strict !== undefined && typeof strict !== "boolean") fail(`${where}.strict`, "true or false", show(strict));
  const always = relation.params.filter((name) => isFixed(space, name));
  if (highestInOrder(space, relation, always) === null)
    fail(where, `ranges of ${always.join(", ")} that leave room for the order`, "none");
}

function checkBounds({ low, high }: SumRelation, where: string): void {
  if (low === undefined && high === undefined) fail(where, "low, high or both", "neither");
  if (low !== undefined && !Number.isFinite(low)) fail(`${where}.low`, "a finite number", show(low));
  if (high !== undefined && !Number.isFinite(high)) fail(`${where}.high`, "a finite number", show(high));
  if (low !== undefined && high !== undefined && low > high) fail(`${where}.low`, `at most high, ${high}`, show(low));
}

function checkWeights({ params, weights }: SumRelation, where: string): void {
  if (weights === undefined) return;
  if (!Array.isArray(weights) || weights.length !== params.length)
    fail(`${where}.weights`, `${params.length} numbers, one per parameter`, show(weights));
  if (!weights.every(Number.isFinite)) fail(`${where}.weights`, "finite numbers", show(weights));
}

/** Least and largest sum, each parameter by itself; one that may not exist can add nothing as well. */
function extremes(space: Space, { params, weights }: SumRelation): readonly [number, number] {
  let [least, most] = [0, 0];
  for (const [at, name] of params.entries()) {
    const { low, high } = space[name] as NumericDistribution;
    const weight = weights?.[at] ?? 1;
    const ends = [weight * low, weight * high, ...(isFixed(space, name) ? [] : [0])];
    least += Math.min(...ends);
    most += Math.max(...ends);
  }
  return [least, most];
}

function checkSum(space: Space, relation: SumRelation, where: string): void {
  checkNumeric(space, relation.params, `${where}.params`, 1);
  checkWeights(relation, where);
  checkBounds(relation, where);
  const [least, most] = extremes(space, relation);
  const { low = least, high = most } = relation;
  const tolerance = 1e-9 * (Math.abs(least) + Math.abs(most));
  if (low > most + tolerance || high < least - tolerance)
    fail(where, `bounds that meet the sums there can be, ${least} to ${most}`, `${low} to ${high}`);
}

function checkForbidden(space: Space, { when }: ForbiddenRelation, where: string): void {
  const entries = Object.entries(when ?? {});
  if (entries.length === 0) fail(`${where}.when`, "the values of one parameter or more", show(when));
  for (const [name, wanted] of entries) {
    const distribution = distributionOf(space, name, `${where}.when`);
    const values = alternatives(wanted);
    const outside = values.find((value) => memberOf(distribution, value) === undefined);
    if (outside !== undefined || values.length === 0)
      fail(`${where}.when.${name}`, `values that ${name} can have`, show(outside ?? []));
  }
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  order: ["type", "params", "strict"],
  sum: ["type", "params", "weights", "low", "high"],
  forbidden: ["type", "when"],
};

function checkRelation(space: Space, relation: Relation, where: string): void {
  if (Object.hasOwn(FIELDS, relation?.type))
    checkKnown(where, relation, FIELDS[relation.type] ?? [], "RELATION_INVALID");
  if (relation?.type === "order") checkOrder(space, relation, where);
  else if (relation?.type === "sum") checkSum(space, relation, where);
  else if (relation?.type === "forbidden") checkForbidden(space, relation, where);
  else fail(`${where}.type`, "order, sum or forbidden", show((relation as { readonly type?: unknown } | null)?.type));
}

/** A parameter of which all values are forbidden by themselves. */
function checkLeftover(space: Space, relations: Relations): void {
  const banned = new Map<string, Set<ParamValue>>();
  for (const relation of relations) {
    const entries = relation.type === "forbidden" ? Object.entries(relation.when) : [];
    const [name, wanted] = entries.length === 1 ? (entries[0] as (typeof entries)[number]) : [];
    if (name === undefined || wanted === undefined) continue;
    const values = banned.get(name) ?? new Set();
    for (const value of alternatives(wanted)) values.add(memberOf(space[name] as Distribution, value) as ParamValue);
    banned.set(name, values);
  }
  for (const [name, values] of banned)
    if (isFixed(space, name) && values.size === sizeOf(space[name] as Distribution))
      fail("relations", `a value of ${name} that isn't forbidden`, "none");
}

function checkPoints(space: Space, relations: Relations): void {
  if (relations.length === 0 || cardinality(space) > LISTED) return;
  const { done } = points(space, relations).next();
  if (done === true) fail("relations", "a point of the space that holds to all", "none");
}

/**
 * Throws RELATION_INVALID at the first thing that is wrong with relations over a valid space; `where` is a path such as
 * `relations[0].params[1]`. Relations that leave no point are refused as far as ranges show it, and always where the space
 * has 10,000 points at most.
 */
export function validateRelations(space: Space, relations: Relations): void {
  checkNamed("space", space);
  if (!Array.isArray(relations)) fail("relations", "a list of relations", show(relations));
  for (const [at, relation] of relations.entries()) checkRelation(space, relation, `relations[${at}]`);
  checkLeftover(space, relations);
  checkPoints(space, relations);
}

function membersOf(space: Space, when: Condition): Condition {
  const entries = Object.entries(when).map(([name, wanted]) => {
    const members = alternatives(wanted).map((value) => memberOf(space[name] as Distribution, value) as ParamValue);
    return [name, Object.freeze(members)] as const;
  });
  return Object.freeze(Object.fromEntries(entries));
}

/**
 * Valid relations as a frozen copy, forbidden values written as their distributions write them. Throws as
 * `validateRelations` does.
 */
export function ownRelations(space: Space, relations: Relations): Relations {
  validateRelations(space, relations);
  const copies = relations.map((relation): Relation => {
    if (relation.type === "forbidden") return { ...relation, when: membersOf(space, relation.when) };
    const copy = { ...relation, params: Object.freeze([...relation.params]) };
    return copy.type === "sum" && copy.weights ? { ...copy, weights: Object.freeze([...copy.weights]) } : copy;
  });
  return Object.freeze(copies.map((copy) => Object.freeze(copy)));
}
