/** Layers of images [rows, channels, height, width] and series [rows, channels, time]. */
import { checkNumber, RANGES } from "../given.js";
import type { Value } from "../graph.js";
import { ACTIVATIONS, type Activation, dense, dropout, sizeOf } from "./dense.js";
import { batchNorm, groupNorm } from "./normalization.js";
import { checkCounts, checkDivides } from "./options.js";
import type { Scope } from "./scope.js";

export interface ConvolutionOptions {
  readonly channels: number;
  /** Along each axis; default 3. */
  readonly kernel?: number;
  /** Default 1. */
  readonly stride?: number;
  /** Added on both sides; default half of the kernel: with an odd kernel and stride 1 sizes stay. */
  readonly padding?: number;
  /** Channels are convolved within groups of their own; default 1. */
  readonly groups?: number;
  /** Default true. */
  readonly bias?: boolean;
}

/** How many axes there are behind rows and channels. */
function axesOf(x: Value): number {
  return (x.type?.shape?.length ?? 4) - 2;
}

function repeated(value: number, count: number): number[] {
  return Array.from({ length: count }, () => value);
}

/** A convolution over one or two axes, as `x` has them. Weights start as for a Relu behind them. */
export function convolution(scope: Scope, x: Value, options: ConvolutionOptions): Value {
  const { channels, kernel = 3, stride = 1, padding = Math.floor(kernel / 2), groups = 1, bias = true } = options;
  checkCounts("convolution", { channels, kernel, stride });
  checkNumber("convolution.padding", padding, RANGES.steps);
  const [axes, from] = [axesOf(x), sizeOf(x, 1)];
  for (const size of [from, channels]) checkDivides("convolution.groups", groups, size);
  const fan = { inputs: (from / groups) * kernel ** axes, outputs: (channels / groups) * kernel ** axes };
  const weight = scope.weight("weight", [channels, from / groups, ...repeated(kernel, axes)], "he", fan);
  return scope.g.op("Conv", [x, weight, ...(bias ? [scope.weight("bias", [channels], "zeros")] : [])], {
    kernel_shape: repeated(kernel, axes),
    strides: repeated(stride, axes),
    pads: repeated(padding, 2 * axes),
    group: groups,
  });
}

/** The largest of each window; windows don't overlap. */
export function maxPool(scope: Scope, x: Value, size = 2): Value {
  checkCounts("maxPool", { size });
  const along = repeated(size, axesOf(x));
  return scope.g.op("MaxPool", [x], { kernel_shape: along, strides: along });
}

/** The mean of each window; windows don't overlap. */
export function averagePool(scope: Scope, x: Value, size = 2): Value {
  checkCounts("averagePool", { size });
  const along = repeated(size, axesOf(x));
  return scope.g.op("AveragePool", [x], { kernel_shape: along, strides: along });
}

/** The mean of each channel over all places: [rows, channels, …] → [rows, channels]. */
export function globalAveragePool(scope: Scope, x: Value): Value {
  return scope.g.op("Flatten", [scope.g.op("GlobalAveragePool", [x])]);
}

/** What brings channels to a common scale; null leaves them. */
const NORMS = {
  none: null,
  batch: (scope: Scope, x: Value) => batchNorm(scope.within("norm"), x),
  /** 32 groups, as in the paper; fewer where there are fewer channels. */
  group: (scope: Scope, x: Value) => groupNorm(scope.within("norm"), x, { groups: greatestDivisor(sizeOf(x, 1), 32) }),
} as const;

export type ChannelNorm = keyof typeof NORMS;

function greatestDivisor(size: number, most: number): number {
  let divisor = Math.min(size, most);
  while (size % divisor !== 0) divisor--;
  return divisor;
}

export interface ConvolutionBlockOptions extends Omit<ConvolutionOptions, "bias"> {
  /** Default none. */
  readonly norm?: ChannelNorm;
  /** Default relu; null for none. */
  readonly activation?: Activation | null;
}

/** A convolution, a norm (which makes a bias needless) and an activation. */
export function convolutionBlock(scope: Scope, x: Value, options: ConvolutionBlockOptions): Value {
  const { norm = "none", activation = "relu" } = options;
  const normed = NORMS[norm];
  const convolved = convolution(scope, x, { ...options, bias: normed === null });
  const h = normed === null ? convolved : normed(scope, convolved);
  return activation === null ? h : ACTIVATIONS[activation](scope.g, h);
}

/**
 * Two blocks, and what they got added before the last activation: He, Zhang, Ren, Sun 2015,
 * https://arxiv.org/abs/1512.03385, figure 2; where channels or sizes change, by a convolution of kernel 1 (option B).
 */
export function residualBlock(scope: Scope, x: Value, options: ConvolutionBlockOptions): Value {
  const { channels, stride = 1, activation = "relu" } = options;
  const first = convolutionBlock(scope.within("first"), x, options);
  const second = convolutionBlock(scope.within("second"), first, { ...options, stride: 1, activation: null });
  const short =
    stride === 1 && sizeOf(x, 1) === channels
      ? x
      : convolutionBlock(scope.within("short"), x, { ...options, kernel: 1, padding: 0, activation: null });
  const sum = scope.g.add(second, short);
  return activation === null ? sum : ACTIVATIONS[activation](scope.g, sum);
}

export interface CnnOptions {
  /** Channels of each stage: convolution, norm, Relu, pool by 2. */
  readonly channels: readonly number[];
  /** Default 3. */
  readonly kernel?: number;
  /** Default none. */
  readonly norm?: ChannelNorm;
  /** Whether a stage is a residual block of two convolutions; default false. */
  readonly residual?: boolean;
  /** What becomes of the places behind the stages: all of them side by side, or their mean; default flat. */
  readonly end?: "flat" | "mean";
  /** Units of a hidden layer behind the stages; none by default. */
  readonly hidden?: number;
  readonly outputs: number;
  /** Before the hidden and the output layer; default 0. */
  readonly dropout?: number;
}

export function cnn(scope: Scope, x: Value, options: CnnOptions): Value {
  const { channels, kernel = 3, norm = "none", residual = false, end = "flat", hidden, outputs } = options;
  const { g } = scope;
  const block = residual ? residualBlock : convolutionBlock;
  let h = x;
  for (const [index, count] of channels.entries()) {
    const stage = scope.within(`stage${index}`);
    h = maxPool(stage, block(stage, h, { channels: count, kernel, norm }));
  }
  const places = end === "flat" ? g.op("Flatten", [h]) : globalAveragePool(scope, h);
  const kept = dropout(scope, places, options.dropout ?? 0);
  if (hidden === undefined) return dense(scope.within("output"), kept, { units: outputs });
  const deep = g.relu(dense(scope.within("hidden"), kept, { units: hidden, initial: "he" }));
  return dense(scope.within("output"), dropout(scope, deep, options.dropout ?? 0), { units: outputs });
}
