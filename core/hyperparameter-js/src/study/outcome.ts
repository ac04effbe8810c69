/** How a trial ended, in the forms that `tell` takes, brought to one. */
import { HyperparameterError, show } from "../errors.js";

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
  | { readonly state: "pruned" | "failed" | "stale" };

export interface Ending {
  readonly state: "complete" | "pruned" | "failed" | "stale";
  readonly values: readonly number[] | null;
  readonly constraints?: readonly number[];
}

const WITHOUT_VALUES: readonly string[] = ["pruned", "failed", "stale"];

/** Numbers without NaN: a constraint that can't be measured is a trial that failed. */
export function constraintsOf(given: unknown, where: string): readonly number[] {
  if (Array.isArray(given) && given.every((each) => typeof each === "number" && !Number.isNaN(each))) return [...given];
  const expected = "a list of numbers, each above 0 where its constraint is violated";
  throw new HyperparameterError({ code: "CONSTRAINTS_INVALID", where, expected, got: show(given) });
}

const FAILED: Ending = { state: "failed", values: null };

function endWith(given: unknown, count: number, where: string): Ending {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (values.length !== count || !values.every((value) => typeof value === "number")) {
    const expected = `${count} number${count === 1 ? "" : "s"}, one per direction`;
    throw new HyperparameterError({ code: "VALUES_INVALID", where, expected, got: show(given) });
  }
  return values.some(Number.isNaN) ? FAILED : { state: "complete", values: [...values] };
}

/** As in Optuna a NaN among the values makes the trial a failed one; infinities are values like others. */
export function endingOf(outcome: Outcome, count: number, where: string): Ending {
  if (outcome === null || typeof outcome !== "object" || !("state" in outcome)) return endWith(outcome, count, where);
  if (outcome.state === "complete") {
    const ending = endWith(outcome.values, count, where);
    if (outcome.constraints === undefined) return ending;
    return { ...ending, constraints: constraintsOf(outcome.constraints, where) };
  }
  if (WITHOUT_VALUES.includes(outcome.state)) return { state: outcome.state, values: null };
  const expected = `a state of complete, ${WITHOUT_VALUES.join(", ")}`;
  throw new HyperparameterError({ code: "VALUES_INVALID", where, expected, got: show(outcome) });
}
