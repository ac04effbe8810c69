import type { GraphBuilder, Value } from "onnx-train";
import { spread } from "../autodiff/differences.js";
import { type Case, expectSame } from "./models.js";

function images(x: readonly number[], w: readonly number[], bias?: number): Case["inputs"] {
  return (model) => ({
    x: spread(x, 0.37 * model),
    w: spread(w, 0.3 + 0.23 * model),
    ...(bias === undefined ? {} : { b: spread([bias], 0.6 + 0.11 * model) }),
  });
}

type Attributes = Parameters<GraphBuilder["op"]>[2];

const convolution = (inputs: Case["inputs"], attributes: Attributes = {}, opType = "Conv"): Case => ({
  inputs,
  tolerance: 1e-5,
  build: (g, { x, w, b }) => g.op(opType, b ? [x, w, b] : [x, w], attributes),
});

const transposed = (inputs: Case["inputs"], attributes: Attributes = {}): Case => ({
  ...convolution(inputs, attributes, "ConvTranspose"),
});

const pool = (opType: string, attributes: Attributes = {}, smooth: Case["smooth"] = undefined): Case => ({
  inputs: (model) => ({ x: spread([2, 2, 5, 4], 0.37 * model) }),
  smooth,
  build: (g, { x }) => g.op(opType, [x], attributes),
});

const window = { kernel_shape: [2, 2], strides: [2, 2] };
const places = (g: GraphBuilder, { x }: { readonly x: Value }) => g.ops("MaxPool", [x], window, { outputs: 2 });

const CASES: Readonly<Record<string, Case>> = {
  convolution: convolution(images([2, 3, 5, 4], [4, 3, 3, 3])),
  "convolution with bias": convolution(images([2, 3, 5, 4], [4, 3, 3, 3], 4), { pads: [1, 1, 1, 1] }),
  "convolution in groups": convolution(images([2, 4, 5, 4], [6, 2, 3, 2], 6), { group: 2, strides: [2, 1] }),
  "convolution of each channel": convolution(images([2, 3, 4, 4], [3, 1, 2, 2], 3), { group: 3, dilations: [2, 1] }),
  "convolution of series": convolution(images([2, 2, 6], [3, 2, 3], 3)),
  "convolution padded by itself": convolution(images([2, 2, 5, 5], [3, 2, 3, 3]), { auto_pad: "SAME_UPPER" }),
  "convolution of as many rows as there are": {
    ...convolution(images([2, 3, 5, 4], [4, 3, 3, 3], 4)),
    shapes: { x: ["N", 3, 5, 4] },
  },
  "convolution of images of any size": {
    ...convolution(images([2, 3, 5, 4], [4, 3, 3, 3], 4)),
    shapes: { x: ["N", 3, "H", "W"] },
    smooth: [],
  },
  "transposed convolution": transposed(images([2, 3, 3, 2], [3, 4, 2, 2], 4), { strides: [2, 2] }),
  "transposed convolution in groups": transposed(images([2, 4, 3, 2], [4, 3, 2, 2], 6), { group: 2 }),
  "largest of windows": pool("MaxPool", window),
  "largest of windows of as many rows as there are": { ...pool("MaxPool", window), shapes: { x: ["N", 2, 5, 4] } },
  "places of the largest": { ...pool("MaxPool"), smooth: [], build: places },
  "mean of windows": pool("AveragePool", window),
  "mean of all": pool("GlobalAveragePool"),
  "largest of all": pool("GlobalMaxPool", {}, []),
  "norm of windows": pool("LpPool", window, []),
  "norm of all": pool("GlobalLpPool", {}, []),
  "resized by scales": {
    inputs: (model) => ({ x: spread([2, 3, 4, 2], 0.37 * model) }),
    build: (g, { x }) => g.op("Resize", [x, null, g.vector("float", [1, 1, 2, 1.5])], { mode: "linear" }),
  },
  "resized to sizes": {
    inputs: (model) => ({ x: spread([2, 3, 4, 2], 0.37 * model) }),
    build: (g, { x }) => g.op("Resize", [x, null, null, g.vector("int64", [2, 3, 6, 5])]),
  },
  "resized along named axes": {
    inputs: (model) => ({ x: spread([2, 3, 4, 2], 0.37 * model) }),
    opset: 18,
    build: (g, { x }) => g.op("Resize", [x, null, null, g.vector("int64", [6, 5])], { axes: [2, -1] }),
  },
  "channels to places": {
    inputs: (model) => ({ x: spread([2, 4, 2, 3], 0.37 * model) }),
    build: (g, { x }) => g.op("DepthToSpace", [x], { blocksize: 2 }),
  },
  "places to channels": {
    inputs: (model) => ({ x: spread([2, 1, 2, 4], 0.37 * model) }),
    build: (g, { x }) => g.op("SpaceToDepth", [x], { blocksize: 2 }),
  },
};

describe("operators that move a window, for several models", () => {
  it.each(Object.entries(CASES))("give what each model gives: %s", (_, one) => expectSame(one));
});
