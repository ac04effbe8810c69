/** Operators that normalise along axes, and losses that begin with a softmax. */
import type { ValueType } from "../graph.js";
import {
  axisOf,
  type Call,
  inputShape,
  inputType,
  intAttribute,
  type Operator,
  stringAttribute,
  typed,
} from "./operator.js";

const like = (call: Call): readonly (ValueType | null)[] => [inputType(call, 0)];

const SOFTMAX: Operator = { attributes: { axis: "int" }, infer: like };

/** With the log of the softmax as second output, where there is one. */
function lossTypes(call: Call): readonly (ValueType | null)[] {
  const scores = inputType(call, 0);
  if (scores === null) return [];
  const each = stringAttribute(call, "reduction", "mean") === "none";
  return [each ? typed(scores.element, inputShape(call, 1)) : typed(scores.element, []), scores];
}

/** Means and inverse deviations keep the folded axes as 1. */
function layerTypes(call: Call): readonly (ValueType | null)[] {
  const x = inputType(call, 0);
  if (!x?.shape) return [x];
  const first = axisOf(call, intAttribute(call, "axis", -1), x.shape.length);
  const moment: ValueType = { element: "float", shape: x.shape.map((size, axis) => (axis < first ? size : 1)) };
  return [x, moment, moment];
}

const LOSS: Operator = { attributes: { ignore_index: "int", reduction: "string" }, infer: lossTypes };

export const NORMALIZATION: Readonly<Record<string, Operator>> = {
  BatchNormalization: {
    attributes: { epsilon: "float", momentum: "float", training_mode: "int", spatial: "int" },
    infer: (call) => [inputType(call, 0), inputType(call, 3), inputType(call, 4)],
  },
  Dropout: {
    attributes: { seed: "int", ratio: "float" },
    infer: (call) => [inputType(call, 0), typed("bool", inputShape(call, 0))],
  },
  GroupNormalization: { attributes: { epsilon: "float", num_groups: "int", stash_type: "int" }, infer: like },
  Hardmax: SOFTMAX,
  InstanceNormalization: { attributes: { epsilon: "float" }, infer: like },
  LayerNormalization: { attributes: { axis: "int", epsilon: "float", stash_type: "int" }, infer: layerTypes },
  LogSoftmax: SOFTMAX,
  LpNormalization: { attributes: { axis: "int", p: "int" }, infer: like },
  LRN: { attributes: { alpha: "float", beta: "float", bias: "float", size: "int" }, infer: like },
  MeanVarianceNormalization: { attributes: { axes: "ints" }, infer: like },
  NegativeLogLikelihoodLoss: LOSS,
  RMSNormalization: { attributes: { axis: "int", epsilon: "float", stash_type: "int" }, infer: like },
  Softmax: SOFTMAX,
  SoftmaxCrossEntropyLoss: LOSS,
};
