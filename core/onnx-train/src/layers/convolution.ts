/** Layers of images [rows, channels, height, width] and series [rows, channels, time]. */
import type { Value } from "../graph.js";
import { dense, sizeOf } from "./dense.js";
import type { Scope } from "./scope.js";

export interface ConvolutionOptions {
  readonly channels: number;
  /** Along each axis; default 3. */
  readonly kernel?: number;
  /** Default 1. */
  readonly stride?: number;
  /** Added on both sides; default half of the kernel: with an odd kernel and stride 1 sizes stay. */
  readonly padding?: number;
}

/** A convolution with bias, over one or two axes as `x` has them. */
export function convolution(scope: Scope, x: Value, options: ConvolutionOptions): Value {
  const { channels, kernel = 3, stride = 1, padding = Math.floor(kernel / 2) } = options;
  const axes = (x.type?.shape?.length ?? 4) - 2;
  const along = (value: number, count = axes) => Array.from({ length: count }, () => value);
  const from = sizeOf(x, 1);
  const fan = { inputs: from * kernel ** axes, outputs: channels * kernel ** axes };
  const weight = scope.weight("weight", [channels, from, ...along(kernel)], "he", fan);
  const bias = scope.weight("bias", [channels], "zeros");
  return scope.g.op("Conv", [x, weight, bias], {
    kernel_shape: along(kernel),
    strides: along(stride),
    pads: along(padding, 2 * axes),
  });
}

/** The largest of each window; windows don't overlap. */
export function maxPool(scope: Scope, x: Value, size = 2): Value {
  const axes = (x.type?.shape?.length ?? 4) - 2;
  const along = Array.from({ length: axes }, () => size);
  return scope.g.op("MaxPool", [x], { kernel_shape: along, strides: along });
}

export interface CnnOptions {
  /** Channels of each stage: convolution, Relu, pool by 2. */
  readonly channels: readonly number[];
  /** Default 3. */
  readonly kernel?: number;
  /** Units of a hidden layer behind the stages; none by default. */
  readonly hidden?: number;
  readonly outputs: number;
}

export function cnn(scope: Scope, x: Value, { channels, kernel = 3, hidden, outputs }: CnnOptions): Value {
  const { g } = scope;
  let h = x;
  for (const [index, count] of channels.entries()) {
    const stage = scope.within(`stage${index}`);
    h = maxPool(stage, g.relu(convolution(stage, h, { channels: count, kernel })));
  }
  h = g.op("Flatten", [h]);
  if (hidden !== undefined) h = g.relu(dense(scope.within("hidden"), h, { units: hidden, initial: "he" }));
  return dense(scope.within("output"), h, { units: outputs });
}
