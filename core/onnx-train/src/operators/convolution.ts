/** Operators that move a window over axes behind rows and channels. */
import type { Dimension, ValueType } from "../graph.js";
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

/** Where a window stands along each axis: all lists are as long as there are axes, `pads` twice as long. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Before each axis, then behind each. */
  readonly pads: readonly number[];
}

type Attributes = Call["attributes"];

/**
 * What the attributes say, with the defaults of ONNX.
 * @param sizes of the axes; needed for auto_pad SAME_*
 * @returns null where automatic padding meets a size that isn't known
 */
export function windowOf(
  attributes: Attributes,
  kernel: readonly number[],
  sizes: readonly Dimension[],
): Window | null {
  const call = { attributes };
  const ones = kernel.map(() => 1);
  const strides = intsAttribute(call, "strides") ?? ones;
  const dilations = intsAttribute(call, "dilations") ?? ones;
  const automatic = attributes.auto_pad?.kind === "string" ? attributes.auto_pad.value : "NOTSET";
  if (automatic === "NOTSET") {
    const pads = intsAttribute(call, "pads") ?? [...ones, ...ones].map(() => 0);
    return { kernel, strides, dilations, pads };
  }
  if (automatic === "VALID") return { kernel, strides, dilations, pads: [...ones, ...ones].map(() => 0) };
  if (!sizes.every((size) => typeof size === "number")) return null;
  const total = sizes.map((size, axis) => {
    const [stride = 1, wide = 1] = [strides[axis], ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1];
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + wide - size);
  });
  const less = total.map((pad) => Math.floor(pad / 2));
  const more = total.map((pad, axis) => pad - (less[axis] ?? 0));
  return { kernel, strides, dilations, pads: automatic === "SAME_UPPER" ? [...less, ...more] : [...more, ...less] };
}

function placesOf(size: Dimension, window: Window, axis: number, rounding: (value: number) => number): Dimension {
  if (typeof size !== "number") return "";
  const { kernel, strides, dilations, pads } = window;
  const wide = ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1;
  const free = size + (pads[axis] ?? 0) + (pads[axis + kernel.length] ?? 0) - wide;
  return rounding(free / (strides[axis] ?? 1)) + 1;
}

function numeric(shape: readonly Dimension[]): readonly number[] | null {
  return shape.every((size) => typeof size === "number") ? shape : null;
}

function convolved(call: Call): readonly (ValueType | null)[] {
  const [x, w] = [inputShape(call, 0), inputShape(call, 1)];
  if (x === null || w === null) return [typed(inputType(call, 0)?.element, null)];
  if (x.length !== w.length) throw invalid(call, `[${x.join(", ")}] doesn't fit a kernel of [${w.join(", ")}]`);
  const groups = intAttribute(call, "group", 1);
  const [channels, each] = [x[1], w[1]];
  if (typeof channels === "number" && typeof each === "number" && channels !== each * groups)
    throw invalid(call, `${channels} channels don't fit a kernel for ${each} in ${groups} group(s)`);
  const kernel = numeric(w.slice(2));
  const window = kernel && windowOf(call.attributes, kernel, x.slice(2));
  const places = x.slice(2).map((size, axis) => (window === null ? "" : placesOf(size, window, axis, Math.floor)));
  return [typed(inputType(call, 0)?.element, [x[0] ?? "", w[0] ?? "", ...places])];
}

function pooled(call: Call): readonly (ValueType | null)[] {
  const x = inputType(call, 0);
  const kernel = intsAttribute(call, "kernel_shape");
  if (!x?.shape || kernel === null) return [x && { ...x, shape: null }];
  const sizes = x.shape.slice(2);
  const window = windowOf(call.attributes, kernel, sizes);
  const rounding = intAttribute(call, "ceil_mode", 0) ? Math.ceil : Math.floor;
  const places = sizes.map((size, axis) => (window === null ? "" : placesOf(size, window, axis, rounding)));
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

const WINDOW = { auto_pad: "string", kernel_shape: "ints", pads: "ints", strides: "ints" } as const;

export const CONVOLUTION: Readonly<Record<string, Operator>> = {
  AveragePool: { attributes: { ...WINDOW, ceil_mode: "int", count_include_pad: "int" }, infer: pooled },
  Conv: { attributes: { ...WINDOW, dilations: "ints", group: "int" }, infer: convolved },
  ConvTranspose: {
    attributes: { ...WINDOW, dilations: "ints", group: "int", output_padding: "ints", output_shape: "ints" },
  },
  GlobalAveragePool: { attributes: {}, infer: poolsAll },
  GlobalMaxPool: { attributes: {}, infer: poolsAll },
  MaxPool: {
    attributes: { ...WINDOW, ceil_mode: "int", dilations: "ints", storage_order: "int" },
    infer: pooled,
  },
};
