/** Says what is wrong with a space: a table of rules for each kind of distribution, then the conditions between them. */
import { type HyperparameterCode, HyperparameterError, show } from "../errors.js";
import { checkKnown, isObject } from "../given.js";
import type { CategoricalDistribution, Distribution, ParamValue, Space } from "../types.js";
import { alternatives } from "./conditions.js";
import { memberOf, type NumericDistribution } from "./distribution.js";

interface Rule<D> {
  readonly code: HyperparameterCode;
  readonly field: string;
  readonly broken: (distribution: D) => boolean;
  readonly expected: (distribution: D) => string;
  readonly got: (distribution: D) => unknown;
}

function validBound(distribution: NumericDistribution, bound: unknown): boolean {
  return distribution.type === "int" ? Number.isSafeInteger(bound) : Number.isFinite(bound);
}

function boundWords(distribution: NumericDistribution): string {
  return distribution.type === "int" ? "a whole number within ±(2^53 - 1)" : "a finite number";
}

function validStep(distribution: NumericDistribution): boolean {
  const { step } = distribution;
  if (step === undefined) return true;
  const positive = validBound(distribution, step) && step > 0;
  return positive && (distribution.log !== true || (distribution.type === "int" && step === 1));
}

/** Binary halves of decimal steps make the quotient miss a whole number by a few units in the last place. */
function divides({ low, high, step = 1 }: NumericDistribution): boolean {
  const quotient = (high - low) / step;
  return Math.abs(quotient - Math.round(quotient)) <= 1e-9 * Math.max(1, quotient);
}

const NUMERIC: readonly Rule<NumericDistribution>[] = [
  {
    code: "BOUNDS_INVALID",
    field: "low",
    broken: (d) => !validBound(d, d.low),
    expected: boundWords,
    got: (d) => d.low,
  },
  {
    code: "BOUNDS_INVALID",
    field: "high",
    broken: (d) => !validBound(d, d.high),
    expected: boundWords,
    got: (d) => d.high,
  },
  {
    code: "BOUNDS_REVERSED",
    field: "low",
    broken: (d) => d.low > d.high,
    expected: (d) => `at most high, ${d.high}`,
    got: (d) => d.low,
  },
  {
    code: "BOUNDS_INVALID",
    field: "high",
    broken: (d) => !validBound(d, d.high - d.low),
    expected: (d) => `a range, high - low, that is ${boundWords(d)}`,
    got: (d) => d.high - d.low,
  },
  {
    code: "OPTION_INVALID",
    field: "log",
    broken: (d) => d.log !== undefined && typeof d.log !== "boolean",
    expected: () => "true or false",
    got: (d) => d.log,
  },
  {
    code: "LOG_NOT_POSITIVE",
    field: "low",
    broken: (d) => d.log === true && d.low <= 0,
    expected: () => "more than 0, as log is set",
    got: (d) => d.low,
  },
  {
    code: "STEP_INVALID",
    field: "step",
    broken: (d) => !validStep(d),
    expected: (d) => (d.log ? "no step, as log is set" : `a positive ${d.type === "int" ? "whole " : ""}number`),
    got: (d) => d.step,
  },
  {
    code: "STEP_NOT_DIVIDING",
    field: "step",
    broken: (d) => d.step !== undefined && !divides(d),
    expected: (d) => `a step that divides high - low, ${d.high - d.low}`,
    got: (d) => d.step,
  },
];

function isChoice(choice: unknown): boolean {
  if (typeof choice === "number") return Number.isFinite(choice);
  return choice === null || typeof choice === "string" || typeof choice === "boolean";
}

const CATEGORICAL: readonly Rule<CategoricalDistribution>[] = [
  {
    code: "CHOICES_INVALID",
    field: "choices",
    broken: (d) => !Array.isArray(d.choices) || d.choices.length === 0 || !d.choices.every(isChoice),
    expected: () => "one choice or more: strings, finite numbers, booleans or null",
    got: (d) => d.choices,
  },
  {
    code: "CHOICES_DUPLICATE",
    field: "choices",
    broken: (d) => new Set(d.choices).size < d.choices.length,
    expected: () => "choices that differ",
    got: (d) => d.choices,
  },
];

