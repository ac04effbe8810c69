/** Checks of what callers give: options and numbers. All throw ONNX_OPTION, and say where, what was expected, what came. */
import { OnnxError } from "./errors.js";

export interface Range {
  readonly expected: string;
  fits(value: number): boolean;
}

export const RANGES = {
  number: { expected: "a finite number", fits: Number.isFinite },
  amount: { expected: "a finite number of 0 or more", fits: (value) => value >= 0 && value < Number.POSITIVE_INFINITY },
  positive: { expected: "a finite number above 0", fits: (value) => value > 0 && value < Number.POSITIVE_INFINITY },
  /** What keeps a quotient of float32 finite; their smallest normal number is 1.2e-38. */
  epsilon: { expected: "a number from 1e-30 to 1", fits: (value) => value >= 1e-30 && value <= 1 },
  /** Of what is kept: 1 would never learn. */
  share: { expected: "a number of 0 or more, below 1", fits: (value) => value >= 0 && value < 1 },
  portion: { expected: "a number from 0 to 1", fits: (value) => value >= 0 && value <= 1 },
  chance: { expected: "a number between 0 and 1, both excluded", fits: (value) => value > 0 && value < 1 },
  count: { expected: "a whole number of 1 or more", fits: (value) => Number.isSafeInteger(value) && value >= 1 },
  whole: { expected: "a whole number", fits: Number.isSafeInteger },
  steps: { expected: "a whole number of 0 or more", fits: (value) => Number.isSafeInteger(value) && value >= 0 },
} as const satisfies Readonly<Record<string, Range>>;

export function refuse(where: string, expected: string, got: unknown): never {
  throw new OnnxError("ONNX_OPTION", `${where}: expected ${expected}, got ${shown(got)}`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

export function checkOneOf(where: string, given: unknown, names: readonly string[]): void {
  if (!names.some((name) => name === given)) refuse(where, `one of ${names.join(", ")}`, given);
}

export function checkNumber(where: string, value: unknown, range: Range): void {
  if (typeof value !== "number" || !range.fits(value)) refuse(where, range.expected, value);
}

/** No member under another name than those that are known; a member that is undefined isn't there. */
export function checkKnown(where: string, given: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || known.includes(name)) continue;
    refuse(where, known.length === 0 ? "no options" : `one of ${known.join(", ")}`, name);
  }
}

/** Options by name that are all numbers: those that must be given, and those that may be. */
export function checkNumbers(
  where: string,
  given: object,
  needed: Readonly<Record<string, Range>>,
  optional: Readonly<Record<string, Range>> = {},
): void {
  const values = new Map(Object.entries(given));
  checkKnown(where, given, [...Object.keys(needed), ...Object.keys(optional)]);
  for (const [name, range] of Object.entries(needed)) checkNumber(`${where}.${name}`, values.get(name), range);
  for (const [name, range] of Object.entries(optional))
    if (values.get(name) !== undefined) checkNumber(`${where}.${name}`, values.get(name), range);
}
