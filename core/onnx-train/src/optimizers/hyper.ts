/** Hyper-parameters by rule: their ranges and defaults, in one table for each optimizer. */
import { checkKnown, checkNumber, RANGES, type Range } from "../given.js";
import type { Optimizer, Slot } from "./optimizer.js";

export interface HyperRule {
  readonly range: Range;
  /** Absent: without the option there is no such hyper-parameter, and none of its nodes. */
  readonly otherwise?: number;
}

export type HyperRules<Name extends string> = Readonly<Record<Name, HyperRule>>;

/** One that costs nodes only where it is given. */
export const OPTIONAL_AMOUNT: HyperRule = { range: RANGES.amount };

/**
 * The hyper-parameters of an optimizer: options, and defaults in place of those that aren't given.
 * @throws OnnxError ONNX_OPTION for an unknown name or a value out of its range
 */
export function hyperOf<Name extends string>(
  name: string,
  rules: HyperRules<Name>,
  options: Readonly<Partial<Record<Name, number>>>,
): Readonly<Record<string, number>> {
  checkKnown(name, options, Object.keys(rules));
  const values = namesOf(rules).map((each) => [each, options[each] ?? rules[each].otherwise] as const);
  const given = values.filter((pair): pair is readonly [Name, number] => pair[1] !== undefined);
  for (const [each, value] of given) checkNumber(`${name}.${each}`, value, rules[each].range);
  return Object.fromEntries(given);
}

/** Factors from hyper-parameters that are checked at each step; one that an optimizer goes without is 0. */
export function factorsOf<Name extends string>(
  name: string,
  rules: HyperRules<Name>,
  make: (hyper: Readonly<Record<Name, number>>, step: number) => Readonly<Record<string, number>>,
): Optimizer["factors"] {
  return (hyper, step) => {
    for (const each of namesOf(rules)) {
      if (Object.hasOwn(hyper, each)) checkNumber(`${name}.${each} of step ${step}`, hyper[each], rules[each].range);
    }
    const values = namesOf(rules).map((each) => [each, hyper[each] ?? 0] as const);
    return make(Object.fromEntries(values) as Record<Name, number>, step);
  };
}

function namesOf<Name extends string>(rules: HyperRules<Name>): Name[] {
  return Object.keys(rules) as Name[];
}

/** Slots that start at zeros. */
export function zeros(...names: readonly string[]): readonly Slot[] {
  return names.map((name) => ({ name, initial: "zeros" }));
}
