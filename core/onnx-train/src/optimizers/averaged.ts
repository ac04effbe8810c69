import { RANGES } from "../given.js";
import type { Value } from "../graph.js";
import type { Optimizer } from "./optimizer.js";
import { wrapped } from "./wrapped.js";

export interface AveragedOptions {
  /** What is kept of the average at each step; default 0.999. */
  readonly averageDecay?: number;
  /** Whether the average forgets the weights before the first step, by the same correction as Adam's; default false. */
  readonly corrected?: boolean;
}

/**
 * The exponential moving average of the weights after each step (of the average within, where the optimizer has one), which
 * is what to use after training: Polyak and Juditsky 1992, https://doi.org/10.1137/0330046, with weights that fade. Corrected,
 * a_t = (1 - d) Σ d^(t-i) w_i / (1 - d^t), as a share of each new weight: (1 - d) / (1 - d^t).
 * @throws OnnxError ONNX_OPTION
 */
export function averaged(inner: Optimizer, { corrected = false, ...options }: AveragedOptions = {}): Optimizer {
  return wrapped(inner, {
    name: "averaged",
    rules: { averageDecay: { range: RANGES.share, otherwise: 0.999 } },
    options,
    slots: [{ name: "average", initial: "weights" }],
    factors: (hyper, step) => ({
      averageShare: (1 - hyper.averageDecay) / (corrected ? 1 - hyper.averageDecay ** step : 1),
    }),
    after: ({ g, slots, factor }, inside) => {
      const point = inner.result === undefined ? inside.weight : (inside.slots[inner.result] as Value);
      const average = g.add(slots("average"), g.mul(g.sub(point, slots("average")), factor("averageShare")));
      return { ...inside, own: { average } };
    },
    result: "average",
  });
}
