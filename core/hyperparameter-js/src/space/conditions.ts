/** Which parameters of a space exist, given the values of others. */
import { checkNamed } from "../given.js";
import type { Distribution, Params, ParamValue, Space } from "../types.js";

export function alternatives(wanted: ParamValue | readonly ParamValue[]): readonly ParamValue[] {
  return Array.isArray(wanted) ? (wanted as readonly ParamValue[]) : [wanted as ParamValue];
}

const orders = new WeakMap<Space, readonly string[]>();

/** Names of a valid space, parents before the parameters that they condition, else as declared. */
export function topologicalOrder(space: Space): readonly string[] {
  const known = orders.get(space);
  if (known !== undefined) return known;
  const order = new Set<string>();
  const visit = (name: string): void => {
    for (const parent of Object.keys(space[name]?.when ?? {})) if (!order.has(parent)) visit(parent);
    order.add(name);
  };
  for (const name of Object.keys(space)) visit(name);
  const names = [...order];
  orders.set(space, names);
  return names;
}

/** Whether the parameter exists beside these values of its parents; a parent that doesn't exist has no value. */
export function isActive(distribution: Distribution, params: Params): boolean {
  return Object.entries(distribution.when ?? {}).every(
    ([parent, wanted]) => Object.hasOwn(params, parent) && alternatives(wanted).includes(params[parent] as ParamValue),
  );
}

/**
 * Builds parameters parents first: `give` is asked for each one that exists beside those given before. It may return
 * undefined to leave one out; what that one conditions is left out with it.
 */
export function buildParams(
  space: Space,
  give: (name: string, distribution: Distribution, before: Params) => ParamValue | undefined,
): Params {
  const params: Record<string, ParamValue> = {};
  for (const name of topologicalOrder(space)) {
    const distribution = space[name] as Distribution;
    if (!isActive(distribution, params)) continue;
    const value = give(name, distribution, params);
    if (value !== undefined) params[name] = value;
  }
  return params;
}

const conditional = new WeakMap<Space, boolean>();

/** Whether some parameter exists only beside certain values of others. */
export function hasConditions(space: Space): boolean {
  const known = conditional.get(space) ?? Object.values(space).some(({ when }) => when !== undefined);
  conditional.set(space, known);
  return known;
}

const parts = new WeakMap<Space, Map<string, Space>>();

/** The distributions of the parameters that exist beside these values: one object for all points that have the same ones. */
export function activeSpace(space: Space, params: Params): Space {
  checkNamed("activeSpace.space", space);
  checkNamed("activeSpace.params", params);
  if (!hasConditions(space)) return space;
  const names = topologicalOrder(space).filter((name) => isActive(space[name] as Distribution, params));
  const known = parts.get(space) ?? new Map<string, Space>();
  parts.set(space, known);
  const key = JSON.stringify(names);
  const part = known.get(key) ?? Object.fromEntries(names.map((name) => [name, space[name] as Distribution]));
  known.set(key, part);
  return part;
}
