/** Operators that move elements without changing them: other shapes, parts, joins. */
import type { Dimension, ValueType } from "../graph.js";
import { castContents, crossings, joinedContents, transposedContents } from "./contents.js";
import { broadcastShapes, productOf, quotientOf } from "./dimensions.js";
import {
  axisOf,
  type Call,
  castTo,
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

/** Sizes with 0 for "as the input's" and one -1 for "what is left" (unless allowzero). */
function reshaped(call: Call, input: Shape): Shape | null {
  const wanted = call.contents(1);
  const rank = inputShape(call, 1)?.[0];
  if (wanted === null) return typeof rank === "number" ? Array.from({ length: rank }, () => "") : null;
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

/** By sizes that aren't known, but how many they are. */
function expandedBy(call: Call, input: Shape): Shape | null {
  const count = inputShape(call, 1)?.[0];
  if (typeof count !== "number") return null;
  const more = Math.max(0, count - input.length);
  return [...Array.from({ length: more }, () => ""), ...input.map((size) => (size === 1 ? "" : size))];
}

function expanded(call: Call, input: Shape): Shape | null {
  const wanted = call.contents(1);
  if (wanted === null) return expandedBy(call, input);
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

/** Where a slice begins and how many places it takes of `size`. */
function placesOf(size: number, { start = 0, end = 0, step = 1 }: Cut): number[] {
  const first = start < 0 ? start + size : start;
  const begin = step > 0 ? Math.max(first, 0) : Math.min(first, size - 1);
  return Array.from({ length: sliceLength(size, [start, end, step]) }, (_, at) => begin + at * step);
}

function slicedContents(call: Call): readonly Dimension[] | null {
  const shape = inputShape(call, 0);
  const cuts = shape && cutsOf(call, shape.length);
  if (!shape || !cuts?.every(({ start, end, step }) => start !== undefined && end !== undefined && step !== undefined))
    return null;
  return crossings(call, (axis, size) =>
    placesOf(size, cuts.find((one) => one.axis === axis) ?? { axis, start: 0, end: size, step: 1 }),
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
  if (!input?.shape) return Array.from({ length: call.outputCount }, () => input);
  const { element, shape } = input;
  const axis = axisOf(call, intAttribute(call, "axis", 0), shape.length);
  const given =
    intsAttribute(call, "split") ??
    ((call.inputs[1] ?? null) === null ? equalParts(call, shape[axis] ?? "") : numbers(call, 1));
  const sizes = given ?? Array.from({ length: call.outputCount }, () => "");
  return sizes.map((size) => ({ element, shape: shape.with(axis, size) }));
}

function equalParts(call: Call, size: Dimension): readonly Dimension[] | null {
  if (typeof size !== "number") {
    const part = quotientOf(size, call.outputCount);
    return Array.from({ length: call.outputCount }, () => part);
  }
  const part = Math.ceil(size / call.outputCount);
  return Array.from({ length: call.outputCount }, (_, at) => Math.max(0, Math.min(part, size - at * part)));
}

const same = (call: Call) => call.elements(0);
const like = (call: Call): readonly (ValueType | null)[] => [inputType(call, 0)];

export const LAYOUT: Readonly<Record<string, Operator>> = {
  Cast: {
    attributes: { to: "int", saturate: "int", round_mode: "string" },
    infer: castTo("to"),
    contents: castContents,
  },
  CastLike: {
    attributes: { saturate: "int", round_mode: "string" },
    infer: (call) => [typed(inputType(call, 1)?.element, inputShape(call, 0))],
    contents: same,
  },
  Concat: { attributes: { axis: "int" }, infer: shaped(joined), contents: joinedContents },
  CumSum: { attributes: { exclusive: "int", reverse: "int" }, infer: like },
  Expand: { attributes: {}, infer: shaped(expanded) },
  Flatten: { attributes: { axis: "int" }, infer: shaped(flattened) },
  Pad: { attributes: { mode: "string", pads: "ints", value: "float" }, infer: shaped(padded) },
  Reshape: { attributes: { allowzero: "int" }, infer: shaped(reshaped), contents: same },
  Slice: {
    attributes: { axes: "ints", ends: "ints", starts: "ints" },
    infer: shaped(sliced),
    contents: slicedContents,
  },
  Split: { attributes: { axis: "int", split: "ints", num_outputs: "int" }, infer: splitTypes },
  Squeeze: { attributes: { axes: "ints" }, infer: shaped(squeezed), contents: same },
  Tile: { attributes: {}, infer: shaped(tiled) },
  Transpose: { attributes: { perm: "ints" }, infer: shaped(transposed), contents: transposedContents },
  Trilu: { attributes: { upper: "int" }, infer: like },
  Unsqueeze: { attributes: { axes: "ints" }, infer: shaped(unsqueezed), contents: same },
};
