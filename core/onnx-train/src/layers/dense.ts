/** Layers of rows of features, [rows, features]. */
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import type { Distribution } from "./initial.js";
import type { Scope } from "./scope.js";

/** What follows a linear layer. */
export const ACTIVATIONS = {
  relu: (g, x) => g.relu(x),
  /** x Φ(x): Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415. */
  gelu: (g, x) => g.mul(g.mul(x, g.float(0.5)), g.add(g.op("Erf", [g.mul(x, g.float(Math.SQRT1_2))]), g.float(1))),
  /** x σ(x): Elfwing, Uchibe, Doya 2018, https://arxiv.org/abs/1702.03118. */
  silu: (g, x) => g.mul(x, g.sigmoid(x)),
  tanh: (g, x) => g.tanh(x),
} as const satisfies Readonly<Record<string, (g: GraphBuilder, x: Value) => Value>>;

export type Activation = keyof typeof ACTIVATIONS;

/**
 * The size of an axis that a layer's weights depend on.
 * @throws OnnxError ONNX_INVALID when it isn't known
 */
export function sizeOf(x: Value, axis: number): number {
  const size = x.type?.shape?.at(axis);
  if (typeof size === "number") return size;
  throw new OnnxError(
    "ONNX_INVALID",
    `a layer needs to know the size of axis ${axis} of ${x.name}, which is ${size ?? "unknown"}`,
  );
}

export interface DenseOptions {
  readonly units: number;
  /** Of the weights; default glorot. The bias starts at 0. */
  readonly initial?: Distribution;
  /** Default true. */
  readonly bias?: boolean;
}

/** x W + b over the last axis: [rows, features] → [rows, units], and the same with more leading axes. */
export function dense(scope: Scope, x: Value, { units, initial = "glorot", bias = true }: DenseOptions): Value {
  const inputs = sizeOf(x, -1);
  const weight = scope.weight("weight", [inputs, units], initial, { inputs, outputs: units });
  const offset = bias ? scope.weight("bias", [units], "zeros") : null;
  if (x.type?.shape?.length === 2) return scope.g.gemm(x, weight, offset);
  const product = scope.g.matmul(x, weight);
  return offset === null ? product : scope.g.add(product, offset);
}

/** Training leaves out each value with probability `rate`, and scales the others up; inference passes all. */
export function dropout(scope: Scope, x: Value, rate: number): Value {
  if (rate === 0) return x;
  return scope.g.op("Dropout", [x, scope.g.float(rate)]);
}

export interface MlpOptions {
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** Default relu. */
  readonly activation?: Activation;
  /** After each activation; default 0. */
  readonly dropout?: number;
}

/** Linear layers with an activation between them. */
export function mlp(scope: Scope, x: Value, options: MlpOptions): Value {
  const { hidden, outputs, activation = "relu", dropout: rate = 0 } = options;
  const initial = activation === "relu" ? "he" : "glorot";
  let h = x;
  for (const [index, units] of hidden.entries()) {
    const layer = scope.within(`hidden${index}`);
    h = dropout(layer, ACTIVATIONS[activation](scope.g, dense(layer, h, { units, initial })), rate);
  }
  return dense(scope.within("output"), h, { units: outputs });
}

/** (x - mean) / deviation over the last axis, scaled and shifted: Ba, Kiros, Hinton 2016, https://arxiv.org/abs/1607.06450. */
export function layerNorm(scope: Scope, x: Value, epsilon = 1e-5): Value {
  const size = sizeOf(x, -1);
  const [scale, shift] = [scope.weight("scale", [size], "ones"), scope.weight("shift", [size], "zeros")];
  return scope.g.op("LayerNormalization", [x, scale, shift], { axis: -1, epsilon });
}

export interface NumericEmbeddingOptions {
  /** Frequencies per feature; default 16. */
  readonly frequencies?: number;
  /** Units per feature; default 8. */
  readonly units?: number;
}

/**
 * Each number on waves of its own trained frequencies, then a linear layer of its own and a Relu: Gorishniy, Rubachev,
 * Babenko 2022, https://arxiv.org/abs/2203.05556, §3.3 ("PLR"). [rows, features] → [rows, features · units].
 */
export function numericEmbedding(scope: Scope, x: Value, options: NumericEmbeddingOptions = {}): Value {
  const { frequencies = 16, units = 8 } = options;
  const { g } = scope;
  const features = sizeOf(x, -1);
  const turns = scope.weight("frequencies", [features, frequencies], "standard");
  const angle = g.mul(g.mul(g.unsqueeze(x, [-1]), turns), g.float(2 * Math.PI));
  const waves = g.concat([g.op("Cos", [angle]), g.op("Sin", [angle])], -1);
  const fan = { inputs: 2 * frequencies, outputs: units };
  const weight = scope.weight("weight", [features, 2 * frequencies, units], "he", fan);
  const bias = scope.weight("bias", [features, 1, units], "zeros");
  const perFeature = g.relu(g.add(g.matmul(g.transpose(waves, [1, 0, 2]), weight), bias));
  return g.reshape(g.transpose(perFeature, [1, 0, 2]), [-1, features * units]);
}

export interface ResidualMlpOptions {
  /** Width between blocks; default 128. */
  readonly width?: number;
  /** Default 2. */
  readonly blocks?: number;
  /** Width inside a block, as a multiple; default 2. */
  readonly expansion?: number;
  readonly outputs: number;
  readonly dropout?: number;
}

/** Normalise, widen, Relu, narrow, add: Gorishniy et al. 2021, https://arxiv.org/abs/2106.11959, §3.2, with layer norm. */
export function residualMlp(scope: Scope, x: Value, options: ResidualMlpOptions): Value {
  const { width = 128, blocks = 2, expansion = 2, outputs, dropout: rate = 0 } = options;
  const { g } = scope;
  let h = dense(scope.within("input"), x, { units: width });
  for (let index = 0; index < blocks; index++) {
    const block = scope.within(`block${index}`);
    const wide = dense(block.within("wide"), layerNorm(block.within("norm"), h), {
      units: width * expansion,
      initial: "he",
    });
    const inner = dropout(block, g.relu(wide), rate);
    h = g.add(h, dense(block.within("narrow"), inner, { units: width }));
  }
  return dense(scope.within("output"), g.relu(layerNorm(scope.within("norm"), h)), { units: outputs });
}
