/** Gradients of operators that normalise along an axis. */
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import { axisFromFront, floatOf, type GradientRow, intOf, placeOf, shapeOf, sumTo } from "./gradient.js";

/** Scores [rows, classes], class numbers [rows], mean: (softmax(scores) - one-hot(class)) / rows. */
const crossEntropy: GradientRow = (step) => {
  const { g } = step;
  return [
    () => {
      const [rows, classes] = shapeOf(step, step.x(0));
      if (typeof classes !== "number") throw new OnnxError("ONNX_INVALID", `${placeOf(step.node)}: how many classes?`);
      const numbers = g.vector(
        "int64",
        Array.from({ length: classes }, (_, index) => index),
      );
      const hit = g.equal(g.unsqueeze(step.x(1), [1]), numbers);
      const chance = g.softmax(step.x(0));
      const count =
        typeof rows === "number" ? g.float(rows) : g.cast(g.squeeze(g.op("Shape", [step.x(1)]), [0]), "float");
      return g.mul(g.sub(chance, g.cast(hit, "float")), g.div(step.dy(), count));
    },
    null,
  ];
};

/**
 * With x̂ = (x - mean) / deviation and d = dy · scale: dx = (d - mean d - x̂ mean (d x̂)) / deviation (Ba, Kiros, Hinton
 * 2016, https://arxiv.org/abs/1607.06450, differentiated).
 */
const layerNorm: GradientRow = (step) => {
  const { g } = step;
  const rank = shapeOf(step, step.x(0)).length;
  const first = axisFromFront(intOf(step, "axis", -1), rank);
  const axes = Array.from({ length: rank - first }, (_, at) => first + at);
  const mean = (value: Value) => g.reduceMean(value, axes, { keep: true });
  const centred = g.sub(step.x(0), mean(step.x(0)));
  const variance = g.add(mean(g.mul(centred, centred)), g.float(floatOf(step, "epsilon", 1e-5)));
  const deviation = g.sqrt(variance);
  const normal = g.div(centred, deviation);
  return [
    () => {
      const d = g.mul(step.dy(), step.x(1));
      return g.div(g.sub(g.sub(d, mean(d)), g.mul(normal, mean(g.mul(d, normal)))), deviation);
    },
    () => sumTo(step, g.mul(step.dy(), normal), step.x(1)),
    () => sumTo(step, step.dy(), step.x(2)),
  ];
};

export const NORMALIZATION_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  // As it runs outside of training: all pass.
  Dropout: (step) => [() => step.dy(), null, null],
  LayerNormalization: layerNorm,
  // dx = dy - softmax(x) Σ dy
  LogSoftmax: (step) => {
    const { g } = step;
    const axis = intOf(step, "axis", -1);
    return [() => g.sub(step.dy(), g.mul(g.exp(step.y()), g.reduceSum(step.dy(), [axis], { keep: true })))];
  },
  // dx = y (dy - Σ dy y)
  Softmax: (step) => {
    const { g } = step;
    const axis = intOf(step, "axis", -1);
    return [() => g.mul(step.y(), g.sub(step.dy(), g.reduceSum(g.mul(step.dy(), step.y()), [axis], { keep: true })))];
  },
  SoftmaxCrossEntropyLoss: crossEntropy,
};
