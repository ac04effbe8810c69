/** Operators that make values: constants, numbers in a row, random ones, and what they say of shapes. */
import type { Dimension, ValueType } from "../graph.js";
import type { ElementType } from "../tensor.js";
import { filledContents, rangeContents, shapeContents, sizeContents } from "./contents.js";
import { type Call, castTo, inputShape, inputType, numbers, type Operator, typed } from "./operator.js";

type Shape = readonly Dimension[];

/** A Constant says its value in one of these attributes. */
const LITERALS: Readonly<Record<string, readonly [element: ElementType, isList: boolean]>> = {
  value_float: ["float", false],
  value_floats: ["float", true],
  value_int: ["int64", false],
  value_ints: ["int64", true],
  value_string: ["string", false],
  value_strings: ["string", true],
};

function literalType({ attributes }: Call): ValueType | null {
  const { value } = attributes;
  if (value?.kind === "tensor") return { element: value.value.element, shape: value.value.dims };
  for (const [name, [element, isList]] of Object.entries(LITERALS)) {
    const given = attributes[name];
    if (given !== undefined) return { element, shape: isList ? [(given.value as readonly unknown[]).length] : [] };
  }
  return null;
}

/** As many numbers as fit between the ends, where those are known. */
function rangeShape(call: Call): Shape {
  const [start, end, step] = [numbers(call, 0)?.[0], numbers(call, 1)?.[0], numbers(call, 2)?.[0]];
  if (start === undefined || step === undefined) return [""];
  if (end === undefined) return start === 0 && step === 1 ? [call.contents(1)?.[0] ?? ""] : [""];
  return [Math.max(0, Math.ceil((end - start) / step))];
}

function filledType(call: Call): ValueType | null {
  const { value } = call.attributes;
  const rank = inputShape(call, 0)?.[0];
  const unknown = typeof rank === "number" ? Array.from({ length: rank }, () => "") : null;
  return typed(value?.kind === "tensor" ? value.value.element : "float", call.contents(0) ?? unknown);
}

const RANDOM = { dtype: "int", seed: "float" } as const;

export const MAKE: Readonly<Record<string, Operator>> = {
  Bernoulli: { attributes: RANDOM, infer: castTo("dtype") },
  Constant: {
    attributes: {
      value: "tensor",
      value_float: "float",
      value_floats: "floats",
      value_int: "int",
      value_ints: "ints",
      value_string: "string",
      value_strings: "strings",
    },
    infer: (call) => [literalType(call)],
  },
  ConstantOfShape: {
    attributes: { value: "tensor" },
    infer: (call) => [filledType(call)],
    contents: filledContents,
  },
  EyeLike: { attributes: { dtype: "int", k: "int" }, infer: castTo("dtype") },
  RandomNormalLike: { attributes: { ...RANDOM, mean: "float", scale: "float" }, infer: castTo("dtype") },
  RandomUniformLike: { attributes: { ...RANDOM, high: "float", low: "float" }, infer: castTo("dtype") },
  Range: {
    attributes: {},
    infer: (call) => [typed(inputType(call, 0)?.element, rangeShape(call))],
    contents: rangeContents,
  },
  Shape: {
    attributes: { start: "int", end: "int" },
    infer: (call) => [typed("int64", [shapeContents(call)?.length ?? ""])],
    contents: shapeContents,
  },
  Size: { attributes: {}, infer: () => [typed("int64", [])], contents: sizeContents },
};
