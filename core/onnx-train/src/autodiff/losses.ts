/** Gradients of losses by class numbers. */
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import { axesOf, countAlong, type GradientRow, missing, placeOf, type Step, shapeOf, stringOf } from "./gradient.js";

/** Which class each place is of, as 1 among zeros along axis 1: [rows, classes, …]. */
function oneHot(step: Step): Value {
  const { g } = step;
  const [, classes, ...rest] = shapeOf(step, step.x(0));
  if (typeof classes !== "number") throw new OnnxError("ONNX_INVALID", `${placeOf(step.node)}: how many classes?`);
  const numbers = g.reshape(g.cast(g.vector("int64", axesOf(classes)), step.x(1).type?.element ?? "int64"), [
    classes,
    ...rest.map(() => 1),
  ]);
  return g.cast(g.equal(g.unsqueeze(step.x(1), [1]), numbers), step.y().type?.element ?? "float");
}

/** What each place counts: its class's weight, 0 where it is to be ignored; null where all count the same. */
function weights(step: Step): Value | null {
  const { g, node } = step;
  const { ignore_index: ignored } = node.attributes;
  const element = step.x(1).type?.element ?? "int64";
  const limit = ignored?.kind === "int" ? g.scalar(element, ignored.value) : null;
  const isIgnored = limit === null ? null : g.equal(step.x(1), limit);
  if (!node.inputs[2]) return isIgnored && g.where(isIgnored, step.number(0), step.number(1));
  const known = isIgnored === null ? step.x(1) : g.where(isIgnored, g.scalar(element, 0), step.x(1));
  const each = g.gather(step.x(2), known);
  return isIgnored === null ? each : g.where(isIgnored, step.number(0), each);
}

/** The gradient by each place's -log chance, with an axis of 1 for the classes; without places for a mean of equal ones. */
function byPlace(step: Step): Value {
  const { g } = step;
  const reduction = stringOf(step, "reduction", "mean");
  const weight = weights(step);
  const [dy, each] = [step.dy(), (value: Value) => g.unsqueeze(value, [1])];
  if (reduction === "none") return each(weight === null ? dy : g.mul(dy, weight));
  if (reduction === "sum") return weight === null ? dy : each(g.mul(weight, dy));
  if (weight === null) return g.div(dy, countAlong(step, axesOf(shapeOf(step, step.x(1)).length), 1));
  return each(g.mul(weight, g.div(dy, g.reduceSum(weight))));
}

/** softmax - one-hot, by what each place counts; and through the second output, as LogSoftmax. */
const crossEntropy: GradientRow = (step) => {
  const { g, node } = step;
  const chances = () => (node.outputs[1] ? g.exp(step.y(1)) : g.softmax(step.x(0), 1));
  const byLoss = () => g.mul(g.sub(chances(), oneHot(step)), byPlace(step));
  const byLog = () => g.sub(step.dy(1), g.mul(g.exp(step.y(1)), g.reduceSum(step.dy(1), [1], { keep: true })));
  return [() => (step.isUsed(1) ? g.add(byLoss(), byLog()) : byLoss()), null, missing(step, 2)];
};

const negativeLogLikelihood: GradientRow = (step) => [
  () => step.g.neg(step.g.mul(oneHot(step), byPlace(step))),
  null,
  missing(step, 2),
];

export const LOSS_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  NegativeLogLikelihoodLoss: negativeLogLikelihood,
  SoftmaxCrossEntropyLoss: crossEntropy,
};
