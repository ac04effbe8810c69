import { RANGES } from "../given.js";
import type { Optimizer, Slot } from "./optimizer.js";
import { wrapped } from "./wrapped.js";

export interface TowardsOptions {
  /** λ of the penalty λ/2 Σ importance (weight - anchor)², of which the gradient is added to the loss's. */
  readonly pull: number;
  /** Whether each weight has an importance of its own, in the constant slot `importance` (at first 1); default false. */
  readonly importance?: boolean;
}

const ANCHOR: Slot = { name: "anchor", initial: "weights", constant: true };
const IMPORTANCE: Slot = { name: "importance", initial: "ones", constant: true };

/**
 * L2 towards a point, the constant slot `anchor`. With the weights before the first step, which it holds unless others are
 * given, that is L2 Init (Kumar, Marklund, Van Roy 2023, https://arxiv.org/abs/2308.11958; their λ is half of this one);
 * with an earlier task's weights and the Fisher information as importance, EWC (Kirkpatrick et al. 2017,
 * https://arxiv.org/abs/1612.00796, eq. 3).
 * @throws OnnxError ONNX_OPTION
 */
export function towards(inner: Optimizer, { importance = false, ...options }: TowardsOptions): Optimizer {
  return wrapped(inner, {
    name: "towards",
    rules: { pull: { range: RANGES.amount } },
    options,
    slots: importance ? [ANCHOR, IMPORTANCE] : [ANCHOR],
    factors: (hyper) => hyper,
    before: ({ g, weight, gradient, slots, factor }) => {
      const apart = g.mul(g.sub(weight, slots("anchor")), factor("pull"));
      return g.add(gradient, importance ? g.mul(apart, slots("importance")) : apart);
    },
  });
}
