/** Bounds on gradients and weights. */
import type { GraphBuilder } from "../builder/builder.js";
import { RANGES } from "../given.js";
import type { Value } from "../graph.js";
import type { Optimizer, Slot } from "./optimizer.js";
import { wrapped } from "./wrapped.js";

const POSITIVE = { range: RANGES.positive } as const;

/** Min and Max, as bounds may differ between models that train at once; Clip takes single numbers only. */
function clipped(g: GraphBuilder, value: Value, [low, high]: readonly [Value, Value]): Value {
  return g.op("Min", [g.op("Max", [value, low]), high]);
}

/**
 * Each element of the gradient is kept within ±maxValue.
 * @throws OnnxError ONNX_OPTION
 */
export function clipByValue(inner: Optimizer, options: { readonly maxValue: number }): Optimizer {
  return wrapped(inner, {
    name: "clipByValue",
    rules: { maxValue: POSITIVE },
    options,
    factors: (hyper) => ({ lowest: -hyper.maxValue, highest: hyper.maxValue }),
    before: ({ g, gradient, factor }) => clipped(g, gradient, [factor("lowest"), factor("highest")]),
  });
}

/**
 * A gradient of which the norm over all weights is above maxNorm is scaled down to it: Pascanu, Mikolov, Bengio 2013,
 * https://arxiv.org/abs/1211.5063, algorithm 1. The norm is that of the loss's gradient, also where a wrapper outside of
 * this one changes it.
 * @throws OnnxError ONNX_OPTION
 */
export function clipByNorm(inner: Optimizer, options: { readonly maxNorm: number }): Optimizer {
  return wrapped(inner, {
    name: "clipByNorm",
    rules: { maxNorm: POSITIVE },
    options,
    factors: (hyper) => hyper,
    before: ({ g, gradient, factor, norm }) => {
      const limit = factor("maxNorm");
      return g.mul(gradient, g.div(limit, g.op("Max", [norm(), limit])));
    },
  });
}

export interface ClipWeightsOptions {
  readonly maxWeight: number;
  /** Whether each weight's bound is maxWeight times what the constant slot `scale` holds (at first 1); default false. */
  readonly scaled?: boolean;
}

const SCALE: Slot = { name: "scale", initial: "ones", constant: true };

/**
 * After each step the weights, and the slots that are weights too such as averages, are kept within ±maxWeight: Elsayed,
 * Lan, Lyle, Mahmood 2024, https://arxiv.org/abs/2407.01704, where bounds are multiples of those of each layer's initial
 * weights; these belong into the slot `scale`.
 * @throws OnnxError ONNX_OPTION
 */
export function clipWeights(inner: Optimizer, { scaled = false, ...options }: ClipWeightsOptions): Optimizer {
  const points = inner.slots.filter(({ initial, constant }) => initial === "weights" && constant !== true);
  return wrapped(inner, {
    name: "clipWeights",
    rules: { maxWeight: POSITIVE },
    options,
    slots: scaled ? [SCALE] : [],
    factors: (hyper) => ({ least: -hyper.maxWeight, most: hyper.maxWeight }),
    after: ({ g, slots, factor }, { weight, slots: made }) => {
      const bound = (name: string) => (scaled ? g.mul(slots("scale"), factor(name)) : factor(name));
      const bounds = [bound("least"), bound("most")] as const;
      const within = points.map(({ name }) => [name, clipped(g, made[name] as Value, bounds)] as const);
      return { weight: clipped(g, weight, bounds), slots: { ...made, ...Object.fromEntries(within) }, own: {} };
    },
  });
}
