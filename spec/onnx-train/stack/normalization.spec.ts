import { type GraphBuilder, tensor, type Value } from "onnx-train";
import { positive, spread } from "../autodiff/differences.js";
import { type Case, expectSame } from "./models.js";

type Attributes = Parameters<GraphBuilder["op"]>[2];

const layer = (dims: readonly number[], own: readonly number[], axis: number): Case => ({
  inputs: (model) => ({ x: spread(dims, 0.37 * model), w: spread(own, 0.1 + model / 7), b: spread(own, model / 9) }),
  tolerance: 1e-5,
  build: (g, { x, w, b }) => g.op("LayerNormalization", [x, w, b], { axis }),
});

function like(x: Value, y: Value): Value {
  y.type ??= x.type;
  return y;
}

const channels = (model: number) => ({
  x: spread([4, 3, 2, 2], 0.37 * model),
  w: spread([3], 0.1 + model / 7),
  b: spread([3], model / 9),
});
const running = (model: number) => ({ ...channels(model), a: spread([3], model / 5), c: positive([3], model / 4) });
const epsilon = { epsilon: { kind: "float", value: 1e-5 } } as const;

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
    smooth: [],
    build: (g, { x, w, b }) => {
      const [y, mean] = g.ops("LayerNormalization", [x, w, b], {}, { outputs: 2 }) as [Value, Value];
      mean.type = { element: "float", shape: [2, 1] };
      return [y, mean];
    },
  },
  "instance norm": {
    inputs: channels,
    smooth: [],
    build: (g, { x, w, b }) => like(x, g.op("InstanceNormalization", [x, w, b], epsilon)),
  },
  "group norm": {
    inputs: (model) => ({
      ...channels(model),
      x: spread([2, 4, 3], 0.37 * model),
      w: spread([2], model / 7),
      b: spread([2], model / 9),
    }),
    smooth: [],
    opset: 18,
    build: (g, { x, w, b }) =>
      like(x, g.op("GroupNormalization", [x, w, b], { ...epsilon, num_groups: { kind: "int", value: 2n } })),
  },
  "batch norm": {
    inputs: running,
    smooth: [],
    tolerance: 1e-5,
    build: (g, { x, w, b, a, c }) => like(x, g.op("BatchNormalization", [x, w, b, a, c], epsilon)),
  },
  "batch norm of rows": {
    inputs: (model) => ({ ...running(model), x: spread([4, 3], 0.37 * model) }),
    smooth: [],
    tolerance: 1e-5,
    build: (g, { x, w, b, a, c }) => like(x, g.op("BatchNormalization", [x, w, b, a, c], epsilon)),
  },
  "batch norm by the batch": {
    inputs: running,
    smooth: [],
    tolerance: 1e-5,
    build: (g, { x, w, b, a, c }) => {
      const attributes: Attributes = {
        ...epsilon,
        training_mode: { kind: "int", value: 1n },
        momentum: { kind: "float", value: 0.8 },
      };
      const [y, mean, variance] = g.ops("BatchNormalization", [x, w, b, a, c], attributes, { outputs: 3 }) as Value[];
      return [like(x, y as Value), like(a, mean as Value), like(c, variance as Value)];
    },
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
  smooth: [],
  build: (g, { x, i, w }) => {
    const y = g.op("SoftmaxCrossEntropyLoss", w ? [x, i, w] : [x, i], attributes);
    y.type ??= { element: "float", shape: [] };
    return y;
  },
  ...options,
});
const weighted = (model: number) => ({ ...scores(model), w: positive([3], model / 7) });
const places = (model: number) => ({
  x: spread([2, 3, 2], 0.37 * model),
  i: tensor("int32", [2, 2], [model, 1, 2, 0]),
  w: positive([3], model / 7),
});

const LOSSES: Readonly<Record<string, Case>> = {
  "cross entropy": loss({}, { smooth: ["x"] }),
  "cross entropy of a batch of any size": loss({}, { smooth: ["x"], shapes: { x: ["N", 3], i: ["N"] } }),
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
    smooth: [],
    build: (g, { x, i }) => g.ops("SoftmaxCrossEntropyLoss", [x, i], {}, { outputs: 2 }),
  },
  "negative log likelihood": {
    inputs: weighted,
    smooth: [],
    build: (g, { x, i, w }) =>
      [[x, i] as const, [x, i, w] as const].map((inputs) => {
        const y = g.op("NegativeLogLikelihoodLoss", inputs, { reduction: { kind: "string", value: "mean" } });
        y.type ??= { element: "float", shape: [] };
        return y;
      }),
  },
};

describe("operators that normalise, for several models", () => {
  it.each(Object.entries(CASES))("give what each model gives: %s", (_, one) => expectSame(one));
});

describe("losses, for several models", () => {
  it.each(Object.entries(LOSSES))("are those of each model: %s", (_, one) => expectSame(one));
});
