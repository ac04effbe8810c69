/**
 * The operators that the library knows, by group, with the attributes of every version since opset 7 (and ai.onnx.ml 3;
 * https://onnx.ai/onnx/operators): a row of inference goes by the attributes and inputs that a node has. Others can
 * be used with attributes whose kind is spelled out; nothing is known of their outputs' types.
 */
import type { AttributeKind } from "../graph.js";
import { CONTROL } from "./control.js";
import { CONVOLUTION } from "./convolution.js";
import { ELEMENTWISE } from "./elementwise.js";
import { LAYOUT } from "./layout.js";
import { MAKE } from "./make.js";
import { MATRIX } from "./matrix.js";
import { NORMALIZATION } from "./normalization.js";
import type { Operator } from "./operator.js";
import { PICK } from "./pick.js";
import { REDUCTION } from "./reduction.js";
import { RESIZE } from "./resize.js";

const TRADITIONAL: Readonly<Record<string, Operator>> = {
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

export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    ELEMENTWISE,
    MATRIX,
    CONVOLUTION,
    REDUCTION,
    LAYOUT,
    MAKE,
    PICK,
    RESIZE,
    NORMALIZATION,
    CONTROL,
    TRADITIONAL,
  ].flatMap((group) => Object.entries(group)),
);

/** The kind of an operator's attribute; undefined where it has none of that name. */
export function attributeKind(operator: Operator, name: string): AttributeKind | undefined {
  return Object.hasOwn(operator.attributes, name) ? operator.attributes[name] : undefined;
}
