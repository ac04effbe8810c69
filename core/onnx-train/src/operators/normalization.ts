/** Operators that normalise along axes. */
import { inputShape, inputType, type Operator, typed } from "./operator.js";

const SOFTMAX: Operator = { attributes: { axis: "int" }, infer: (call) => [inputType(call, 0)] };

const CROSS_ENTROPY: Operator = {
  attributes: { ignore_index: "int", reduction: "string" },
  infer: (call) => {
    const scores = inputType(call, 0);
    const { reduction } = call.attributes;
    const each = reduction?.kind === "string" && reduction.value === "none";
    return scores === null
      ? []
      : [each ? inputType(call, 1) && typed(scores.element, inputShape(call, 1)) : typed(scores.element, []), scores];
  },
};

export const NORMALIZATION: Readonly<Record<string, Operator>> = {
  BatchNormalization: {
    attributes: { epsilon: "float", momentum: "float", training_mode: "int", spatial: "int" },
    infer: (call) => [inputType(call, 0), inputType(call, 3), inputType(call, 4)],
  },
  Dropout: {
    attributes: { seed: "int" },
    infer: (call) => [inputType(call, 0), typed("bool", inputShape(call, 0))],
  },
  LayerNormalization: {
    attributes: { axis: "int", epsilon: "float", stash_type: "int" },
    infer: (call) => [inputType(call, 0)],
  },
  LogSoftmax: SOFTMAX,
  Softmax: SOFTMAX,
  SoftmaxCrossEntropyLoss: CROSS_ENTROPY,
};
