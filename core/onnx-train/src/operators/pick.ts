/** Operators that take elements from places, or put them there. */
import type { Dimension, ValueType } from "../graph.js";
import { gatheredContents } from "./contents.js";
import {
  axisOf,
  type Call,
  inputShape,
  inputType,
  intAttribute,
  numbers,
  type Operator,
  shaped,
  typed,
} from "./operator.js";

type Shape = readonly Dimension[];

function gathered(call: Call, input: Shape): Shape | null {
  const axis = axisOf(call, intAttribute(call, "axis", 0), input.length);
  const indices = inputShape(call, 1);
  return indices && [...input.slice(0, axis), ...indices, ...input.slice(axis + 1)];
}

function gatheredPoints(call: Call, input: Shape): Shape | null {
  const points = inputShape(call, 1);
  const depth = points?.at(-1);
  if (!points || typeof depth !== "number") return null;
  return [...points.slice(0, -1), ...input.slice(depth + intAttribute(call, "batch_dims", 0))];
}

function nonZeroShape(call: Call): Shape | null {
  const input = inputShape(call, 0);
  return input && [input.length, ""];
}

/** Before opset 10 an attribute says how many. */
function largestTypes(call: Call): readonly (ValueType | null)[] {
  const x = inputType(call, 0);
  if (!x?.shape) return [x, typed("int64", null)];
  const axis = axisOf(call, intAttribute(call, "axis", -1), x.shape.length);
  const count = call.attributes.k === undefined ? (numbers(call, 1)?.[0] ?? "") : intAttribute(call, "k", 1);
  const shape = x.shape.with(axis, count);
  return [
    { ...x, shape },
    { element: "int64", shape },
  ];
}

function oneHotShape(call: Call): Shape | null {
  const indices = inputShape(call, 0);
  if (indices === null) return null;
  const axis = axisOf(call, intAttribute(call, "axis", -1), indices.length + 1);
  return indices.toSpliced(axis, 0, call.contents(1)?.[0] ?? "");
}

const like = (call: Call): readonly (ValueType | null)[] => [inputType(call, 0)];

export const PICK: Readonly<Record<string, Operator>> = {
  Gather: { attributes: { axis: "int" }, infer: shaped(gathered), contents: gatheredContents },
  GatherElements: {
    attributes: { axis: "int" },
    infer: (call) => [typed(inputType(call, 0)?.element, inputShape(call, 1))],
  },
  GatherND: { attributes: { batch_dims: "int" }, infer: shaped(gatheredPoints) },
  NonZero: { attributes: {}, infer: (call) => [typed("int64", nonZeroShape(call))] },
  OneHot: { attributes: { axis: "int" }, infer: (call) => [typed(inputType(call, 2)?.element, oneHotShape(call))] },
  ScatterElements: { attributes: { axis: "int", reduction: "string" }, infer: like },
  ScatterND: { attributes: { reduction: "string" }, infer: like },
  TopK: { attributes: { axis: "int", k: "int", largest: "int", sorted: "int" }, infer: largestTypes },
};
