import type { Optimizer } from "./optimizer.js";

export interface AdamOptions {
  /** Default 0.001. */
  readonly rate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Decoupled: a share of each weight, times the rate, is taken off at every step. Default 0. */
  readonly decay?: number;
}

/**
 * Kingma and Ba 2015, https://arxiv.org/abs/1412.6980, algorithm 1; with `decay` Loshchilov and Hutter 2019,
 * https://arxiv.org/abs/1711.05101, algorithm 2. The corrections of both moments are folded into rate and epsilon, as
 * in §2 of the former.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return {
    name: "adam",
    hyper: { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0, ...options },
    slots: ["mean", "square"],
    factors: ({ rate = 0, beta1 = 0, beta2 = 0, epsilon = 0, decay = 0 }, step) => {
      const correction = Math.sqrt(1 - beta2 ** step);
      return {
        beta1,
        fresh1: 1 - beta1,
        beta2,
        fresh2: 1 - beta2,
        rate: (rate * correction) / (1 - beta1 ** step),
        epsilon: epsilon * correction,
        keep: 1 - rate * decay,
      };
    },
    update: ({ g, weight, gradient, slots: [mean = weight, square = weight], factor }) => {
      const first = g.add(g.mul(mean, factor("beta1")), g.mul(gradient, factor("fresh1")));
      const second = g.add(g.mul(square, factor("beta2")), g.mul(g.mul(gradient, gradient), factor("fresh2")));
      const move = g.div(g.mul(first, factor("rate")), g.add(g.sqrt(second), factor("epsilon")));
      return { weight: g.sub(g.mul(weight, factor("keep")), move), slots: [first, second] };
    },
  };
}
