/** What gradients of convolutions and pools share: sizes, windows, and sums that go back to where windows stood. */
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import { paddingOf, reachOf, type Window, windowOf } from "../operators/window.js";
import { intsOf, placeOf, reshapeLike, type Step, shapeOf } from "./gradient.js";

/** The sizes behind the first axes. */
export function numeric(step: Step, value: Value, from: number): readonly number[] {
  const sizes = shapeOf(step, value).slice(from);
  if (sizes.every((size) => typeof size === "number")) return sizes;
  throw new OnnxError(
    "ONNX_INVALID",
    `${placeOf(step.node)} needs fixed sizes behind rows and channels, not ${sizes.join(", ")}`,
  );
}

/** Over the first input. */
export function windowAt(step: Step, kernel: readonly number[]): Window {
  const window = windowOf(step.node.attributes, kernel, numeric(step, step.x(0), 2));
  if (window !== null) return window;
  throw new OnnxError("ONNX_INVALID", `${placeOf(step.node)}: its padding isn't known`);
}

/** Of a pool, which has no kernel but its size. */
export function poolWindow(step: Step): Window {
  return windowAt(step, intsOf(step, "kernel_shape") ?? []);
}

/**
 * Attributes of the transposed convolution that sends each of `places` back to where its window stood, on axes of `sizes`.
 * Places that no window reached are output padding; what a last window reached beyond the end is cut off.
 */
export function transposedAttributes(window: Window, sizes: readonly number[], places: readonly number[]) {
  const { kernel, strides, dilations, pads } = window;
  const beyond = sizes.map((size, axis) => {
    const reached = ((places[axis] ?? 1) - 1) * (strides[axis] ?? 1) + reachOf(window, axis);
    return reached - (pads[axis] ?? 0) - size;
  });
  return {
    kernel_shape: kernel,
    strides,
    dilations,
    pads: [...pads.slice(0, kernel.length), ...beyond.map((more) => Math.max(0, more))],
    output_padding: beyond.map((more) => Math.max(0, -more)),
  };
}

/** Whether windows stand side by side from the first place on. */
export function isTiling(window: Window): boolean {
  return window.kernel.every(
    (size, axis) => window.strides[axis] === size && reachOf(window, axis) === size && paddingOf(window, axis) === 0,
  );
}

/**
 * [rows, channels, …] → [rows · channels, 1, …]. onnxruntime brings pools of many channels into an order of their own and back
 * again, which takes longer than the pool.
 */
export function channelsAsRows(step: Step, value: Value): Value {
  return step.g.reshape(value, [-1, 1, ...numeric(step, value, 2)]);
}

/** Each value on all places of its window, for windows side by side: [rows, 1, …places] → [rows, 1, …places · kernel]. */
export function enlarged({ g }: Step, value: Value, { kernel }: Window): Value {
  return g.op("Resize", [value, null, g.vector("float", [1, 1, ...kernel])], {
    mode: "nearest",
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  });
}

/** The sum over the windows in which each place of the input lies. */
export function spreadBack(step: Step, value: Value, window: Window): Value {
  const { g } = step;
  const [sizes, places] = [numeric(step, step.x(0), 2), numeric(step, step.y(), 2)];
  const isWhole = sizes.every((size, axis) => size === (places[axis] ?? 1) * (window.kernel[axis] ?? 1));
  const flat = channelsAsRows(step, value);
  // 0.3 ms for [64, 16, 14, 14] and windows of 2 × 2, where the transposed convolution takes 0.8 ms (onnxruntime 1.30).
  if (isTiling(window) && isWhole) return reshapeLike(g, enlarged(step, flat, window), step.x(0));
  const ones = g.expand(g.float(1), [1, 1, ...window.kernel]);
  const back = g.op("ConvTranspose", [flat, ones], transposedAttributes(window, sizes, places));
  return reshapeLike(g, back, step.x(0));
}
