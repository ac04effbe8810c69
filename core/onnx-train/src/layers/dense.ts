/** Layers of rows of features, [rows, features]. */
import type { GraphBuilder } from "../builder/builder.js";
import { OnnxError } from "../errors.js";
import { checkNumber, RANGES } from "../given.js";
import type { Value } from "../graph.js";
import type { Distribution } from "./initial.js";
import { checkCounts } from "./options.js";
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
  checkCounts("dense", { units });
  const inputs = sizeOf(x, -1);
  const weight = scope.weight("weight", [inputs, units], initial, { inputs, outputs: units });
  const offset = bias ? scope.weight("bias", [units], "zeros") : null;
  if (x.type?.shape?.length === 2) return scope.g.gemm(x, weight, offset);
  const product = scope.g.matmul(x, weight);
  return offset === null ? product : scope.g.add(product, offset);
}

/**
 * Training leaves out each value with probability `rate`, and scales the others up; inference passes all: Srivastava et al.
 * 2014, https://jmlr.org/papers/v15/srivastava14a.html, §10.
 */
export function dropout(scope: Scope, x: Value, rate: number): Value {
  checkNumber("dropout", rate, RANGES.share);
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
