import { type GraphBuilder, tensor, type Value } from "onnx-train";
import { type Case, expectGradients, spread } from "./differences.js";

const ints = (g: GraphBuilder, values: readonly number[]) => g.vector("int64", values);
const X = { x: spread([3, 4]) };
const one = (build: (g: GraphBuilder, x: Value) => Value): Case => ({ inputs: X, build: (g, { x }) => build(g, x) });

const CASES: Readonly<Record<string, Case>> = {
  "rows, one of them twice": one((g, x) => g.gather(x, ints(g, [0, 2, 0]))),
  "rows by a matrix of numbers": one((g, x) => g.gather(x, g.initializer(tensor("int64", [2, 2], [0, 1, 2, -1])))),
  columns: one((g, x) => g.gather(x, ints(g, [3, 3, 1]), 1)),
  "one column": one((g, x) => g.gather(x, g.scalar("int64", 2), 1)),
  slice: one((g, x) => g.slice(x, 1, 1, 3)),
  "slice of both axes, backwards and by steps": one((g, x) =>
    g.op("Slice", [x, ints(g, [-1, 0]), ints(g, [-100, 4]), ints(g, [0, 1]), ints(g, [-2, 3])]),
  ),
  split: one((g, x) => {
    const [left, right] = g.split(x, [1, 3], 1) as [Value, Value];
    return g.add(g.mul(left, left), right);
  }),
  "one part of a split": one((g, x) => g.split(x, [1, 3], 1)[1] as Value),
  expand: { inputs: { x: spread([3, 1]) }, build: (g, { x }) => g.expand(x, [2, 3, 4]) },
  pad: one((g, x) => g.op("Pad", [x, ints(g, [1, 0, 2, 1]), g.float(5)])),
  tile: one((g, x) => g.op("Tile", [x, ints(g, [2, 3])])),
  "tile with a name among the sizes": {
    inputs: X,
    shapes: { x: ["N", 4] },
    build: (g, { x }) => g.op("Tile", [x, ints(g, [2, 3])]),
  },
  "running sum": one((g, x) => g.op("CumSum", [x, g.scalar("int64", 1)])),
  "running sum from behind, without each itself": one((g, x) =>
    g.op("CumSum", [x, g.scalar("int64", 0)], { exclusive: 1, reverse: 1 }),
  ),
  "written over": {
    inputs: { x: spread([3, 4]), y: spread([2, 4], 0.4) },
    build: (g, { x, y }) => g.op("ScatterND", [x, g.initializer(tensor("int64", [2, 1], [2, 0])), y]),
  },
  "added to places": {
    inputs: { x: spread([3, 4]), y: spread([2], 0.4) },
    build: (g, { x, y }) =>
      g.op("ScatterND", [x, g.initializer(tensor("int64", [2, 2], [2, 1, 2, 1])), y], { reduction: "add" }),
  },
  points: one((g, x) => g.op("GatherND", [x, g.initializer(tensor("int64", [2, 2], [2, 1, 2, 1]))])),
  "elements by number": one((g, x) =>
    g.op("GatherElements", [x, g.initializer(tensor("int64", [3, 2], [0, 0, 3, 1, 2, 2]))], { axis: 1 }),
  ),
  "smallest norms": one((g, x) => g.op("ReduceL1", [x], { axes: [1], keepdims: 0 })),
  lengths: one((g, x) => g.op("ReduceL2", [x], { axes: [0] })),
  "sums of squares": one((g, x) => g.op("ReduceSumSquare", [x], { axes: [1], keepdims: 0 })),
  "largest of columns": one((g, x) => g.reduceMax(x, [0])),
  "smallest of all": one((g, x) => g.op("ReduceMin", [x], { keepdims: 0 })),
  "log of sums of exp": one((g, x) => g.op("ReduceLogSumExp", [x], { axes: [1] })),
};

describe("gradients of operators that move or fold elements", () => {
  it.each(Object.entries(CASES))("are those of finite differences: %s", (_, each) => expectGradients(each));
});
