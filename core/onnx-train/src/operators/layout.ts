/** Operators that move elements without changing them: shapes, slices, gathers, joins. */

import { ELEMENT_CODES } from "../elements.js";
import type { Dimension, ValueType } from "../graph.js";
import type { ElementType } from "../tensor.js";
import { broadcastShapes, productOf, quotientOf } from "./dimensions.js";
import {
  axisOf,
  type Call,
  inputShape,
  inputType,
  intAttribute,
  intsAttribute,
  invalid,
  type Operator,
  typed,
} from "./operator.js";

type Shape = readonly Dimension[];

const ELEMENTS = new Map(Object.entries(ELEMENT_CODES).map(([element, code]) => [code, element as ElementType]));

/** The first input's element in the shape that `shape` gives. */
function shaped(shape: (call: Call, input: Shape) => Shape | null): NonNullable<Operator["infer"]> {
  return (call) => {
    const input = inputShape(call, 0);
    return [typed(inputType(call, 0)?.element, input && shape(call, input))];
  };
}

function numbers(call: Call, index: number): readonly number[] | null {
  const values = call.contents(index);
  return values?.every((value) => typeof value === "number") ? values : null;
}

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

function padded(call: Call, input: Shape): Shape | null {
  const pads = numbers(call, 1);
  if (pads === null || pads.length !== 2 * input.length) return null;
  const more = input.map((_, axis) => (pads[axis] ?? 0) + (pads[axis + input.length] ?? 0));
  return input.map((size, axis) =>
    more[axis] === 0 ? size : typeof size === "number" ? size + (more[axis] ?? 0) : "",
  );
}

function tiled(call: Call, input: Shape): Shape | null {
  const repeats = call.contents(1);
  return repeats && input.map((size, axis) => productOf([size, repeats[axis] ?? ""]));
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
function sliceLength(size: number, [start, end, step]: readonly [number, number, number]): number {
  const clamp = (at: number, low: number, high: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
  const [first, last] =
    step > 0 ? [clamp(start, 0, size), clamp(end, 0, size)] : [clamp(start, 0, size - 1), clamp(end, -1, size - 1)];
  return Math.max(0, Math.ceil((last - first) / step));
}

function sliced(call: Call, input: Shape): Shape | null {
  const starts = numbers(call, 1);
  const ends = numbers(call, 2);
  const axes = (call.inputs[3] ?? null) === null ? starts?.map((_, at) => at) : numbers(call, 3);
  const steps = (call.inputs[4] ?? null) === null ? starts?.map(() => 1) : numbers(call, 4);
  if (!axes) return null;
  const out = [...input];
  for (const [at, named] of axes.entries()) {
    const axis = axisOf(call, named, input.length);
    const size = input[axis];
    const range = [starts?.[at], ends?.[at], steps?.[at]];
    const known = typeof size === "number" && range.every((value) => value !== undefined);
    out[axis] = known ? sliceLength(size, range as [number, number, number]) : "";
  }
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

function equalParts(call: Call, size: Dimension): readonly number[] | null {
  if (typeof size !== "number") return null;
  const part = Math.ceil(size / call.outputCount);
  return Array.from({ length: call.outputCount }, (_, at) => Math.min(part, size - at * part));
}

function shapeContents(call: Call): readonly Dimension[] | null {
  const shape = inputShape(call, 0);
  const end = call.attributes.end === undefined ? undefined : intAttribute(call, "end", 0);
  return shape?.slice(intAttribute(call, "start", 0), end) ?? null;
}

function gatheredContents(call: Call): readonly Dimension[] | null {
  const values = call.contents(0);
  const indices = numbers(call, 1);
  return (values && indices?.map((at) => values.at(at) ?? "")) ?? null;
}

function joinedContents(call: Call): readonly Dimension[] | null {
  const parts = call.inputs.map((_, index) => call.contents(index));
  return parts.every((part) => part !== null) ? parts.flat() : null;
}

function slicedContents(call: Call): readonly Dimension[] | null {
  const values = call.contents(0);
  const [start, end, step] = [numbers(call, 1)?.[0], numbers(call, 2)?.[0], numbers(call, 4)?.[0] ?? 1];
  return values && start !== undefined && end !== undefined && step === 1 ? values.slice(start, end) : null;
}

const same = (call: Call) => call.contents(0);

export const LAYOUT: Readonly<Record<string, Operator>> = {
  Cast: {
    attributes: { to: "int" },
    infer: (call) => [typed(ELEMENTS.get(intAttribute(call, "to", 0)), inputShape(call, 0))],
    contents: same,
  },
  Concat: { attributes: { axis: "int" }, infer: shaped(joined), contents: joinedContents },
  Constant: {
    attributes: { value: "tensor" },
    infer: ({ attributes: { value } }) =>
      value?.kind === "tensor" ? [{ element: value.value.element, shape: value.value.dims }] : [null],
  },
  ConstantOfShape: {
    attributes: { value: "tensor" },
    infer: (call) => {
      const { value } = call.attributes;
      return [typed(value?.kind === "tensor" ? value.value.element : "float", call.contents(0))];
    },
  },
  CumSum: { attributes: { exclusive: "int", reverse: "int" }, infer: (call) => [inputType(call, 0)] },
  Expand: { attributes: {}, infer: shaped(expanded) },
  Flatten: { attributes: { axis: "int" }, infer: shaped(flattened) },
  Gather: { attributes: { axis: "int" }, infer: shaped(gathered), contents: gatheredContents },
  GatherElements: {
    attributes: { axis: "int" },
    infer: (call) => [typed(inputType(call, 0)?.element, inputShape(call, 1))],
  },
  GatherND: { attributes: { batch_dims: "int" }, infer: shaped(gatheredPoints) },
  NonZero: { attributes: {}, infer: (call) => [typed("int64", nonZeroShape(call))] },
  Pad: { attributes: { mode: "string" }, infer: shaped(padded) },
  Range: { attributes: {}, infer: (call) => [typed(inputType(call, 0)?.element, [""])] },
  Reshape: { attributes: { allowzero: "int" }, infer: shaped(reshaped), contents: same },
  ScatterElements: { attributes: { axis: "int", reduction: "string" }, infer: (call) => [inputType(call, 0)] },
  ScatterND: { attributes: { reduction: "string" }, infer: (call) => [inputType(call, 0)] },
  Shape: {
    attributes: { start: "int", end: "int" },
    infer: (call) => {
      const sizes = shapeContents(call);
      return [typed("int64", sizes && [sizes.length])];
    },
    contents: shapeContents,
  },
  Slice: { attributes: {}, infer: shaped(sliced), contents: slicedContents },
  Split: { attributes: { axis: "int", split: "ints", num_outputs: "int" }, infer: splitTypes },
  Squeeze: { attributes: { axes: "ints" }, infer: shaped(squeezed), contents: same },
  Tile: { attributes: {}, infer: shaped(tiled) },
  Transpose: { attributes: { perm: "ints" }, infer: shaped(transposed) },
  Unsqueeze: { attributes: { axes: "ints" }, infer: shaped(unsqueezed), contents: same },
};
