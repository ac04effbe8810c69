/** Operators that move elements without changing them: other shapes, parts, joins. */
import { ELEMENT_CODES } from "../elements.js";
import type { Dimension, ValueType } from "../graph.js";
import type { ElementType } from "../tensor.js";
import {
  filledContents,
  joinedContents,
  rangeContents,
  shapeContents,
  sizeContents,
  slicedContents,
} from "./contents.js";
import { broadcastShapes, productOf, quotientOf } from "./dimensions.js";
import {
  axisOf,
  type Call,
  inputShape,
  inputType,
  intAttribute,
  intsAttribute,
  invalid,
  numbers,
  type Operator,
  shaped,
  typed,
} from "./operator.js";

type Shape = readonly Dimension[];

const ELEMENTS = new Map(Object.entries(ELEMENT_CODES).map(([element, code]) => [code, element as ElementType]));

/** Sizes with 0 for "as the input's" and one -1 for "what is left" (unless allowzero). */
function reshaped(call: Call, input: Shape): Shape | null {
  const wanted = call.contents(1);
  if (wanted === null) return null;
  const copies = intAttribute(call, "allowzero", 0) === 0;
  const sizes = wanted.map((size, axis) => (size === 0 && copies ? (input[axis] ?? "") : size));
  const rest = sizes.indexOf(-1);
  const total = productOf(input);
  if (rest >= 0) return sizes.with(rest, quotientOf(total, productOf(sizes.toSpliced(rest, 1))));
  const asked = productOf(sizes);
  if (typeof total === "number" && typeof asked === "number" && total !== asked)
    throw invalid(call, `[${input.join(", ")}] can't become [${sizes.join(", ")}]`);
  return sizes;
}

function transposed(call: Call, input: Shape): Shape {
  const perm = intsAttribute(call, "perm") ?? input.map((_, axis) => input.length - 1 - axis);
  if (perm.length !== input.length || new Set(perm).size !== perm.length)
    throw invalid(call, `[${perm.join(", ")}] doesn't permute ${input.length} axes`);
  return perm.map((axis) => input[axis] as Dimension);
}

function flattened(call: Call, input: Shape): Shape {
  const axis = intAttribute(call, "axis", 1);
  const cut = axis === input.length ? axis : axisOf(call, axis, input.length);
  return [productOf(input.slice(0, cut)), productOf(input.slice(cut))];
}

function squeezed(call: Call, input: Shape): Shape | null {
  const named = intsAttribute(call, "axes") ?? (call.inputs.length > 1 ? numbers(call, 1) : undefined);
  if (named === null) return null;
  if (named === undefined)
    return input.some((size) => typeof size === "string") ? null : input.filter((size) => size !== 1);
  const axes = named.map((axis) => axisOf(call, axis, input.length));
  return input.filter((_, axis) => !axes.includes(axis));
}

function unsqueezed(call: Call, input: Shape): Shape | null {
  const named = intsAttribute(call, "axes") ?? numbers(call, 1);
  if (named === null) return null;
  const rank = input.length + named.length;
  const axes = named.map((axis) => axisOf(call, axis, rank));
  const rest = [...input];
  return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1)));
}

function expanded(call: Call, input: Shape): Shape | null {
  const wanted = call.contents(1);
  if (wanted === null) return null;
  const shape = broadcastShapes([input, wanted]);
  if (shape === null) throw invalid(call, `[${input.join(", ")}] doesn't broadcast to [${wanted.join(", ")}]`);
  return shape;
}

/** Sizes added before and behind each axis, or each that the fourth input names; null where they aren't known. */
function padsOf(call: Call, rank: number): readonly number[] | null {
  const pads = intsAttribute(call, "pads") ?? numbers(call, 1);
  if (pads === null || (call.inputs[3] ?? null) === null) return pads;
  const axes = numbers(call, 3)?.map((axis) => axisOf(call, axis, rank));
  if (axes === undefined) return null;
  const all = Array.from({ length: 2 * rank }, () => 0);
  for (const [at, axis] of axes.entries()) {
    all[axis] = pads[at] ?? 0;
    all[axis + rank] = pads[at + axes.length] ?? 0;
  }
  return all;
}

