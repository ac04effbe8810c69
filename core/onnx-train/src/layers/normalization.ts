/** Layers that bring values to mean 0 and deviation 1, then scale and shift them by trained weights. */
import type { GroupNormOptions } from "../builder/groupNorm.js";
import type { Value } from "../graph.js";
import { sizeOf } from "./dense.js";
import { checkDivides } from "./options.js";
import type { Scope } from "./scope.js";

/** Over the last axis: Ba, Kiros, Hinton 2016, https://arxiv.org/abs/1607.06450. */
export function layerNorm(scope: Scope, x: Value, epsilon = 1e-5): Value {
  const size = sizeOf(x, -1);
  const [scale, shift] = [scope.weight("scale", [size], "ones"), scope.weight("shift", [size], "zeros")];
  return scope.g.op("LayerNormalization", [x, scale, shift], { axis: -1, epsilon });
}

export interface BatchNormOptions {
  /** Default 1e-5. */
  readonly epsilon?: number;
  /** What a running mean or variance keeps of itself at each step; default 0.9. PyTorch's is 1 less this. */
  readonly momentum?: number;
}

/**
 * Each channel (axis 1) by itself: Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167. While training by mean and
 * variance of the batch, of which `mean` and `variance` keep running averages; those are what inference takes.
 */
export function batchNorm(scope: Scope, x: Value, { epsilon = 1e-5, momentum = 0.9 }: BatchNormOptions = {}): Value {
  const size = sizeOf(x, 1);
  const kinds = { scale: "ones", shift: "zeros", mean: "zeros", variance: "ones" } as const;
  const weights = Object.entries(kinds).map(([name, kind]) => scope.weight(name, [size], kind));
  return scope.g.op("BatchNormalization", [x, ...weights], { epsilon, momentum });
}

/**
 * Each row's channels (axis 1) in groups, with all that is behind them: Wu and He 2018, https://arxiv.org/abs/1803.08494.
 * Doesn't depend on the batch.
 */
export function groupNorm(scope: Scope, x: Value, options: GroupNormOptions): Value {
  const { g } = scope;
  const size = sizeOf(x, 1);
  checkDivides("groupNorm.groups", options.groups, size);
  return g.groupNorm(x, scope.weight("scale", [size], "ones"), scope.weight("shift", [size], "zeros"), options);
}
