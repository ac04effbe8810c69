/** Operators that work on each element by itself, with broadcasting. */
import type { Dimension, ValueType } from "../graph.js";
import type { ElementType } from "../tensor.js";
import { broadcastShapes } from "./dimensions.js";
import { type Call, inputShape, inputType, invalid, type Operator, typed } from "./operator.js";

function broadcastOf(call: Call): readonly Dimension[] | null {
  const shapes = call.inputs.map((_, index) => inputShape(call, index));
  if (shapes.some((shape) => shape === null)) return null;
  const shape = broadcastShapes(shapes.filter((one) => one !== null));
  if (shape !== null) return shape;
  throw invalid(call, `shapes ${shapes.map((one) => `[${one?.join(", ")}]`).join(" and ")} don't broadcast`);
}

function sameElement(call: Call): ElementType | undefined {
  const elements = new Set(call.inputs.filter((type) => type !== null).map((type) => type.element));
  if (elements.size > 1) throw invalid(call, `its inputs are of ${[...elements].join(" and ")}`);
  return elements.values().next().value;
}

/** Like the first input. */
const like = (call: Call): readonly (ValueType | null)[] => [inputType(call, 0)];

const UNARY: Operator = { attributes: {}, infer: like };
const ALPHA: Operator = { attributes: { alpha: "float" }, infer: like };
const TEST: Operator = { attributes: {}, infer: (call) => [typed("bool", inputShape(call, 0))] };
const BROADCAST: Operator = { attributes: {}, infer: (call) => [typed(sameElement(call), broadcastOf(call))] };
const COMPARE: Operator = {
  attributes: {},
  infer: (call) => {
    sameElement(call);
    return [typed("bool", broadcastOf(call))];
  },
};

export const ELEMENTWISE: Readonly<Record<string, Operator>> = {
  Abs: UNARY,
  Add: BROADCAST,
  And: COMPARE,
  Ceil: UNARY,
  Clip: UNARY,
  Cos: UNARY,
  Div: BROADCAST,
  Elu: ALPHA,
  Equal: COMPARE,
  Erf: UNARY,
  Exp: UNARY,
  Floor: UNARY,
  Greater: COMPARE,
  GreaterOrEqual: COMPARE,
  Identity: UNARY,
  IsInf: { attributes: { detect_negative: "int", detect_positive: "int" }, infer: TEST.infer ?? like },
  IsNaN: TEST,
  LeakyRelu: ALPHA,
  Less: COMPARE,
  LessOrEqual: COMPARE,
  Log: UNARY,
  Max: BROADCAST,
  Min: BROADCAST,
  Mul: BROADCAST,
  Neg: UNARY,
  Not: UNARY,
  Or: COMPARE,
  Pow: { attributes: {}, infer: (call) => [typed(inputType(call, 0)?.element, broadcastOf(call))] },
  Reciprocal: UNARY,
  Relu: UNARY,
  Sigmoid: UNARY,
  Sign: UNARY,
  Sin: UNARY,
  Softplus: UNARY,
  Sqrt: UNARY,
  Sub: BROADCAST,
  Sum: BROADCAST,
  Tanh: UNARY,
  Where: { attributes: {}, infer: (call) => [typed(inputType(call, 1)?.element, broadcastOf(call))] },
};
