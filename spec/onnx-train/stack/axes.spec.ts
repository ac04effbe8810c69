import { type GraphBuilder, tensor, type Value } from "onnx-train";
import { positive, spread } from "../autodiff/differences.js";
import { type Case, expectSame } from "./models.js";

type Attributes = Parameters<GraphBuilder["op"]>[2];

const x = (model: number) => ({ x: spread([2, 3, 4], 0.37 * model) });

const along = (opType: string, attributes: Attributes, options: Partial<Case> = {}): Case => ({
  inputs: x,
  build: (g, { x: value }) => g.op(opType, [value], attributes),
  ...options,
});

const whole = { smooth: [] } as const;

const CASES: Readonly<Record<string, Case>> = {
  "softmax along the last axis": along("Softmax", {}),
  "softmax along another axis": along("Softmax", { axis: 1 }),
  "log softmax along an axis from the end": along("LogSoftmax", { axis: -2 }),
  "number of the largest": along("ArgMax", {}, whole),
  "number of the smallest, without the axis": along("ArgMin", { axis: -1, keepdims: 0 }, whole),
  "sums so far": {
    inputs: x,
    build: (g, { x: value }) => g.op("CumSum", [value, g.scalar("int64", 1)], { reverse: 1 }),
  },
  "sums so far, along an axis from the end": {
    inputs: x,
    build: (g, { x: value }) => g.op("CumSum", [value, g.scalar("int64", -1)]),
  },
  "sums so far, along an axis that is given later": {
    inputs: (model) => ({ ...x(model), i: tensor("int64", [], [1]) }),
    shared: ["i"],
    build: (g, { x: value, i }) => g.op("CumSum", [value, i]),
  },
  parts: {
    inputs: x,
    build: (g, { x: value }) => {
      const [a, b] = g.split(value, [1, 2], 1) as [Value, Value];
      return [a, g.mul(b, b)];
    },
  },
  "equal parts": {
    inputs: x,
    build: (g, { x: value }) => g.ops("Split", [value], { axis: -1 }, { outputs: 2 }),
  },
  "sum over all": along("ReduceSum", {}),
  "sum over all, without axes": along("ReduceSum", { keepdims: 0 }),
  "sum over axes of both kinds": {
    inputs: x,
    build: (g, { x: value }) => g.op("ReduceSum", [value, g.vector("int64", [0, -1])]),
  },
  "sum over nothing": along("ReduceSum", { noop_with_empty_axes: 1 }),
  "sum over axes that are given later": {
    inputs: (model) => ({ ...x(model), i: tensor("int64", [2], [-1, 0]) }),
    shared: ["i"],
    smooth: [],
    build: (g, { x: value, i }) => {
      const y = g.op("ReduceSum", [value, i], { noop_with_empty_axes: 1 });
      y.type = { element: "float", shape: [1, 3, 1] };
      return y;
    },
  },
  "sum of a number": {
    inputs: (model) => ({ x: spread([], model / 7) }),
    build: (g, { x: value }) => g.reduceSum(value),
  },
  "squares of a number": {
    inputs: (model) => ({ x: spread([], model / 7) }),
    build: (g, { x: value }) => g.op("ReduceSumSquare", [value]),
  },
  "mean over an axis": along("ReduceMean", { axes: [1], keepdims: 0 }),
  "mean over all, sizes with names": { ...along("ReduceMean", { keepdims: 0 }), shapes: { x: ["N", 3, "T"] } },
  "mean over an axis, in opset 18": {
    inputs: x,
    opset: 18,
    build: (g, { x: value }) => [
      g.reduceMean(value, [1]),
      g.reduceMean(value),
      g.reduceMax(value, [-1], { keep: true }),
    ],
  },
  largest: along("ReduceMax", { axes: [-1] }),
  smallest: along("ReduceMin", { axes: [0, 2], keepdims: 0 }),
  "sum of magnitudes": along("ReduceL1", { axes: [2] }),
  norm: along("ReduceL2", { axes: [-2] }),
  product: along("ReduceProd", { axes: [2] }, whole),
  "sum of squares": along("ReduceSumSquare", {}),
  "log of the sum": along(
    "ReduceLogSum",
    { axes: [1] },
    { ...whole, inputs: (model) => ({ x: positive([2, 3], model / 7) }) },
  ),
  "largest alone": along("Hardmax", {}, whole),
  "over the norm": along("LpNormalization", { axis: 1 }, whole),
  "log of the sum of exponentials": along("ReduceLogSumExp", { axes: [1] }),
};

describe("operators along axes, for several models", () => {
  it.each(Object.entries(CASES))("give what each model gives: %s", (_, one) => expectSame(one));
});
