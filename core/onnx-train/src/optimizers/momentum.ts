import { RANGES } from "../given.js";
import type { Value } from "../graph.js";
import { withDecay } from "./decay.js";
import { factorsOf, hyperOf, OPTIONAL_AMOUNT, zeros } from "./hyper.js";
import type { Optimizer, Update } from "./optimizer.js";
import type { SgdOptions } from "./sgd.js";

export interface NesterovOptions extends SgdOptions {
  /** What is kept of the velocity; default 0.9. */
  readonly momentum?: number;
}

export interface MomentumOptions extends NesterovOptions {
  /** What is left out of each gradient but the first. Only where it is given can schedules change it. */
  readonly dampening?: number;
}

const RULES = {
  rate: { range: RANGES.amount, otherwise: 0.01 },
  momentum: { range: RANGES.share, otherwise: 0.9 },
  dampening: { range: RANGES.portion },
  decay: OPTIONAL_AMOUNT,
} as const;
const { dampening: _, ...NESTEROV_RULES } = RULES;

function velocity({ g, slots, factor }: Update, gradient: Value): Value {
  return g.add(g.mul(slots("velocity"), factor("momentum")), gradient);
}

/**
 * The heavy ball: Polyak 1964, https://doi.org/10.1016/0041-5553(64)90137-5, in PyTorch's form, in which the rate multiplies
 * the velocity rather than the gradient.
 * @throws OnnxError ONNX_OPTION
 */
export function momentum(options: MomentumOptions = {}): Optimizer {
  return {
    name: "momentum",
    hyper: hyperOf("momentum", RULES, options),
    slots: zeros("velocity"),
    // The first gradient is taken whole, as in PyTorch.
    factors: factorsOf("momentum", RULES, ({ dampening, ...hyper }, step) => ({
      ...hyper,
      fresh: step === 1 ? 1 : 1 - dampening,
    })),
    update: (step) => {
      const { g, weight, factor } = step;
      const gradient = withDecay(step, options.decay);
      const fresh = options.dampening === undefined ? gradient : g.mul(gradient, factor("fresh"));
      const next = velocity(step, fresh);
      return { weight: g.sub(weight, g.mul(next, factor("rate"))), slots: { velocity: next } };
    },
  };
}

/**
 * With the gradient where the velocity leads: Nesterov 1983, in the form of Sutskever, Martens, Dahl and Hinton 2013,
 * https://proceedings.mlr.press/v28/sutskever13.html, as PyTorch computes it.
 * @throws OnnxError ONNX_OPTION
 */
export function nesterov(options: NesterovOptions = {}): Optimizer {
  return {
    name: "nesterov",
    hyper: hyperOf("nesterov", NESTEROV_RULES, options),
    slots: zeros("velocity"),
    factors: factorsOf("nesterov", NESTEROV_RULES, (hyper) => hyper),
    update: (step) => {
      const { g, weight, factor } = step;
      const gradient = withDecay(step, options.decay);
      const next = velocity(step, gradient);
      const ahead = g.add(gradient, g.mul(next, factor("momentum")));
      return { weight: g.sub(weight, g.mul(ahead, factor("rate"))), slots: { velocity: next } };
    },
  };
}
