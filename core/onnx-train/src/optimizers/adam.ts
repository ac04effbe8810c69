import { RANGES } from "../given.js";
import type { Value } from "../graph.js";
import { withDecay } from "./decay.js";
import { factorsOf, hyperOf, OPTIONAL_AMOUNT, zeros } from "./hyper.js";
import type { Optimizer, Update } from "./optimizer.js";

export interface AdamOptions {
  /** Default 0.001. */
  readonly rate?: number;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** L2: this multiple of the weight is added to its gradient. Only where it is given can schedules change it. */
  readonly decay?: number;
}

export const ADAM_RULES = {
  rate: { range: RANGES.amount, otherwise: 1e-3 },
  beta1: { range: RANGES.share, otherwise: 0.9 },
  beta2: { range: RANGES.share, otherwise: 0.999 },
  epsilon: { range: RANGES.epsilon, otherwise: 1e-8 },
  decay: OPTIONAL_AMOUNT,
} as const;

/** What both forms of Adam need: the corrections of the moments are folded into rate and epsilon. */
export function momentFactors(
  { rate, beta1, beta2, epsilon }: Readonly<Record<"rate" | "beta1" | "beta2" | "epsilon", number>>,
  step: number,
): Readonly<Record<string, number>> {
  const correction = Math.sqrt(1 - beta2 ** step);
  return {
    beta1,
    fresh1: 1 - beta1,
    beta2,
    fresh2: 1 - beta2,
    rate: (rate * correction) / (1 - beta1 ** step),
    epsilon: epsilon * correction,
  };
}

/** The new moments, and how far the weight goes down. */
export function moments(
  { g, slots, factor }: Update,
  gradient: Value,
): { readonly move: Value; readonly slots: Readonly<Record<"mean" | "square", Value>> } {
  const mean = g.add(g.mul(slots("mean"), factor("beta1")), g.mul(gradient, factor("fresh1")));
  const square = secondMoment(g, { old: slots("square"), gradient, factor });
  const move = g.div(g.mul(mean, factor("rate")), g.add(g.sqrt(square), factor("epsilon")));
  return { move, slots: { mean, square } };
}

export function secondMoment(
  g: Update["g"],
  { old, gradient, factor }: { readonly old: Value; readonly gradient: Value; readonly factor: Update["factor"] },
): Value {
  return g.add(g.mul(old, factor("beta2")), g.mul(g.mul(gradient, gradient), factor("fresh2")));
}

/**
 * Kingma and Ba 2015, https://arxiv.org/abs/1412.6980, algorithm 1, in the order of computation of its §2.
 * @throws OnnxError ONNX_OPTION
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return {
    name: "adam",
    hyper: hyperOf("adam", ADAM_RULES, options),
    slots: zeros("mean", "square"),
    factors: factorsOf("adam", ADAM_RULES, (hyper, step) => ({ ...momentFactors(hyper, step), decay: hyper.decay })),
    update: (step) => {
      const { move, slots } = moments(step, withDecay(step, options.decay));
      return { weight: step.g.sub(step.weight, move), slots };
    },
  };
}
