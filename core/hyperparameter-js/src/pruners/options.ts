/** Checks of the pruners' options; all throw OPTION_INVALID. */
import { HyperparameterError, show } from "../errors.js";

function refuse(where: string, expected: string, got: unknown): never {
  throw new HyperparameterError({ code: "OPTION_INVALID", where, expected, got: show(got) });
}

/** Whole numbers, each at least its `least`. */
export function checkCounts(where: string, counts: Readonly<Record<string, readonly [value: number, least: number]>>) {
  for (const [name, [value, least]] of Object.entries(counts))
    if (!Number.isSafeInteger(value) || value < least)
      refuse(`${where}.${name}`, `a whole number of ${least} or more`, value);
}

export function checkRange(where: string, value: number, [least, most]: readonly [number, number]): void {
  const expected =
    most === Number.POSITIVE_INFINITY ? `a number of ${least} or more` : `a number from ${least} to ${most}`;
  if (typeof value !== "number" || !(value >= least && value <= most)) refuse(where, expected, value);
}

/** A step or "auto", which leaves no room for a bootstrap: nothing is known of the rungs before a trial is complete. */
export function checkResource(
  where: string,
  value: number | "auto",
  { least, bootstrap }: Readonly<Record<"least" | "bootstrap", number>>,
): void {
  if (value !== "auto" && !(Number.isSafeInteger(value) && value >= least))
    refuse(where, `"auto" or a whole number of ${least} or more`, value);
  if (!Number.isSafeInteger(bootstrap) || bootstrap < 0 || (value === "auto" && bootstrap > 0))
    refuse(`${where} with bootstrap`, 'a whole number of 0 or more, 0 with "auto"', bootstrap);
}