function padded(call: Call, input: Shape): Shape | null {
  const pads = padsOf(call, input.length);
  if (pads === null || pads.length !== 2 * input.length) return unknownSizes(input);
  const more = input.map((_, axis) => (pads[axis] ?? 0) + (pads[axis + input.length] ?? 0));
  return input.map((size, axis) =>
    more[axis] === 0 ? size : typeof size === "number" ? size + (more[axis] ?? 0) : "",
  );
}

/** The same rank, whatever the sizes. */
function unknownSizes(input: Shape): Shape {
  return input.map(() => "");
}

function tiled(call: Call, input: Shape): Shape {
  const repeats = call.contents(1);
  return input.map((size, axis) => productOf([size, repeats?.[axis] ?? ""]));
}

function joined(call: Call, input: Shape): Shape | null {
  const axis = axisOf(call, intAttribute(call, "axis", 0), input.length);
  const sizes: Dimension[] = [];
  for (let index = 0; index < call.inputs.length; index++) {
    const shape = inputShape(call, index);
    if (shape === null) return null;
    if (shape.length !== input.length) throw invalid(call, `joins [${input.join(", ")}] and [${shape.join(", ")}]`);
    sizes.push(shape[axis] as Dimension);
  }
  const known = sizes.every((size) => typeof size === "number");
  return input.with(
    axis,
    known ? sizes.reduce((sum, size) => sum + size, 0) : sizes.length === 1 ? (sizes[0] ?? "") : "",
  );
}

