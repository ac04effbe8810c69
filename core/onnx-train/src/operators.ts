/**
 * The operators that the builder knows: their domain and the kinds of their attributes (ONNX opset 17, ai.onnx.ml 3;
 * https://onnx.ai/onnx/operators). Others can be used with attributes whose kind is spelled out.
 */
import type { AttributeKind } from "./graph.js";

export interface Operator {
  /** Absent: ai.onnx. */
  readonly domain?: string;
  readonly attributes: Readonly<Record<string, AttributeKind>>;
}

const NONE: Operator = { attributes: {} };
const AXIS: Operator = { attributes: { axis: "int" } };
const REDUCE: Operator = { attributes: { axes: "ints", keepdims: "int" } };
const ARG: Operator = { attributes: { axis: "int", keepdims: "int", select_last_index: "int" } };

const ROWS: Readonly<Record<string, Operator>> = {
  Abs: NONE,
  Add: NONE,
  And: NONE,
  ArgMax: ARG,
  ArgMin: ARG,
  Cast: { attributes: { to: "int" } },
  Clip: NONE,
  Concat: AXIS,
  Constant: { attributes: { value: "tensor" } },
  ConstantOfShape: { attributes: { value: "tensor" } },
  Div: NONE,
  Equal: NONE,
  Exp: NONE,
  Expand: NONE,
  Flatten: AXIS,
  Gather: AXIS,
  Gemm: { attributes: { alpha: "float", beta: "float", transA: "int", transB: "int" } },
  Greater: NONE,
  Identity: NONE,
  If: { attributes: { then_branch: "graph", else_branch: "graph" } },
  IsInf: { attributes: { detect_negative: "int", detect_positive: "int" } },
  IsNaN: NONE,
  LeakyRelu: { attributes: { alpha: "float" } },
  Less: NONE,
  Log: NONE,
  LogSoftmax: AXIS,
  Loop: { attributes: { body: "graph" } },
  MatMul: NONE,
  Max: NONE,
  Min: NONE,
  Mul: NONE,
  Neg: NONE,
  Not: NONE,
  Or: NONE,
  Pow: NONE,
  ReduceMax: REDUCE,
  ReduceMean: REDUCE,
  ReduceSum: { attributes: { keepdims: "int", noop_with_empty_axes: "int" } },
  Relu: NONE,
  Reshape: { attributes: { allowzero: "int" } },
  Shape: { attributes: { start: "int", end: "int" } },
  Sigmoid: NONE,
  Slice: NONE,
  Softmax: AXIS,
  Sqrt: NONE,
  Squeeze: NONE,
  Sub: NONE,
  Tanh: NONE,
  Transpose: { attributes: { perm: "ints" } },
  Unsqueeze: NONE,
  Where: NONE,
  LabelEncoder: {
    domain: "ai.onnx.ml",
    attributes: {
      keys_strings: "strings",
      keys_int64s: "ints",
      keys_floats: "floats",
      values_strings: "strings",
      values_int64s: "ints",
      values_floats: "floats",
      default_string: "string",
      default_int64: "int",
      default_float: "float",
    },
  },
};

export const OPERATORS: ReadonlyMap<string, Operator> = new Map(Object.entries(ROWS));

/** The kind of an operator's attribute; undefined where it has none of that name. */
export function attributeKind(operator: Operator, name: string): AttributeKind | undefined {
  return Object.hasOwn(operator.attributes, name) ? operator.attributes[name] : undefined;
}
