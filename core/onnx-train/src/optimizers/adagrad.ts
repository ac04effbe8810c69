import { RANGES } from "../given.js";
import { withDecay } from "./decay.js";
import { factorsOf, hyperOf, OPTIONAL_AMOUNT, zeros } from "./hyper.js";
import type { Optimizer } from "./optimizer.js";

export interface AdagradOptions {
  /** Default 0.01. */
  readonly rate?: number;
  /** Default 1e-10. */
  readonly epsilon?: number;
  /** L2: this multiple of the weight is added to its gradient. Only where it is given can schedules change it. */
  readonly decay?: number;
}

const RULES = {
  rate: { range: RANGES.amount, otherwise: 0.01 },
  epsilon: { range: RANGES.epsilon, otherwise: 1e-10 },
  decay: OPTIONAL_AMOUNT,
} as const;

/**
 * Duchi, Hazan, Singer 2011, https://jmlr.org/papers/v12/duchi11a.html, with the diagonal alone.
 * @throws OnnxError ONNX_OPTION
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  return {
    name: "adagrad",
    hyper: hyperOf("adagrad", RULES, options),
    slots: zeros("sum"),
    factors: factorsOf("adagrad", RULES, (hyper) => hyper),
    update: (step) => {
      const { g, weight, slots, factor } = step;
      const gradient = withDecay(step, options.decay);
      const sum = g.add(slots("sum"), g.mul(gradient, gradient));
      const move = g.div(g.mul(gradient, factor("rate")), g.add(g.sqrt(sum), factor("epsilon")));
      return { weight: g.sub(weight, move), slots: { sum } };
    },
  };
}
