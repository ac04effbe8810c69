/** Gradients of operators that fold axes away. */

import type { Value } from "../graph.js";
import { productOf } from "../operators/dimensions.js";
import { axisFromFront, type GradientRow, intOf, intsOf, type Step, shapeOf, shapeValue } from "./gradient.js";

/** The folded axes, counted from the front. */
function foldedAxes(step: Step): readonly number[] {
  const rank = shapeOf(step, step.x(0)).length;
  const input = step.node.inputs[1];
  const listed = intsOf(step, "axes") ?? (input ? step.g.known(input) : []) ?? [];
  const all = intOf(step, "noop_with_empty_axes", 0) ? [] : Array.from({ length: rank }, (_, axis) => axis);
  return listed.length === 0 ? all : listed.map((axis) => axisFromFront(Number(axis), rank));
}

/** Something of the output's shape, with the folded axes there again as 1. */
function unfolded(step: Step, value: Value): Value {
  const axes = foldedAxes(step);
  return intOf(step, "keepdims", 1) === 1 || axes.length === 0 ? value : step.g.unsqueeze(value, axes);
}

function spread(step: Step, value: Value): Value {
  return step.g.expand(unfolded(step, value), shapeValue(step.g, step.x(0)));
}

/** How many elements make one of the output's, as a float. */
function foldedCount(step: Step): Value {
  const { g } = step;
  const shape = shapeOf(step, step.x(0));
  const count = productOf(foldedAxes(step).map((axis) => shape[axis] ?? ""));
  if (typeof count === "number") return g.float(count);
  const [all, left] = [step.x(0), step.y()].map((value) => g.op("ReduceProd", [g.shape(value)], { keepdims: 0 }));
  return g.cast(g.div(all as Value, left as Value), "float");
}

/** Of the largest or smallest: equal ones share, as they do in PyTorch's amax. */
const extreme: GradientRow = (step) => {
  const { g } = step;
  return [
    () => {
      const hit = g.cast(g.equal(step.x(0), unfolded(step, step.y())), "float");
      const count = g.reduceSum(hit, foldedAxes(step), { keep: true });
      return g.mul(hit, g.div(unfolded(step, step.dy()), count));
    },
  ];
};

export const REDUCTION_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  ReduceL1: (step) => [() => step.g.mul(unfolded(step, step.dy()), step.g.op("Sign", [step.x(0)]))],
  // 0 where the whole norm is 0.
  ReduceL2: (step) => {
    const { g } = step;
    const norm = () => g.op("Max", [step.y(), g.float(1e-30)]);
    return [() => g.mul(step.x(0), unfolded(step, g.div(step.dy(), norm())))];
  },
  ReduceLogSumExp: (step) => {
    const { g } = step;
    const share = () => g.exp(g.sub(step.x(0), unfolded(step, step.y())));
    return [() => g.mul(share(), unfolded(step, step.dy()))];
  },
  ReduceMax: extreme,
  ReduceMean: (step) => [() => spread(step, step.g.div(step.dy(), foldedCount(step)))],
  ReduceMin: extreme,
  ReduceSum: (step) => [() => spread(step, step.dy()), null],
  ReduceSumSquare: (step) => {
    const { g } = step;
    return [() => g.mul(step.x(0), unfolded(step, g.mul(step.dy(), g.float(2))))];
  },
};
