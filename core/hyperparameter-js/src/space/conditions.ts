/** Which parameters of a space exist, given the values of others. */
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

/** The distributions of the parameters that exist beside these values. */
export function activeSpace(space: Space, params: Params): Space {
  return Object.fromEntries(
    topologicalOrder(space)
      .filter((name) => isActive(space[name] as Distribution, params))
      .map((name) => [name, space[name] as Distribution]),
  );
}
