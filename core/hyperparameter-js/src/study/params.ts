/** Parameters that the user gives in place of a sampler, checked. */
import { HyperparameterError, show } from "../errors.js";
import { isObject } from "../given.js";
import { activeSpace } from "../space/conditions.js";
import { memberOf } from "../space/distribution.js";
import { validateDistribution } from "../space/validate.js";
import type { Distribution, Params, Space } from "../types.js";

function outside(where: string, expected: string, got: unknown): HyperparameterError {
  return new HyperparameterError({ code: "PARAMS_OUTSIDE", where, expected, got: show(got) });
}

function isValue(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

/** Throws PARAMS_OUTSIDE unless they are values that some parameter can have, by name. */
export function checkParams(params: Params, where: string): void {
  if (!isObject(params)) throw outside(where, "an object with the values of parameters", params);
  for (const [name, value] of Object.entries(params))
    if (!isValue(value)) throw outside(`${where}, ${name}`, "a finite number, a string, a boolean or null", value);
}

/** Throws unless each distribution can be drawn from and has the value that goes with it. */
export function checkDistributions(distributions: Space, params: Params, where: string): void {
  if (!isObject(distributions)) throw outside(where, "an object with the distributions of parameters", distributions);
  for (const [name, distribution] of Object.entries(distributions)) {
    validateDistribution(distribution, `${where}, distribution of ${name}`);
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (memberOf(distribution, value) === undefined)
      throw outside(`${where}, ${name}`, `a value of ${show(distribution)}`, value);
  }
}

/** What the declared space says of the parameters that a trial has; of values that lie outside it, nothing. */
export function declaredFor(space: Space = {}, params: Params): Space {
  const active = Object.entries(activeSpace(space, params));
  const has = (name: string, distribution: Distribution) =>
    Object.hasOwn(params, name) && memberOf(distribution, params[name]) !== undefined;
  return Object.fromEntries(active.filter(([name, distribution]) => has(name, distribution)));
}
