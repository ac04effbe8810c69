import { type AttributeInput, tensor } from "onnx-train";
import { type Case, expectGradients, spread } from "./differences.js";

function convolution(
  x: readonly number[],
  w: readonly number[],
  attributes: Record<string, AttributeInput> = {},
): Case {
  return {
    inputs: { x: spread(x), w: spread(w, 0.3), b: spread([w[0] ?? 1], 0.6) },
    build: (g, { x: input, w: kernel, b }) => g.op("Conv", [input, kernel, b], attributes),
  };
}

const pool = (opType: string, x: readonly number[], attributes: Record<string, AttributeInput>): Case => ({
  inputs: { x: spread(x) },
  build: (g, { x: input }) => g.op(opType, [input], attributes),
});

const CASES: Readonly<Record<string, Case>> = {
  images: convolution([2, 2, 4, 5], [3, 2, 3, 2]),
  "images, padded, by steps": convolution([1, 2, 5, 6], [2, 2, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }),
  "series, wide apart": convolution([2, 2, 7], [2, 2, 2], { dilations: [2] }),
  "series, wide apart and by steps": convolution([1, 1, 10], [1, 1, 2], { dilations: [3], strides: [2], pads: [1, 0] }),
  groups: convolution([2, 4, 4], [6, 2, 2], { group: 2 }),
  "channel by channel": convolution([1, 3, 3, 3], [3, 1, 2, 2], { group: 3 }),
  "padding for the same size": convolution([1, 1, 5], [1, 1, 2], { auto_pad: "SAME_UPPER" }),
  "largest of windows": pool("MaxPool", [1, 2, 4, 4], { kernel_shape: [2, 2], strides: [2, 2] }),
  "largest of windows that overlap": pool("MaxPool", [1, 1, 5, 4], { kernel_shape: [3, 2], pads: [1, 0, 1, 0] }),
  "means of windows": pool("AveragePool", [1, 2, 5, 4], { kernel_shape: [2, 2], strides: [2, 1] }),
  "means with padding": pool("AveragePool", [1, 1, 4], { kernel_shape: [3], pads: [1, 1], count_include_pad: 1 }),
  "means of all": pool("GlobalAveragePool", [2, 2, 3, 2], {}),
  "normalised layers": {
    inputs: { x: spread([2, 3, 4]), w: spread([4], 0.3), b: spread([4], 0.6) },
    build: (g, { x, w, b }) => g.op("LayerNormalization", [x, w, b], { axis: -1, epsilon: 0.01 }),
  },
  "normalised layers over two axes": {
    inputs: { x: spread([2, 3, 2]), w: spread([3, 2], 0.3) },
    build: (g, { x, w }) => g.op("LayerNormalization", [x, w], { axis: 1 }),
  },
  "cross entropy": {
    inputs: { x: spread([3, 4]) },
    build: (g, { x }) => g.op("SoftmaxCrossEntropyLoss", [x, g.initializer(tensor("int64", [3], [2, 0, 3]))]),
  },
};

describe("gradients of operators that move a window, and of norms", () => {
  it.each(Object.entries(CASES))("are those of finite differences: %s", (_, each) => expectGradients(each));
});
