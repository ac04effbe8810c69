import { RANGES } from "../given.js";
import { kept } from "./decay.js";
import { factorsOf, hyperOf, OPTIONAL_AMOUNT, zeros } from "./hyper.js";
import type { Optimizer } from "./optimizer.js";

export interface LionOptions {
  /** Default 1e-4; about a third to a tenth of Adam's (§5 of the paper). */
  readonly rate?: number;
  /** Of the step; default 0.9. */
  readonly beta1?: number;
  /** Of what is remembered; default 0.99. */
  readonly beta2?: number;
  /** Decoupled: the share rate · decay is taken off each weight. Only where it is given can schedules change it. */
  readonly decay?: number;
}

const RULES = {
  rate: { range: RANGES.amount, otherwise: 1e-4 },
  beta1: { range: RANGES.share, otherwise: 0.9 },
  beta2: { range: RANGES.share, otherwise: 0.99 },
  decay: OPTIONAL_AMOUNT,
} as const;

/**
 * Signs of an average: Chen et al. 2023, https://arxiv.org/abs/2302.06675, algorithm 2. Both averages start from the
 * distance of the old mean from the gradient, which saves a pass over memory.
 * @throws OnnxError ONNX_OPTION
 */
export function lion(options: LionOptions = {}): Optimizer {
  return {
    name: "lion",
    hyper: hyperOf("lion", RULES, options),
    slots: zeros("mean"),
    factors: factorsOf("lion", RULES, ({ rate, beta1, beta2, decay }) => ({
      rate,
      beta1,
      beta2,
      keep: 1 - rate * decay,
    })),
    update: (step) => {
      const { g, gradient, slots, factor } = step;
      const apart = g.sub(slots("mean"), gradient);
      const toward = (beta: string) => g.add(gradient, g.mul(apart, factor(beta)));
      const move = g.mul(g.op("Sign", [toward("beta1")]), factor("rate"));
      return { weight: g.sub(kept(step, options.decay), move), slots: { mean: toward("beta2") } };
    },
  };
}
