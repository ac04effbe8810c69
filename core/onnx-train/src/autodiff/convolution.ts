/** Gradients of operators that move a window (convolutions and pools). */
import { OnnxError } from "../errors.js";
import type { Value } from "../graph.js";
import { type Window, windowOf } from "../operators/convolution.js";
import {
  type GradientRow,
  intOf,
  intsOf,
  missing,
  placeOf,
  reshapeLike,
  type Step,
  shapeOf,
  shapeValue,
} from "./gradient.js";

function numeric(step: Step, value: Value, from: number): readonly number[] {
  const sizes = shapeOf(step, value).slice(from);
  if (sizes.every((size) => typeof size === "number")) return sizes;
  throw new OnnxError(
    "ONNX_INVALID",
    `${placeOf(step.node)} needs fixed sizes behind rows and channels, not ${sizes.join(", ")}`,
  );
}

function windowAt(step: Step, kernel: readonly number[]): Window {
  const window = windowOf(step.node.attributes, kernel, numeric(step, step.x(0), 2));
  if (window !== null) return window;
  throw new OnnxError("ONNX_INVALID", `${placeOf(step.node)}: its padding isn't known`);
}

/** dx: each value of dy goes back to where its window stood; what no window reached is output padding. */
function byInput(step: Step): Value {
  const { kernel, strides, dilations, pads } = windowAt(step, numeric(step, step.x(1), 2));
  const [sizes, places] = [numeric(step, step.x(0), 2), numeric(step, step.y(), 2)];
  const count = kernel.length;
  const output_padding = sizes.map((size, axis) => {
    const wide = ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1;
    const reached = ((places[axis] ?? 1) - 1) * (strides[axis] ?? 1) + wide;
    return size + (pads[axis] ?? 0) + (pads[axis + count] ?? 0) - reached;
  });
  const group = intOf(step, "group", 1);
  const attributes = { kernel_shape: kernel, strides, dilations, pads, group, output_padding };
  const found = step.g.op("ConvTranspose", [step.dy(), step.x(1)], attributes);
  found.type = step.x(0).type;
  return found;
}

/**
 * dW: a convolution of x by dy, with rows and channels exchanged, strides and dilations too. Within groups, each group's
 * channels are the rows.
 */
function byKernel(step: Step): Value {
  const { g } = step;
  const kernel = numeric(step, step.x(1), 2);
  const { strides, dilations, pads } = windowAt(step, kernel);
  const group = intOf(step, "group", 1);
  const places = numeric(step, step.y(), 2);
  const found = g.op("Conv", [exchanged(step, step.x(0), group), exchanged(step, step.dy(), 1)], {
    kernel_shape: places,
    strides: dilations,
    dilations: strides,
    pads,
    group,
  });
  const axes = kernel.map((_, axis) => axis + 2);
  // Where the stride left places behind the last window, the convolution sees them as more of the kernel.
  const exact = g.op("Slice", [found, ...[axes.map(() => 0), kernel, axes].map((values) => g.vector("int64", values))]);
  const swapped = g.transpose(exact, [1, 0, ...axes]);
  swapped.type = step.x(1).type;
  return swapped;
}

/** [rows, channels, …] → [channels / groups, groups · rows, …]. */
function exchanged(step: Step, x: Value, group: number): Value {
  const { g } = step;
  const sizes = numeric(step, x, 1);
  const [channels = 1, ...axes] = sizes;
  const behind = axes.map((_, axis) => axis + 2);
  if (group === 1) return g.transpose(x, [1, 0, ...behind]);
  const apart = g.reshape(x, [-1, group, channels / group, ...axes]);
  return g.reshape(g.transpose(apart, [2, 1, 0, ...behind.map((axis) => axis + 1)]), [channels / group, -1, ...axes]);
}

const convolution: GradientRow = (step) => [
  () => byInput(step),
  () => byKernel(step),
  () => {
    const axes = shapeOf(step, step.y()).flatMap((_, axis) => (axis === 1 ? [] : [axis]));
    return step.g.reduceSum(step.dy(), axes);
  },
];

/** To the first largest of each window, as the operator itself numbers them. */
const maxPool: GradientRow = (step) => {
  const { g, node } = step;
  if (intOf(step, "storage_order", 0) !== 0) return [missing(step, 0)];
  return [
    () => {
      const [, places] = node.outputs[1]
        ? node.outputs
        : g.ops("MaxPool", [step.x(0)], node.attributes, { outputs: 2 });
      const flat = (value: Value) => g.reshape(value, [-1]);
      const empty = flat(g.expand(g.float(0), shapeValue(g, step.x(0))));
      const sum = g.op("ScatterElements", [empty, flat(places as Value), flat(step.dy())], {
        axis: 0,
        reduction: "add",
      });
      return reshapeLike(g, sum, step.x(0));
    },
  ];
};

/** Each value of dy, shared among its window: a transposed convolution with ones, channel by channel. */
const averagePool: GradientRow = (step) => {
  const { g, node } = step;
  const kernel = intsOf(step, "kernel_shape") ?? [];
  return [
    () => {
      const { strides, pads } = windowAt(step, kernel);
      const plain = pads.every((pad) => pad === 0) || intOf(step, "count_include_pad", 0) === 1;
      if (!plain || intOf(step, "ceil_mode", 0) === 1) return missing(step, 0)();
      const count = kernel.reduce((product, size) => product * size, 1);
      const sizes = numeric(step, step.x(0), 2);
      const places = numeric(step, step.y(), 2);
      const flat = g.reshape(step.dy(), [-1, 1, ...places]);
      const ones = g.expand(g.float(1 / count), [1, 1, ...kernel]);
      const output_padding = sizes.map((size, axis) => {
        const reached = ((places[axis] ?? 1) - 1) * (strides[axis] ?? 1) + (kernel[axis] ?? 1);
        return size + (pads[axis] ?? 0) + (pads[axis + kernel.length] ?? 0) - reached;
      });
      const back = g.op("ConvTranspose", [flat, ones], { kernel_shape: kernel, strides, pads, output_padding });
      return reshapeLike(g, back, step.x(0));
    },
    ...node.inputs.slice(1).map(() => null),
  ];
};

export const CONVOLUTION_GRADIENTS: Readonly<Record<string, GradientRow>> = {
  AveragePool: averagePool,
  Conv: convolution,
  GlobalAveragePool: (step) => {
    const { g } = step;
    return [
      () => {
        const count = numeric(step, step.x(0), 2).reduce((product, size) => product * size, 1);
        return g.expand(g.div(step.dy(), g.float(count)), shapeValue(g, step.x(0)));
      },
    ];
  },
  MaxPool: maxPool,
};
