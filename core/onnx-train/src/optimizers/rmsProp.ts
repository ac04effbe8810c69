import { RANGES } from "../given.js";
import type { Value } from "../graph.js";
import { withDecay } from "./decay.js";
import { factorsOf, hyperOf, OPTIONAL_AMOUNT, zeros } from "./hyper.js";
import type { Optimizer, Update } from "./optimizer.js";

export interface RmsPropOptions {
  /** Default 0.01. */
  readonly rate?: number;
  /** What is kept of the mean of squares; default 0.99. */
  readonly beta?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** What is kept of a velocity, which there is only where this is given. */
  readonly momentum?: number;
  /** L2: this multiple of the weight is added to its gradient. Only where it is given can schedules change it. */
  readonly decay?: number;
  /** Whether gradients are measured by their variance rather than their mean square; default false. */
  readonly centered?: boolean;
}

const RULES = {
  rate: { range: RANGES.amount, otherwise: 0.01 },
  beta: { range: RANGES.share, otherwise: 0.99 },
  epsilon: { range: RANGES.epsilon, otherwise: 1e-8 },
  momentum: { range: RANGES.share },
  decay: OPTIONAL_AMOUNT,
} as const;

/**
 * Tieleman and Hinton 2012 (lecture 6.5 of Neural Networks for Machine Learning); centered as in Graves 2013,
 * https://arxiv.org/abs/1308.0850, §4.2; epsilon outside of the root, as in PyTorch.
 * @throws OnnxError ONNX_OPTION
 */
export function rmsProp({ centered = false, ...options }: RmsPropOptions = {}): Optimizer {
  const moving = options.momentum !== undefined;
  return {
    name: "rmsProp",
    hyper: hyperOf("rmsProp", RULES, options),
    slots: zeros("square", ...(centered ? ["mean"] : []), ...(moving ? ["velocity"] : [])),
    factors: factorsOf("rmsProp", RULES, (hyper) => ({ ...hyper, fresh: 1 - hyper.beta })),
    update: (step) => {
      const { g, weight, slots: old, factor } = step;
      const gradient = withDecay(step, options.decay);
      const slots = squares(step, gradient, centered);
      const scaled = g.div(gradient, g.add(g.sqrt(spread(step, slots)), factor("epsilon")));
      if (!moving) return { weight: g.sub(weight, g.mul(scaled, factor("rate"))), slots };
      const velocity = g.add(g.mul(old("velocity"), factor("momentum")), scaled);
      return { weight: g.sub(weight, g.mul(velocity, factor("rate"))), slots: { ...slots, velocity } };
    },
  };
}

interface Squares extends Readonly<Record<string, Value>> {
  readonly square: Value;
}

function squares({ g, slots, factor }: Update, gradient: Value, centered: boolean): Squares {
  const kept = (name: string, fresh: Value) => g.add(g.mul(slots(name), factor("beta")), fresh);
  const fresh = g.mul(gradient, factor("fresh"));
  const square = kept("square", g.mul(fresh, gradient));
  return centered ? { square, mean: kept("mean", fresh) } : { square };
}

/** Rounding can make the variance of float32 a little less than 0, of which the root would be NaN. */
function spread({ g }: Update, { square, mean }: Squares): Value {
  return mean === undefined ? square : g.op("Max", [g.sub(square, g.mul(mean, mean)), g.float(0)]);
}