/** How many places a slice from `start` to `end` by `step` takes of `size`. */
export function sliceLength(size: number, [start, end, step]: readonly [number, number, number]): number {
  const clamp = (at: number, low: number, high: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
  const [first, last] =
    step > 0 ? [clamp(start, 0, size), clamp(end, 0, size)] : [clamp(start, 0, size - 1), clamp(end, -1, size - 1)];
  return Math.max(0, Math.ceil((last - first) / step));
}

/** What is cut along one axis. */
export interface Cut {
  readonly axis: number;
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly step: number | undefined;
}

/** Null where the axes aren't known. */
function cutsOf(call: Call, rank: number): readonly Cut[] | null {
  const given = (index: number, name: string) => intsAttribute(call, name) ?? numbers(call, index);
  const [starts, ends] = [given(1, "starts"), given(2, "ends")];
  const count = starts?.length ?? inputShape(call, 1)?.[0];
  const all = typeof count === "number" ? Array.from({ length: count }, (_, axis) => axis) : null;
  const isOpen = (call.inputs[3] ?? null) === null && intsAttribute(call, "axes") === null;
  const axes = isOpen ? all : given(3, "axes");
  const steps = (call.inputs[4] ?? null) === null ? axes?.map(() => 1) : numbers(call, 4);
  if (axes === null) return null;
  return axes.map((axis, at) => ({
    axis: axisOf(call, axis, rank),
    start: starts?.[at],
    end: ends?.[at],
    step: steps?.[at],
  }));
}

/** A whole axis of whatever size stays as it is. */
function cutSize(size: Dimension, { start, end, step }: Cut): Dimension {
  if (start === undefined || end === undefined || step === undefined) return "";
  if (typeof size === "number") return sliceLength(size, [start, end, step]);
  return start === 0 && step === 1 && end >= 2 ** 31 - 1 ? size : "";
}

function sliced(call: Call, input: Shape): Shape {
  const out = [...input];
  const cuts = cutsOf(call, input.length);
  if (cuts === null) return unknownSizes(input);
  for (const cut of cuts) out[cut.axis] = cutSize(input[cut.axis] ?? "", cut);
  return out;
}

/** Sizes of the parts along the axis; without an input `split` (or attribute, before opset 13) equal ones. */
function splitTypes(call: Call): (ValueType | null)[] {
  const input = inputType(call, 0);
  const unknown = Array.from({ length: call.outputCount }, () => input && { ...input, shape: null });
  if (!input?.shape) return unknown;
  const { element, shape } = input;
  const axis = axisOf(call, intAttribute(call, "axis", 0), shape.length);
  const given =
    intsAttribute(call, "split") ??
    ((call.inputs[1] ?? null) === null ? equalParts(call, shape[axis] ?? "") : numbers(call, 1));
  return given === null ? unknown : given.map((size) => ({ element, shape: shape.with(axis, size) }));
}

function equalParts(call: Call, size: Dimension): readonly Dimension[] | null {
  if (typeof size !== "number") {
    const part = quotientOf(size, call.outputCount);
    return Array.from({ length: call.outputCount }, () => part);
  }
  const part = Math.ceil(size / call.outputCount);
  return Array.from({ length: call.outputCount }, (_, at) => Math.max(0, Math.min(part, size - at * part)));
}

/** Of an output whose element an attribute names, else that of the first input. */
function castTo(attribute: string): NonNullable<Operator["infer"]> {
  return (call) => {
    const named = ELEMENTS.get(intAttribute(call, attribute, 0));
    return [typed(named ?? inputType(call, 0)?.element, inputShape(call, 0))];
  };
}

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

const same = (call: Call) => call.contents(0);
const like = (call: Call): readonly (ValueType | null)[] => [inputType(call, 0)];
const RANDOM = { dtype: "int", seed: "float" } as const;

export const LAYOUT: Readonly<Record<string, Operator>> = {
  Bernoulli: { attributes: RANDOM, infer: castTo("dtype") },
  Cast: { attributes: { to: "int", saturate: "int", round_mode: "string" }, infer: castTo("to"), contents: same },
  CastLike: {
    attributes: { saturate: "int", round_mode: "string" },
    infer: (call) => [typed(inputType(call, 1)?.element, inputShape(call, 0))],
    contents: same,
  },
  Concat: { attributes: { axis: "int" }, infer: shaped(joined), contents: joinedContents },
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
  CumSum: { attributes: { exclusive: "int", reverse: "int" }, infer: like },
  Expand: { attributes: {}, infer: shaped(expanded) },
  EyeLike: { attributes: { dtype: "int", k: "int" }, infer: castTo("dtype") },
  Flatten: { attributes: { axis: "int" }, infer: shaped(flattened) },
  Pad: { attributes: { mode: "string", pads: "ints", value: "float" }, infer: shaped(padded) },
  RandomNormalLike: { attributes: { ...RANDOM, mean: "float", scale: "float" }, infer: castTo("dtype") },
  RandomUniformLike: { attributes: { ...RANDOM, high: "float", low: "float" }, infer: castTo("dtype") },
  Range: {
    attributes: {},
    infer: (call) => [typed(inputType(call, 0)?.element, rangeShape(call))],
    contents: rangeContents,
  },
  Reshape: { attributes: { allowzero: "int" }, infer: shaped(reshaped), contents: same },
  Shape: {
    attributes: { start: "int", end: "int" },
    infer: (call) => [typed("int64", [shapeContents(call)?.length ?? ""])],
    contents: shapeContents,
  },
  Size: { attributes: {}, infer: () => [typed("int64", [])], contents: sizeContents },
  Slice: {
    attributes: { axes: "ints", ends: "ints", starts: "ints" },
    infer: shaped(sliced),
    contents: slicedContents,
  },
  Split: { attributes: { axis: "int", split: "ints", num_outputs: "int" }, infer: splitTypes },
  Squeeze: { attributes: { axes: "ints" }, infer: shaped(squeezed), contents: same },
  Tile: { attributes: {}, infer: shaped(tiled) },
  Transpose: { attributes: { perm: "ints" }, infer: shaped(transposed) },
  Trilu: { attributes: { upper: "int" }, infer: like },
  Unsqueeze: { attributes: { axes: "ints" }, infer: shaped(unsqueezed), contents: same },
};
