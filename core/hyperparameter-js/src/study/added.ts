/** Trials that were made elsewhere, checked as they are taken into the history. */
import { HyperparameterError, show } from "../errors.js";
import { checkNamed, isObject } from "../given.js";
import type { FrozenTrial } from "../types.js";
import type { Settings } from "./options.js";
import { endingOf, withFailure } from "./outcome.js";
import { checkDistributions, checkParams, declaredFor } from "./params.js";
import { freezeTrial } from "./trial.js";

/** A trial made elsewhere, to be taken into the history. State: complete, where not said. */
export type AddedTrial = Pick<FrozenTrial, "params"> & Partial<Omit<FrozenTrial, "number" | "asked">>;

function invalid(where: string, expected: string, got: unknown): HyperparameterError {
  return new HyperparameterError({ code: "TRIAL_INVALID", where, expected, got: show(got) });
}

function reportsOf(intermediate: unknown, where: string): FrozenTrial["intermediate"] {
  const isReport = (each: unknown): each is readonly [number, number] =>
    Array.isArray(each) && each.length === 2 && Number.isSafeInteger(each[0]) && typeof each[1] === "number";
  if (Array.isArray(intermediate) && intermediate.every(isReport))
    return intermediate.map(([step, value]) => [step, value] as const);
  throw invalid(`${where}, intermediate`, "a list of [step, value], each step a whole number", intermediate);
}

/** Throws TRIAL_INVALID, PARAMS_OUTSIDE, VALUES_INVALID or CONSTRAINTS_INVALID where it isn't the record of an end. */
export function addedRecord(
  added: AddedTrial,
  number: number,
  { space, directions }: Pick<Settings, "space" | "directions">,
): FrozenTrial {
  const where = `trial ${number}, added`;
  if (!isObject(added)) throw invalid(where, "an object with params, and values where it is complete", added);
  const { state = "complete", values, params, intermediate = [], userAttrs = {}, why = null, constraints } = added;
  if (state === "waiting" || state === "running")
    throw invalid(where, "a finished trial: complete, pruned, failed or stale", state);
  const ending = endingOf(
    state === "complete" ? { state, values: values ?? [], ...(constraints && { constraints }) } : { state },
    directions.length,
    where,
  );
  checkParams(params, where);
  const distributions = added.distributions ?? declaredFor(space, params);
  checkDistributions(distributions, params, where);
  checkNamed(`${where}, userAttrs`, userAttrs);
  if (why !== null && typeof why.rule !== "string") throw invalid(`${where}, why`, "null, or an object with rule", why);
  return freezeTrial({
    number,
    state: ending.state,
    values: ending.values,
    ...(ending.constraints && { constraints: ending.constraints }),
    params: { ...params },
    distributions: { ...distributions },
    intermediate: reportsOf(intermediate, where),
    userAttrs: { ...withFailure(userAttrs, ending.failure) },
    why: why && { ...why },
  });
}