function check<D>(rules: readonly Rule<D>[], distribution: D, where: string): void {
  const rule = rules.find(({ broken }) => broken(distribution));
  if (rule === undefined) return;
  throw new HyperparameterError({
    code: rule.code,
    where: `${where}.${rule.field}`,
    expected: rule.expected(distribution),
    got: show(rule.got(distribution)),
  });
}

/** Throws `HyperparameterError` where the distribution, apart from its conditions, can't be drawn from. */
export function validateDistribution(distribution: Distribution, where: string): void {
  if (!isObject(distribution)) {
    const expected = "a distribution of type float, int or categorical";
    throw new HyperparameterError({ code: "TYPE_UNKNOWN", where, expected, got: show(distribution) });
  }
  if (distribution.type === "categorical") check(CATEGORICAL, distribution, where);
  else if (distribution.type === "float" || distribution.type === "int") check(NUMERIC, distribution, where);
  else {
    const { type } = distribution as { readonly type?: unknown };
    const expected = "float, int or categorical";
    throw new HyperparameterError({ code: "TYPE_UNKNOWN", where: `${where}.type`, expected, got: show(type) });
  }
}

function checkCondition(space: Space, where: string, parent: string, values: readonly ParamValue[]): void {
  const distribution = Object.hasOwn(space, parent) ? space[parent] : undefined;
  const at = `${where}.when.${parent}`;
  if (distribution === undefined) {
    const expected = `a parameter of the space: ${Object.keys(space).join(", ")}`;
    throw new HyperparameterError({ code: "CONDITION_UNKNOWN", where: at, expected, got: show(parent) });
  }
  const outside = values.find((value) => memberOf(distribution, value) === undefined);
  if (outside === undefined && values.length > 0) return;
  const expected = `values that ${parent} can have`;
  throw new HyperparameterError({ code: "CONDITION_OUTSIDE", where: at, expected, got: show(outside ?? []) });
}

function checkCycles(space: Space): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (done.has(name)) return;
    if (path.includes(name)) {
      const got = [...path.slice(path.indexOf(name)), name].join(" -> ");
      const expected = "conditions without a cycle";
      throw new HyperparameterError({ code: "CONDITION_CYCLE", where: `space.${name}.when`, expected, got });
    }
    for (const parent of Object.keys(space[name]?.when ?? {})) visit(parent, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(space)) visit(name, []);
}

function checkSpace(space: unknown): void {
  if (isObject(space)) return;
  const expected = "an object with a distribution for each name";
  throw new HyperparameterError({ code: "TYPE_UNKNOWN", where: "space", expected, got: show(space) });
}

const NUMERIC_FIELDS = ["type", "low", "high", "log", "step", "when"];

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  float: NUMERIC_FIELDS,
  int: NUMERIC_FIELDS,
  categorical: ["type", "choices", "when"],
};

/**
 * Throws `HyperparameterError` at the first thing that is wrong; its `where` is a path such as `space.depth.low`. A field
 * that no distribution of the type has is wrong too: OPTION_INVALID.
 */
export function validateSpace(space: Space): void {
  checkSpace(space);
  for (const [name, distribution] of Object.entries(space)) {
    const type = isObject(distribution) ? String(distribution.type) : "";
    if (Object.hasOwn(FIELDS, type)) checkKnown(`space.${name}`, distribution, FIELDS[type] ?? []);
  }
  validateDrawable(space);
}

/** As `validateSpace`, but fields with other names are passed over: for what was recorded, maybe by a newer version. */
export function validateDrawable(space: Space): void {
  checkSpace(space);
  for (const [name, distribution] of Object.entries(space)) validateDistribution(distribution, `space.${name}`);
  for (const [name, { when = {} }] of Object.entries(space)) {
    if (!isObject(when)) {
      const expected = "an object with the values of other parameters";
      const where = `space.${name}.when`;
      throw new HyperparameterError({ code: "CONDITION_UNKNOWN", where, expected, got: show(when) });
    }
    for (const [parent, wanted] of Object.entries(when))
      checkCondition(space, `space.${name}`, parent, alternatives(wanted));
  }
  checkCycles(space);
}
