/** Operators that work on each element by itself, with broadcasting. */
import type { Dimension, ValueType } from "../graph.js";
import type { ElementType } from "../tensor.js";
import { chosenContents, DIFFERENCE, PRODUCT, QUOTIENT, SAMENESS, SUM } from "./contents.js";
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
  Acos: UNARY,
  Acosh: UNARY,
  Add: { ...BROADCAST, contents: SUM },
  And: COMPARE,
  Asin: UNARY,
  Asinh: UNARY,
  Atan: UNARY,
  Atanh: UNARY,
  Ceil: UNARY,
  Celu: ALPHA,
  Clip: { attributes: { min: "float", max: "float" }, infer: like },
  Cos: UNARY,
  Cosh: UNARY,
  Div: { ...BROADCAST, contents: QUOTIENT },
  Elu: ALPHA,
  Equal: { ...COMPARE, contents: SAMENESS },
  Erf: UNARY,
  Exp: UNARY,
  Floor: UNARY,
  Gelu: { attributes: { approximate: "string" }, infer: like },
  Greater: COMPARE,
  GreaterOrEqual: COMPARE,
  HardSigmoid: { attributes: { alpha: "float", beta: "float" }, infer: like },
  HardSwish: UNARY,
  Identity: { ...UNARY, contents: (call) => call.elements(0) },
  IsInf: { attributes: { detect_negative: "int", detect_positive: "int" }, infer: TEST.infer ?? like },
  IsNaN: TEST,
  LeakyRelu: ALPHA,
  Less: COMPARE,
  LessOrEqual: COMPARE,
  Log: UNARY,
  Max: BROADCAST,
  Mean: BROADCAST,
  Min: BROADCAST,
  Mish: UNARY,
  Mod: { ...BROADCAST, attributes: { fmod: "int" } },
  Mul: { ...BROADCAST, contents: PRODUCT },
  Neg: UNARY,
  Not: UNARY,
  Or: COMPARE,
  Pow: { attributes: {}, infer: (call) => [typed(inputType(call, 0)?.element, broadcastOf(call))] },
  PRelu: UNARY,
  Reciprocal: UNARY,
  Relu: UNARY,
  Round: UNARY,
  Selu: { attributes: { alpha: "float", gamma: "float" }, infer: like },
  Shrink: { attributes: { bias: "float", lambd: "float" }, infer: like },
  Sigmoid: UNARY,
  Sign: UNARY,
  Sin: UNARY,
  Sinh: UNARY,
  Softplus: UNARY,
  Softsign: UNARY,
  Sqrt: UNARY,
  Sub: { ...BROADCAST, contents: DIFFERENCE },
  Sum: BROADCAST,
  Swish: ALPHA,
  Tan: UNARY,
  Tanh: UNARY,
  ThresholdedRelu: ALPHA,
  Where: {
    attributes: {},
    infer: (call) => [typed(inputType(call, 1)?.element, broadcastOf(call))],
    contents: chosenContents,
  },
  Xor: COMPARE,
};
