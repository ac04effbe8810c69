/** How a trial ended, in the forms that `tell` takes, brought to one. */
import { HyperparameterError, show } from "../errors.js";
import { checkKnown } from "../given.js";
import type { FrozenTrial } from "../types.js";

/** A value (or one per direction) of a complete trial, or the state with the values that go with it. */
export type Outcome =
  | number
  | readonly number[]
  | {
      readonly state: "complete";
      readonly values: number | readonly number[];
      /** Above 0 is violated; in place of those that the trial was given by `setConstraints`. */
      readonly constraints?: readonly number[];
    }
  | { readonly state: "pruned" | "stale" }
  | {
      readonly state: "failed";
      /** Kept as the user attribute `failure`, unless the trial has one of that name. */
      readonly reason?: string;
    };

export interface Ending {
  readonly state: "complete" | "pruned" | "failed" | "stale";
  readonly values: readonly number[] | null;
  readonly constraints?: readonly number[];
  /** Why it failed, where that is known. */
  readonly failure?: string;
}

const WITHOUT_VALUES: readonly string[] = ["pruned", "failed", "stale"];

/** Numbers without NaN: a constraint that can't be measured is a trial that failed. */
export function constraintsOf(given: unknown, where: string): readonly number[] {
  if (Array.isArray(given) && given.every((each) => typeof each === "number" && !Number.isNaN(each))) return [...given];
  const expected = "a list of numbers, each above 0 where its constraint is violated";
  throw new HyperparameterError({ code: "CONSTRAINTS_INVALID", where, expected, got: show(given) });
}

/** The attributes with the reason of the failure among them. */
export function withFailure(
  userAttrs: FrozenTrial["userAttrs"],
  failure: string | undefined,
): FrozenTrial["userAttrs"] {
  return failure === undefined || Object.hasOwn(userAttrs, "failure") ? userAttrs : { ...userAttrs, failure };
}

function endWith(given: unknown, count: number, where: string): Ending {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (values.length !== count || !values.every((value) => typeof value === "number")) {
    const expected = `${count} number${count === 1 ? "" : "s"}, one per direction`;
    throw new HyperparameterError({ code: "VALUES_INVALID", where, expected, got: show(given) });
  }
  if (!values.some(Number.isNaN)) return { state: "complete", values: [...values] };
  return { state: "failed", values: null, failure: `objective returned ${show(given)}` };
}

const OUTCOME = ["state", "values", "constraints", "reason"];

function failedBy(reason: unknown, where: string): Ending {
  if (typeof reason === "string") return { state: "failed", values: null, failure: reason };
  const expected = "the reason as text";
  throw new HyperparameterError({ code: "VALUES_INVALID", where: `${where}.reason`, expected, got: show(reason) });
}

/** As in Optuna a NaN among the values makes the trial a failed one; infinities are values like others. */
export function endingOf(outcome: Outcome, count: number, where: string): Ending {
  if (outcome === null || typeof outcome !== "object" || !("state" in outcome)) return endWith(outcome, count, where);
  checkKnown(where, outcome, OUTCOME, "VALUES_INVALID");
  if (outcome.state === "complete") {
    const ending = endWith(outcome.values, count, where);
    if (outcome.constraints === undefined) return ending;
    return { ...ending, constraints: constraintsOf(outcome.constraints, where) };
  }
  if (outcome.state === "failed" && outcome.reason !== undefined) return failedBy(outcome.reason, where);
  if (WITHOUT_VALUES.includes(outcome.state)) return { state: outcome.state, values: null };
  const expected = `a state of complete, ${WITHOUT_VALUES.join(", ")}`;
  throw new HyperparameterError({ code: "VALUES_INVALID", where, expected, got: show(outcome) });
}
