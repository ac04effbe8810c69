/** Operators that fold axes away. From opset 18 on (ReduceSum: 13) axes are an input, before an attribute. */
import type { Dimension } from "../graph.js";
import {
  axisOf,
  type Call,
  inputShape,
  inputType,
  intAttribute,
  intsAttribute,
  type Operator,
  typed,
} from "./operator.js";

/** The axes to fold, from the front; null where they aren't known. All where none are given. */
export function foldedAxes(call: Call, rank: number): readonly number[] | null {
  const listed = intsAttribute(call, "axes") ?? given(call);
  if (listed === null) return null;
  if (listed.length > 0) return listed.map((axis) => axisOf(call, axis, rank));
  return intAttribute(call, "noop_with_empty_axes", 0) ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

function given(call: Call): readonly number[] | null {
  if (call.inputs.length < 2 || (call.inputs[1] ?? null) === null) return [];
  const axes = call.contents(1);
  return axes?.every((axis) => typeof axis === "number") ? axes : null;
}

function foldedShape(call: Call): readonly Dimension[] | null {
  const shape = inputShape(call, 0);
  const axes = shape && foldedAxes(call, shape.length);
  if (!shape || !axes) return null;
  const keep = intAttribute(call, "keepdims", 1) === 1;
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size]));
}

function argShape(call: Call): readonly Dimension[] | null {
  const shape = inputShape(call, 0);
  if (shape === null) return null;
  const folded = axisOf(call, intAttribute(call, "axis", 0), shape.length);
  const keep = intAttribute(call, "keepdims", 1) === 1;
  return shape.flatMap((size, axis) => (axis === folded ? (keep ? [1] : []) : [size]));
}

const REDUCE: Operator = {
  attributes: { axes: "ints", keepdims: "int", noop_with_empty_axes: "int" },
  infer: (call) => [typed(inputType(call, 0)?.element, foldedShape(call))],
};
const ARG: Operator = {
  attributes: { axis: "int", keepdims: "int", select_last_index: "int" },
  infer: (call) => [typed("int64", argShape(call))],
};

export const REDUCTION: Readonly<Record<string, Operator>> = {
  ArgMax: ARG,
  ArgMin: ARG,
  ReduceL1: REDUCE,
  ReduceL2: REDUCE,
  ReduceLogSum: REDUCE,
  ReduceLogSumExp: REDUCE,
  ReduceMax: REDUCE,
  ReduceMean: REDUCE,
  ReduceMin: REDUCE,
  ReduceProd: REDUCE,
  ReduceSum: REDUCE,
  ReduceSumSquare: REDUCE,
};
