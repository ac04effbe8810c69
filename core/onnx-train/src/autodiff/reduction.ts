/** Gradients of operators that fold axes away. */
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import {
  axesOf,
  axisFromFront,
  countAlong,
  type GradientRow,
  intOf,
  intsOf,
  placeOf,
  type Step,
  shapeOf,
  shapeValue,
} from "./gradient.js";

/** The folded axes, counted from the front. */
function foldedAxes(step: Step): readonly number[] {
  const rank = shapeOf(step, step.x(0)).length;
  const input = step.node.inputs[1];
  const listed = intsOf(step, "axes") ?? (input ? step.g.known(input) : []);
  if (listed === null) throw new OnnxError("ONNX_NO_GRADIENT", `${placeOf(step.node)}: its axes aren't constants`);
  if (listed.length > 0) return listed.map((axis) => axisFromFront(Number(axis), rank));
  return intOf(step, "noop_with_empty_axes", 0) === 1 ? [] : axesOf(rank);
}

/** Something of the output's shape, with the folded axes there again as 1. */
function unfolded(step: Step, value: Value): Value {
  const axes = foldedAxes(step);
  return intOf(step, "keepdims", 1) === 1 || axes.length === 0 ? value : step.g.unsqueeze(value, axes);
}

function spread(step: Step, value: Value): Value {
  return step.g.expand(unfolded(step, value), shapeValue(step.g, step.x(0)));
}

/** A sum over the folded axes, which stay as 1. */
function sum(step: Step, value: Value): Value {
  const axes = foldedAxes(step);
  return axes.length === 0 ? value : step.g.reduceSum(value, axes, { keep: true });
}

/** A row of which the gradient is dy times something of the input's shape. */
function times(derivative: (step: Step) => Value): GradientRow {
  return (step) => [() => step.g.mul(derivative(step), unfolded(step, step.dy())), null];
}

/** Of the largest or smallest: equal ones share, as they do in PyTorch's amax. */
const extreme: GradientRow = (step) => {
  const { g } = step;
  return [
    () => {
      const hit = g.cast(g.equal(step.x(0), unfolded(step, step.y())), step.y().type?.element ?? "float");
      return g.mul(hit, g.div(unfolded(step, step.dy()), sum(step, hit)));
    },
    null,
  ];
};

/**
 * The product of the others, also where one of them is 0: then all but its own gradient are 0. Gradients of this gradient
 * lack what a change of a 0 would bring.
 */
function othersProduct(step: Step): Value {
  const { g } = step;
  const [zero, one] = [step.number(0), step.number(1)];
  const isZero = g.equal(step.x(0), zero);
  const rest = g.where(isZero, one, step.x(0));
  const axes = foldedAxes(step);
  const product = axes.length === 0 ? rest : g.reduceProd(rest, axes, { keep: true });
  const zeros = sum(step, g.where(isZero, one, zero));
  const others = g.sub(zeros, g.where(isZero, one, zero));
  return g.where(g.equal(others, zero), g.div(product, rest), zero);
}

export const REDUCTION_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  ReduceL1: times((step) => step.g.op("Sign", [step.x(0)])),
  // 0 where the whole norm is 0.
  ReduceL2: (step) => {
    const { g } = step;
    const norm = () => g.op("Max", [step.y(), step.number(1e-30)]);
    return [() => g.mul(step.x(0), unfolded(step, g.div(step.dy(), norm()))), null];
  },
  ReduceLogSum: (step) => [() => spread(step, step.g.div(step.dy(), step.g.exp(step.y()))), null],
  ReduceLogSumExp: times((step) => step.g.exp(step.g.sub(step.x(0), unfolded(step, step.y())))),
  ReduceMax: extreme,
  ReduceMean: (step) => [() => spread(step, step.g.div(step.dy(), countAlong(step, foldedAxes(step)))), null],
  ReduceMin: extreme,
  ReduceProd: times(othersProduct),
  ReduceSum: (step) => [() => spread(step, step.dy()), null],
  ReduceSumSquare: (step) => {
    const { g } = step;
    return [() => g.mul(step.x(0), unfolded(step, g.mul(step.dy(), step.number(2)))), null];
  },
};
