/** Parameters that the user gives in place of a sampler, checked. */
import { HyperparameterError, show } from "../errors.js";
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

function refused(where: string, expected: string, got: unknown): HyperparameterError {
  return new HyperparameterError({ code: "OPTION_INVALID", where, expected, got: show(got) });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Throws OPTION_INVALID unless the option has the methods that its contract names. */
export function checkMethods(where: string, given: unknown, methods: readonly string[]): void {
  if (isObject(given) && methods.every((name) => typeof given[name] === "function")) return;
  throw refused(where, `an object with ${methods.join(" and ")}`, given);
}

/** Throws OPTION_INVALID unless it can be called. */
export function checkCallable(where: string, given: unknown): void {
  if (typeof given !== "function") throw refused(where, "a function", given);
}

/** Throws OPTION_INVALID unless it is an object of options or attributes by name. */
export function checkNamed(where: string, given: unknown): void {
  if (!isObject(given)) throw refused(where, "an object with values by name", given);
}

/** Throws OPTION_INVALID unless it is a list. */
export function checkList(where: string, given: unknown): void {
  if (!Array.isArray(given)) throw refused(where, "a list", given);
}
