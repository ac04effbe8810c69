/** Several nets that share most of their weights, as one: [rows, members, features]. */
import type { Value } from "../graph.js";
import { ACTIVATIONS, type Activation, dropout, sizeOf } from "./dense.js";
import type { Distribution } from "./initial.js";
import { checkCounts } from "./options.js";
import type { Scope } from "./scope.js";

export interface BatchEnsembleOptions {
  readonly units: number;
  /** How the members' factors of the inputs start; default signs. */
  readonly factors?: Distribution;
}

/**
 * One matrix for all members, and vectors for each: ((x ∘ r) W) ∘ s + b. Wen, Tran, Ba 2020, https://arxiv.org/abs/2002.06715,
 * eq. 2. [rows, members, features] → [rows, members, units].
 */
export function batchEnsemble(scope: Scope, x: Value, { units, factors = "signs" }: BatchEnsembleOptions): Value {
  checkCounts("batchEnsemble", { units });
  const { g } = scope;
  const [members, inputs] = [sizeOf(x, 1), sizeOf(x, 2)];
  const fan = { inputs, outputs: units };
  const scaled = g.mul(x, scope.weight("inputs", [members, inputs], factors));
  const product = g.matmul(scaled, scope.weight("weight", [inputs, units], "fanIn", fan));
  const each = g.mul(product, scope.weight("outputs", [members, units], "ones"));
  return g.add(each, scope.weight("bias", [members, units], "fanIn", fan));
}

/** A linear layer of its own for each member: [rows, members, features] → [rows, members, units]. */
export function memberDense(scope: Scope, x: Value, { units }: { readonly units: number }): Value {
  checkCounts("memberDense", { units });
  const { g } = scope;
  const [members, inputs] = [sizeOf(x, 1), sizeOf(x, 2)];
  const fan = { inputs, outputs: units };
  const weight = scope.weight("weight", [members, inputs, units], "fanIn", fan);
  const product = g.transpose(g.matmul(g.transpose(x, [1, 0, 2]), weight), [1, 0, 2]);
  return g.add(product, scope.weight("bias", [members, units], "fanIn", fan));
}

export interface TabMOptions {
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** Default 32. */
  readonly members?: number;
  /** Default relu. */
  readonly activation?: Activation;
  /** Behind each activation; default 0. */
  readonly dropout?: number;
}

/**
 * An ensemble of MLPs in one: Gorishniy, Kotelnikov, Babenko 2024, https://arxiv.org/abs/2410.24210, §3.3 (TabM). Members
 * differ at first by the signs of their inputs and by their output layers. Train on the mean of the members' losses, predict
 * by the mean of their predictions. [rows, features] → [rows, members, outputs].
 */
export function tabM(scope: Scope, x: Value, options: TabMOptions): Value {
  const { hidden, outputs, members = 32, activation = "relu", dropout: rate = 0 } = options;
  checkCounts("tabM", { members });
  const { g } = scope;
  let h = g.expand(g.unsqueeze(x, [1]), [1, members, 1]);
  for (const [index, units] of hidden.entries()) {
    const layer = scope.within(`hidden${index}`);
    const linear = batchEnsemble(layer, h, { units, factors: index === 0 ? "signs" : "ones" });
    h = dropout(layer, ACTIVATIONS[activation](g, linear), rate);
  }
  return memberDense(scope.within("output"), h, { units: outputs });
}
