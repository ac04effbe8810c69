/** How a trial ended, in the forms that `tell` takes, brought to one. */
import { HyperparameterError, show } from "../errors.js";

/** A value (or one per direction) of a complete trial, or the state with the values that go with it. */
export type Outcome =
  | number
  | readonly number[]
  | { readonly state: "complete"; readonly values: number | readonly number[] }
  | { readonly state: "pruned" | "failed" };

export interface Ending {
  readonly state: "complete" | "pruned" | "failed";
  readonly values: readonly number[] | null;
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
  if (outcome.state === "complete") return endWith(outcome.values, count, where);
  if (outcome.state === "pruned" || outcome.state === "failed") return { state: outcome.state, values: null };
  const expected = "a state of complete, pruned or failed";
  throw new HyperparameterError({ code: "VALUES_INVALID", where, expected, got: show(outcome) });
}
