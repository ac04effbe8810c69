/** Checks of what callers give: options and arguments. All throw OPTION_INVALID, and say where, what was expected, what came. */
import { type HyperparameterCode, HyperparameterError, show } from "./errors.js";
import type { Direction, FrozenTrial } from "./types.js";

function refuse(where: string, expected: string, got: unknown): never {
  throw new HyperparameterError({ code: "OPTION_INVALID", where, expected, got: show(got) });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object with the methods that its contract names. */
export function checkMethods(where: string, given: unknown, methods: readonly string[]): void {
  if (isObject(given) && methods.every((name) => typeof given[name] === "function")) return;
  refuse(where, `an object with ${methods.join(" and ")}`, given);
}

export function checkCallable(where: string, given: unknown): void {
  if (typeof given !== "function") refuse(where, "a function", given);
}

/** An object of options, attributes or parameters by name. */
export function checkNamed(where: string, given: unknown): void {
  if (!isObject(given)) refuse(where, "an object with values by name", given);
}

export function checkText(where: string, given: unknown): void {
  if (typeof given !== "string") refuse(where, "text", given);
}

export function checkList(where: string, given: unknown): void {
  if (!Array.isArray(given)) refuse(where, "a list", given);
}

/** A list of trials: objects, as far as is looked. */
export function checkTrials(where: string, given: unknown): void {
  if (!Array.isArray(given)) refuse(where, "a list of trials", given);
  const odd = given.findIndex((each) => !isObject(each));
  if (odd >= 0) refuse(`${where}[${odd}]`, "a trial", given[odd]);
}

export function checkSwitch(where: string, given: unknown): void {
  if (typeof given !== "boolean") refuse(where, "true or false", given);
}

export function checkOneOf(where: string, given: unknown, names: readonly string[]): void {
  if (!names.some((name) => name === given)) refuse(where, `one of ${names.join(", ")}`, given);
}

/** How many letters of the one have to be put in, taken out or replaced to make the other. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] as number) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** What the name may have been meant for: one that it holds or that holds it before others, then by edits; case is nothing. */
function nearestFirst(name: string, known: readonly string[]): readonly string[] {
  const word = name.toLowerCase();
  const distanceTo = (other: string): number => {
    if (other === word) return 0;
    return other.includes(word) || word.includes(other) ? 1 : editsBetween(word, other);
  };
  const distances = new Map(known.map((each) => [each, distanceTo(each.toLowerCase())]));
  return known.toSorted((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0));
}

/** No member under another name than those that are known; a member that is undefined isn't there. */
export function checkKnown(
  where: string,
  given: object,
  known: readonly string[],
  code: HyperparameterCode = "OPTION_INVALID",
): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || known.includes(name)) continue;
    const expected = known.length === 0 ? "no options" : `one of ${nearestFirst(name, known).join(", ")}`;
    throw new HyperparameterError({ code, where: `${where}.${name}`, expected, got: show(name) });
  }
}

/** The names of all options, so that the compiler sees that none is left out. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>;

/** Of what has none: an object without members. Any object for the compiler, so that one table can hold all factories. */
export type NoOptions = object;

/** An object of options, each under a name that is known. */
export function checkOptions<T extends object>(where: string, given: T, known: OptionNames<T>): void {
  checkNamed(where, given);
  checkKnown(where, given, Object.keys(known));
}

export function checkCount(where: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) refuse(where, `a whole number of ${least} or more`, value);
}

/** Whole numbers, each at least its `least`. */
export function checkCounts(where: string, counts: Readonly<Record<string, readonly [value: number, least: number]>>) {
  for (const [name, [value, least]] of Object.entries(counts)) checkCount(`${where}.${name}`, value, least);
}

export function checkRange(where: string, value: number, [least, most]: readonly [number, number]): void {
  const expected =
    most === Number.POSITIVE_INFINITY ? `a number of ${least} or more` : `a number from ${least} to ${most}`;
  if (typeof value !== "number" || !(value >= least && value <= most)) refuse(where, expected, value);
}

const POSITIVE = {
  amount: { expected: "a number above 0", fits: (value: number) => value > 0 },
  share: { expected: "a number above 0, up to 1", fits: (value: number) => value > 0 && value <= 1 },
  chance: { expected: "a number between 0 and 1, both excluded", fits: (value: number) => value > 0 && value < 1 },
} as const;

export function checkPositive(where: string, value: unknown, kind: keyof typeof POSITIVE): void {
  const { expected, fits } = POSITIVE[kind];
  if (typeof value !== "number" || !fits(value)) refuse(where, expected, value);
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

function isDirection(given: unknown): given is Direction {
  return given === "minimize" || given === "maximize";
}

export function areDirections(given: unknown): given is readonly Direction[] {
  return Array.isArray(given) && given.length > 0 && given.every(isDirection);
}

export function checkDirections(where: string, given: unknown): void {
  if (!areDirections(given)) refuse(where, "a list of directions, each minimize or maximize", given);
}

/** As many directions as each complete trial has values. */
export function checkOnePerValue(
  where: string,
  directions: readonly Direction[],
  trials: readonly FrozenTrial[],
): void {
  const odd = trials.find(({ state, values }) => state === "complete" && values?.length !== directions.length);
  if (odd !== undefined) refuse(where, `${odd.values?.length ?? 0} of them, one per value`, directions);
}
