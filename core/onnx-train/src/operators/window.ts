/** Where the windows of convolutions and pools stand. */
import type { Dimension } from "../graph.js";
import { type Call, intAttribute, intsAttribute, stringAttribute } from "./operator.js";

/** All lists are as long as there are axes, `pads` twice as long. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Before each axis, then behind each. */
  readonly pads: readonly number[];
}

type Attributes = Call["attributes"];

/** From the first to behind the last place that a window covers along an axis. */
export function reachOf({ kernel, dilations }: Pick<Window, "kernel" | "dilations">, axis: number): number {
  return ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1;
}

/** Before and behind an axis together. */
export function paddingOf({ kernel, pads }: Window, axis: number): number {
  return (pads[axis] ?? 0) + (pads[axis + kernel.length] ?? 0);
}

function halves(total: readonly number[], upper: boolean): number[] {
  const less = total.map((pad) => Math.floor(pad / 2));
  const more = total.map((pad, axis) => pad - (less[axis] ?? 0));
  return upper ? [...less, ...more] : [...more, ...less];
}

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
  const none = [...ones, ...ones].map(() => 0);
  const automatic = stringAttribute(call, "auto_pad", "NOTSET");
  if (automatic === "NOTSET") return { kernel, strides, dilations, pads: intsAttribute(call, "pads") ?? none };
  if (automatic === "VALID") return { kernel, strides, dilations, pads: none };
  if (!sizes.every((size) => typeof size === "number")) return null;
  const total = sizes.map((size, axis) => {
    const stride = strides[axis] ?? 1;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + reachOf({ kernel, dilations }, axis) - size);
  });
  return { kernel, strides, dilations, pads: halves(total, automatic === "SAME_UPPER") };
}

/** How many windows fit along an axis; with `ceil`, also one that sticks out behind, if it starts within. */
export function placesOf(size: Dimension, window: Window, axis: number, ceil = false): Dimension {
  const stride = window.strides[axis] ?? 1;
  const around = paddingOf(window, axis) - reachOf(window, axis);
  if (typeof size !== "number") return stride === 1 && around === -1 ? size : "";
  const free = size + around;
  if (!ceil) return Math.floor(free / stride) + 1;
  const places = Math.ceil(free / stride) + 1;
  return (places - 1) * stride >= size + (window.pads[axis] ?? 0) ? places - 1 : places;
}

/**
 * Of a transposed convolution: the window of the convolution that it undoes. What `output_shape` asks for beyond what the
 * windows reach, is padding below zero.
 * @returns null where the padding depends on a size that isn't known
 */
export function transposedWindowOf(
  attributes: Attributes,
  kernel: readonly number[],
  sizes: readonly Dimension[],
): Window | null {
  const call = { attributes };
  const automatic = stringAttribute(call, "auto_pad", "NOTSET");
  const same = automatic.startsWith("SAME");
  const plain = windowOf(same ? {} : attributes, kernel, sizes);
  const asked = intsAttribute(call, "output_shape")?.slice(-kernel.length);
  if (plain === null || (asked === undefined && !same)) return plain;
  if (!sizes.every((size) => typeof size === "number")) return null;
  const strides = intsAttribute(call, "strides") ?? kernel.map(() => 1);
  const dilations = intsAttribute(call, "dilations") ?? kernel.map(() => 1);
  const more = outputPaddingOf(attributes, kernel);
  const total = sizes.map((size, axis) => {
    const reached = (strides[axis] ?? 1) * (size - 1) + (more[axis] ?? 0) + reachOf({ kernel, dilations }, axis);
    return Math.max(0, reached - (asked?.[axis] ?? size * (strides[axis] ?? 1)));
  });
  return { kernel, strides, dilations, pads: halves(total, automatic === "SAME_UPPER") };
}

export function outputPaddingOf(attributes: Attributes, kernel: readonly number[]): readonly number[] {
  return intsAttribute({ attributes }, "output_padding") ?? kernel.map(() => 0);
}

/** The size that a transposed convolution gives an axis. */
export function spreadSize(attributes: Attributes, size: Dimension, window: Window, axis: number): Dimension {
  const asked = intsAttribute({ attributes }, "output_shape")?.slice(-window.kernel.length)[axis];
  if (asked !== undefined) return asked;
  const stride = window.strides[axis] ?? 1;
  const more = outputPaddingOf(attributes, window.kernel)[axis] ?? 0;
  const around = reachOf(window, axis) + more - paddingOf(window, axis);
  if (typeof size !== "number") return stride === 1 && around === 1 ? size : "";
  return stride * (size - 1) + around;
}

/** Whether windows may start a last time beyond what they need. */
export function isCeiled(attributes: Attributes): boolean {
  return intAttribute({ attributes }, "ceil_mode", 0) === 1;
}
