import { type GraphBuilder, tensor, type Value } from "onnx-train";
import { positive, spread } from "../autodiff/differences.js";
import { type Case, expectSame } from "./models.js";

type Attributes = Parameters<GraphBuilder["op"]>[2];

const layer = (dims: readonly number[], own: readonly number[], axis: number): Case => ({
  inputs: (model) => ({ x: spread(dims, 0.37 * model), w: spread(own, 0.1 + model / 7), b: spread(own, model / 9) }),
  tolerance: 1e-5,
  build: (g, { x, w, b }) => g.op("LayerNormalization", [x, w, b], { axis }),
});

const channels = (model: number) => ({
  x: spread([4, 3, 2, 2], 0.37 * model),
  w: spread([3], 0.1 + model / 7),
  b: spread([3], model / 9),
});
const running = (model: number) => ({ ...channels(model), a: spread([3], model / 5), c: positive([3], model / 4) });

const CASES: Readonly<Record<string, Case>> = {
  "layer norm over the last axis": layer([2, 3, 4], [4], -1),
  "layer norm over two axes": layer([2, 3, 4], [3, 4], 1),
  "layer norm without a shift": {
    inputs: (model) => ({ x: spread([2, 4], 0.37 * model), w: spread([4], 0.1 + model / 7) }),
    tolerance: 1e-5,
    build: (g, { x, w }) => g.op("LayerNormalization", [x, w]),
  },
  "layer norm, sizes with names": { ...layer([2, 3, 4], [4], 2), shapes: { x: ["N", "T", 4] } },
  "layer norm with its statistics": {
    ...layer([2, 4], [4], 1),
    build: (g, { x, w, b }) => {
      const [y, mean] = g.ops("LayerNormalization", [x, w, b], {}, { outputs: 2 }) as [Value, Value];
      return [y, mean];
    },
  },
  "instance norm": {
    inputs: channels,
    build: (g, { x, w, b }) => g.op("InstanceNormalization", [x, w, b]),
  },
  "group norm": {
    inputs: (model) => ({
      ...channels(model),
      x: spread([2, 4, 3], 0.37 * model),
      w: spread([2], model / 7),
      b: spread([2], model / 9),
    }),
    opset: 18,
    build: (g, { x, w, b }) => g.op("GroupNormalization", [x, w, b], { num_groups: 2 }),
  },
  "group norm by channels": {
    inputs: (model) => ({
      ...channels(model),
      x: spread([2, 4, 3], 0.37 * model),
      w: spread([4], model / 7),
      b: spread([4], model / 9),
    }),
    opset: 21,
    build: (g, { x, w, b }) => g.op("GroupNormalization", [x, w, b], { num_groups: 2 }),
  },
  "root mean square norm": {
    inputs: (model) => ({ x: spread([2, 3, 4], 0.37 * model), w: spread([4], model / 7) }),
    opset: 23,
    build: (g, { x, w }) => g.op("RMSNormalization", [x, w]),
  },
  "mean and variance norm": {
    inputs: (model) => ({ x: spread([2, 3, 2, 2], 0.37 * model) }),
    build: (g, { x }) => [
      g.op("MeanVarianceNormalization", [x]),
      g.op("MeanVarianceNormalization", [x], { axes: [1, 2, 3] }),
    ],
  },
  "norm over neighbouring channels": {
    inputs: (model) => ({ x: spread([2, 4, 2, 2], 0.37 * model) }),
    build: (g, { x }) => g.op("LRN", [x], { size: 3 }),
  },
  "batch norm": {
    inputs: running,
    tolerance: 1e-5,
    build: (g, { x, w, b, a, c }) => g.op("BatchNormalization", [x, w, b, a, c]),
  },
  "batch norm of rows": {
    inputs: (model) => ({ ...running(model), x: spread([4, 3], 0.37 * model) }),
    tolerance: 1e-5,
    build: (g, { x, w, b, a, c }) => g.op("BatchNormalization", [x, w, b, a, c]),
  },
  "batch norm by the batch": {
    inputs: running,
    tolerance: 1e-5,
    build: (g, { x, w, b, a, c }) =>
      g.ops("BatchNormalization", [x, w, b, a, c], { training_mode: 1, momentum: 0.8 }, { outputs: 3 }),
  },
  "dropout as it runs outside of training": {
    inputs: (model) => ({ x: spread([2, 3], model / 7), a: tensor("float", [], [0.3 + model / 9]) }),
    smooth: ["x"],
    build: (g, { x, a }) => g.op("Dropout", [x, a]),
  },
};

const labels = (model: number) => tensor("int64", [4], [model, 1, 2, 0]);
const scores = (model: number) => ({ x: spread([4, 3], 0.37 * model), i: labels(model) });

const loss = (attributes: Attributes, options: Partial<Case> = {}): Case => ({
  inputs: scores,
  smooth: ["x"],
  build: (g, { x, i, w }) => g.op("SoftmaxCrossEntropyLoss", w ? [x, i, w] : [x, i], attributes),
  ...options,
});
const weighted = (model: number) => ({ ...scores(model), w: positive([3], model / 7) });
const places = (model: number) => ({
  x: spread([2, 3, 2], 0.37 * model),
  i: tensor("int32", [2, 2], [model, 1, 2, 0]),
  w: positive([3], model / 7),
});

const LOSSES: Readonly<Record<string, Case>> = {
  "cross entropy": loss({}),
  "cross entropy of a batch of any size": loss({}, { shapes: { x: ["N", 3], i: ["N"] } }),
  "cross entropy, summed": loss({ reduction: "sum" }),
  "cross entropy of each row": loss({ reduction: "none" }),
  "cross entropy that leaves out a class": loss({ ignore_index: 2 }),
  "cross entropy that leaves out rows": loss(
    { ignore_index: -100 },
    { inputs: (model) => ({ ...scores(model), i: tensor("int64", [4], [-100, 1, 2, model]) }) },
  ),
  "cross entropy with weights": loss({}, { inputs: weighted }),
  "cross entropy with weights, summed": loss({ reduction: "sum", ignore_index: 0 }, { inputs: weighted }),
  "cross entropy with weights that leaves out a class": loss({ ignore_index: 1 }, { inputs: weighted }),
  "cross entropy of places": loss({}, { inputs: places }),
  "cross entropy of each place": loss({ reduction: "none" }, { inputs: places }),
  "cross entropy with its logarithms": {
    inputs: scores,
    build: (g, { x, i }) => g.ops("SoftmaxCrossEntropyLoss", [x, i], {}, { outputs: 2 }),
  },
  "negative log likelihood": {
    inputs: weighted,
    smooth: ["x"],
    build: (g, { x, i, w }) =>
      [
        [x, i],
        [x, i, w],
      ].map((inputs) => g.op("NegativeLogLikelihoodLoss", inputs)),
  },
};

describe("operators that normalise, for several models", () => {
  it.each(Object.entries(CASES))("give what each model gives: %s", (_, one) => expectSame(one));
});

describe("losses, for several models", () => {
  it.each(Object.entries(LOSSES))("are those of each model: %s", (_, one) => expectSame(one));
});
