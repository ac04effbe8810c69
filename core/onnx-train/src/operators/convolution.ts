/** Operators that move a window over axes behind rows and channels. */
import type { Dimension, ValueType } from "../graph.js";
import { productOf, quotientOf } from "./dimensions.js";
import {
  type Call,
  inputShape,
  inputType,
  intAttribute,
  intsAttribute,
  invalid,
  type Operator,
  typed,
} from "./operator.js";
import { isCeiled, placesOf, spreadSize, transposedWindowOf, windowOf } from "./window.js";

type Shape = readonly Dimension[];

function numeric(shape: Shape): readonly number[] | null {
  return shape.every((size) => typeof size === "number") ? shape : null;
}

function assertChannels(call: Call, channels: Dimension, wanted: Dimension): void {
  if (typeof channels === "number" && typeof wanted === "number" && channels !== wanted)
    throw invalid(call, `${channels} channels don't fit a kernel for ${wanted}`);
}

/** Shapes of image and kernel. */
function operands(call: Call): readonly [x: Shape, w: Shape] | null {
  const [x, w] = [inputShape(call, 0), inputShape(call, 1)];
  if (x === null || w === null) return null;
  if (x.length !== w.length) throw invalid(call, `[${x.join(", ")}] doesn't fit a kernel of [${w.join(", ")}]`);
  return [x, w];
}

function convolved(call: Call): Shape | null {
  const [x, w] = operands(call) ?? [];
  if (x === undefined || w === undefined) return null;
  assertChannels(call, x[1] ?? "", productOf([w[1] ?? "", intAttribute(call, "group", 1)]));
  const kernel = numeric(w.slice(2)) ?? intsAttribute(call, "kernel_shape");
  const window = kernel && windowOf(call.attributes, kernel, x.slice(2));
  const places = x.slice(2).map((size, axis) => (window === null ? "" : placesOf(size, window, axis)));
  return [x[0] ?? "", w[0] ?? "", ...places];
}

function spread(call: Call): Shape | null {
  const [x, w] = operands(call) ?? [];
  if (x === undefined || w === undefined) return null;
  assertChannels(call, x[1] ?? "", w[0] ?? "");
  const kernel = numeric(w.slice(2)) ?? intsAttribute(call, "kernel_shape");
  const window = kernel && transposedWindowOf(call.attributes, kernel, x.slice(2));
  const sizes = x.slice(2).map((size, axis) => (window ? spreadSize(call.attributes, size, window, axis) : ""));
  return [x[0] ?? "", productOf([w[1] ?? "", intAttribute(call, "group", 1)]), ...sizes];
}

function pooled(call: Call): readonly (ValueType | null)[] {
  const x = inputType(call, 0);
  const kernel = intsAttribute(call, "kernel_shape");
  if (!x?.shape || kernel === null) return [x && { ...x, shape: null }];
  const sizes = x.shape.slice(2);
  const window = windowOf(call.attributes, kernel, sizes);
  const ceil = isCeiled(call.attributes);
  const places = sizes.map((size, axis) => (window === null ? "" : placesOf(size, window, axis, ceil)));
  const shape = [...x.shape.slice(0, 2), ...places];
  return [
    { element: x.element, shape },
    { element: "int64", shape },
  ];
}

function poolsAll(call: Call): readonly (ValueType | null)[] {
  const x = inputType(call, 0);
  return [x && { ...x, shape: x.shape && [...x.shape.slice(0, 2), ...x.shape.slice(2).map(() => 1)] }];
}

/** Blocks of `blocksize` by `blocksize` become channels, or channels become blocks. */
function blocked(call: Call, isDeeper: boolean): readonly (ValueType | null)[] {
  const x = inputType(call, 0);
  const size = intAttribute(call, "blocksize", 1);
  if (!x?.shape) return [x];
  const [rows = "", channels = "", ...axes] = x.shape;
  const [up, down] = [(one: Dimension, by: number) => productOf([one, by]), quotientOf];
  const [deep, flat] = isDeeper ? [up, down] : [down, up];
  return [{ ...x, shape: [rows, deep(channels, size * size), ...axes.map((axis) => flat(axis, size))] }];
}

const WINDOW = { auto_pad: "string", kernel_shape: "ints", pads: "ints", strides: "ints" } as const;
const DILATED = { ...WINDOW, dilations: "ints" } as const;

export const CONVOLUTION: Readonly<Record<string, Operator>> = {
  AveragePool: { attributes: { ...DILATED, ceil_mode: "int", count_include_pad: "int" }, infer: pooled },
  Conv: {
    attributes: { ...DILATED, group: "int" },
    infer: (call) => [typed(inputType(call, 0)?.element, convolved(call))],
  },
  ConvTranspose: {
    attributes: { ...DILATED, group: "int", output_padding: "ints", output_shape: "ints" },
    infer: (call) => [typed(inputType(call, 0)?.element, spread(call))],
  },
  DepthToSpace: { attributes: { blocksize: "int", mode: "string" }, infer: (call) => blocked(call, false) },
  GlobalAveragePool: { attributes: {}, infer: poolsAll },
  GlobalLpPool: { attributes: { p: "int" }, infer: poolsAll },
  GlobalMaxPool: { attributes: {}, infer: poolsAll },
  LpPool: { attributes: { ...DILATED, ceil_mode: "int", p: "int" }, infer: pooled },
  MaxPool: { attributes: { ...DILATED, ceil_mode: "int", storage_order: "int" }, infer: pooled },
  SpaceToDepth: { attributes: { blocksize: "int" }, infer: (call) => blocked(call, true) },
};
