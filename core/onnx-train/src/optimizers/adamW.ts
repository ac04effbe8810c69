import { ADAM_RULES, type AdamOptions, momentFactors, moments } from "./adam.js";
import { kept } from "./decay.js";
import { factorsOf, hyperOf, zeros } from "./hyper.js";
import type { Optimizer } from "./optimizer.js";

export interface AdamWOptions extends Omit<AdamOptions, "decay"> {
  /** Decoupled: the share rate · decay is taken off each weight. Default 0.01, as in PyTorch. */
  readonly decay?: number;
}

const RULES = { ...ADAM_RULES, decay: { ...ADAM_RULES.decay, otherwise: 0.01 } } as const;

/**
 * Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101, algorithm 2.
 * @throws OnnxError ONNX_OPTION
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const hyper = hyperOf("adamW", RULES, options);
  return {
    name: "adamW",
    hyper,
    slots: zeros("mean", "square"),
    factors: factorsOf("adamW", RULES, (values, step) => ({
      ...momentFactors(values, step),
      keep: 1 - values.rate * values.decay,
    })),
    update: (step) => {
      const { move, slots } = moments(step, step.gradient);
      return { weight: step.g.sub(kept(step, hyper.decay), move), slots };
    },
  };
}
