/** Optimizers around optimizers: what changes the gradient before a step, or the weights after it. */
import { checkNumber } from "../given.js";
import type { Value } from "../graph.js";
import { factorsOf, type HyperRule, type HyperRules, hyperOf } from "./hyper.js";
import type { Optimizer, Slot, Update, Updated } from "./optimizer.js";

export interface Layer<Name extends string> {
  readonly name: string;
  /** Those without a default must be given. */
  readonly rules: HyperRules<Name>;
  readonly options: Readonly<Partial<Record<Name, number>>>;
  readonly slots?: readonly Slot[];
  factors(hyper: Readonly<Record<Name, number>>, step: number): Readonly<Record<string, number>>;
  /** The gradient that the optimizer within takes. */
  before?(step: Update): Value;
  /** What the step ends at, from what the optimizer within made of it; `own` are the layer's slots. */
  after?(step: Update, inside: Updated): Updated & { readonly own: Readonly<Record<string, Value>> };
  /** One of its slots: see Optimizer.result. */
  readonly result?: string;
}

/**
 * The optimizer with a layer around it, of which hyper-parameters, slots and factors keep their names where these are free
 * and else get a number: the second anchor is `anchor2`.
 * @throws OnnxError ONNX_OPTION
 */
export function wrapped<Name extends string>(inner: Optimizer, layer: Layer<Name>): Optimizer {
  const { name, rules, options, slots = [], result } = layer;
  const hyper = hyperOf(name, rules, options);
  for (const [each, { range }] of Object.entries<HyperRule>(rules)) checkNumber(`${name}.${each}`, hyper[each], range);
  const factors = factorsOf(name, rules, layer.factors);
  const own = [...Object.keys(rules), ...slots.map((slot) => slot.name), ...Object.keys(factors(hyper, 1))];
  const suffix = freeSuffix(inner, own);
  const outside = <T>(named: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(named).map(([each, value]) => [each + suffix, value]));
  const inside = (all: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.keys(hyper).map((each) => [each, all[each + suffix] as number]));
  const chosen = result === undefined ? inner.result : result + suffix;
  return {
    name: `${name}(${inner.name})`,
    hyper: { ...inner.hyper, ...outside(hyper) },
    slots: [...inner.slots, ...slots.map((slot) => ({ ...slot, name: slot.name + suffix }))],
    factors: (all, step) => ({ ...inner.factors(all, step), ...outside(factors(inside(all), step)) }),
    update: (step) => {
      const ownStep: Update = {
        ...step,
        slots: (each) => step.slots(each + suffix),
        factor: (each) => step.factor(each + suffix),
      };
      const done = inner.update({ ...step, gradient: layer.before?.(ownStep) ?? step.gradient });
      if (layer.after === undefined) return done;
      const { weight, slots: made, own: added } = layer.after(ownStep, done);
      return { weight, slots: { ...made, ...outside(added) } };
    },
    ...(chosen === undefined ? {} : { result: chosen }),
  };
}

function freeSuffix(inner: Optimizer, wanted: readonly string[]): string {
  const taken = new Set([
    ...Object.keys(inner.hyper),
    ...inner.slots.map(({ name }) => name),
    ...Object.keys(inner.factors(inner.hyper, 1)),
  ]);
  let suffix = "";
  for (let at = 2; wanted.some((name) => taken.has(name + suffix)); at++) suffix = String(at);
  return suffix;
}
