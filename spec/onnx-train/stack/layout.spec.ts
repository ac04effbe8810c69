import { type GraphBuilder, tensor } from "onnx-train";
import { spread } from "../autodiff/differences.js";
import { type Case, expectSame } from "./models.js";

type Attributes = Parameters<GraphBuilder["op"]>[2];

const x = (model: number) => ({ x: spread([2, 3, 4], 0.37 * model) });
const named = { shapes: { x: ["N", 3, "T"] } } as const;

const plain = (opType: string, attributes: Attributes = {}): Case => ({
  inputs: x,
  build: (g, { x: value }) => g.op(opType, [value], attributes),
});

/** With a list of whole numbers, known when the graph is built, or only when it runs. */
function listed(opType: string, numbers: readonly number[], inputs: Case["inputs"] = x): Record<string, Case> {
  return {
    [`${opType} by ${numbers.join(", ")}`]: {
      inputs,
      build: (g, { x: value }) => g.op(opType, [value, g.vector("int64", numbers)]),
    },
    [`${opType} by ${numbers.join(", ")}, told when it runs`]: {
      inputs: (model) => ({ ...inputs(model), i: tensor("int64", [numbers.length], numbers) }),
      shared: ["i"],
      smooth: [],
      build: (g, { x: value, i }) => {
        const [y, wanted] = [g.op(opType, [value, i]), g.op(opType, [value, g.vector("int64", numbers)])];
        y.type = { element: "float", shape: wanted.type?.shape?.map(() => "") ?? null };
        return y;
      },
    },
  };
}

const ones = (model: number) => ({ x: spread([1, 3, 1, 2], 0.37 * model) });

const CASES: Readonly<Record<string, Case>> = {
  ...listed("Reshape", [6, 4]),
  ...listed("Reshape", [0, -1]),
  ...listed("Reshape", [-1]),
  ...listed("Expand", [5, 2, 3, 4]),
  ...listed("Expand", [3, 1]),
  ...listed("Tile", [1, 2, 3]),
  ...listed("Unsqueeze", [0, -1]),
  ...listed("Squeeze", [0, -2], ones),
  ...listed("Pad", [0, 1, 2, 1, 0, 0]),
  "Reshape by sizes from a shape": {
    ...named,
    inputs: x,
    build: (g, { x: value }) =>
      g.reshape(value, g.concat([g.op("Shape", [value], { end: 1 }), g.vector("int64", [-1])], 0)),
  },
  "Expand to the shape of what differs": {
    inputs: (model) => ({ ...x(model), a: spread([4], model / 7) }),
    build: (g, { x: value, a }) => g.expand(a, g.shape(value)),
  },
  "Reshape to a number": {
    inputs: (model) => ({ x: spread([1, 1], model / 7) }),
    build: (g, { x: value }) => g.reshape(value, []),
  },
  Flatten: plain("Flatten"),
  "Flatten before all axes": plain("Flatten", { axis: 0 }),
  "Flatten before the last axis": plain("Flatten", { axis: -1 }),
  "Flatten, sizes with names": { ...plain("Flatten", { axis: 2 }), ...named },
  "Squeeze of all that can go": { inputs: ones, build: (g, { x: value }) => g.op("Squeeze", [value]) },
  Transpose: plain("Transpose", { perm: [2, 0, 1] }),
  "Transpose to the reverse": plain("Transpose"),
  "Pad by a number": {
    inputs: x,
    build: (g, { x: value }) => g.op("Pad", [value, g.vector("int64", [1, 0, 0, 0, 2, 0]), g.float(0.5)]),
  },
  "Pad by reflection": {
    inputs: x,
    build: (g, { x: value }) => g.op("Pad", [value, g.vector("int64", [0, 0, 2, 0, 1, 1])], { mode: "reflect" }),
  },
  "Pad of named axes": {
    inputs: x,
    opset: 18,
    build: (g, { x: value }) => {
      return g.op("Pad", [value, g.vector("int64", [1, 2]), null, g.vector("int64", [1])]);
    },
  },
  Slice: { inputs: x, build: (g, { x: value }) => g.slice(value, 1, 1, 3) },
  "Slice of first axes": {
    inputs: x,
    build: (g, { x: value }) => g.op("Slice", [value, g.vector("int64", [0, 1]), g.vector("int64", [1, 3])]),
  },
  "Slice backwards, from the end": {
    inputs: x,
    build: (g, { x: value }) =>
      g.op("Slice", [value, ...[[-1], [-5], [-1], [-2]].map((one) => g.vector("int64", one))]),
  },
  "Slice by int32": {
    inputs: x,
    build: (g, { x: value }) => g.op("Slice", [value, ...[[1], [2]].map((one) => g.vector("int32", one))]),
  },
  Concat: {
    inputs: (model) => ({ a: spread([2, 3], model / 7), b: spread([2, 1], model / 9), c: spread([2, 2], model / 5) }),
    build: (g, { a, b, c }) => g.concat([a, b, c], 1),
  },
  "Concat along an axis from the end": {
    inputs: (model) => ({ a: spread([2, 3], model / 7), b: spread([1, 3], model / 9) }),
    build: (g, { a, b }) => g.concat([a, b], -2),
  },
  Shape: {
    inputs: x,
    smooth: [],
    build: (g, { x: value }) => [
      g.shape(value),
      g.op("Shape", [value], { start: 1 }),
      g.op("Shape", [value], { start: -2, end: -1 }),
      g.op("Shape", [value], { start: -9, end: 9 }),
    ],
  },
  Trilu: {
    inputs: x,
    build: (g, { x: value }) => g.op("Trilu", [value, g.scalar("int64", 1)], { upper: 0 }),
  },
  EyeLike: {
    inputs: (model) => ({ x: spread([2, 3], 0.37 * model) }),
    build: (g, { x: value }) => g.op("EyeLike", [value], { k: 1 }),
  },
  Size: { inputs: x, smooth: [], build: (g, { x: value }) => g.op("Size", [value]) },
  CastLike: {
    inputs: (model) => ({ ...x(model), i: tensor("int64", [1], [model]) }),
    smooth: [],
    build: (g, { x: value, i }) => g.op("CastLike", [value, i]),
  },
};

const rows = (model: number) => ({ x: spread([5, 3], 0.37 * model), i: tensor("int64", [2, 2], [model, 3, -1, 1]) });
const deep = (model: number) => ({ x: spread([2, 4, 3], 0.37 * model), i: tensor("int64", [2], [model, -1]) });
const points = (model: number) => ({
  x: spread([4, 3, 2], 0.37 * model),
  i: tensor("int64", [2, 2], [model, 1, 3, -1]),
  y: spread([2, 2], 0.1 + model / 7),
});

const PLACES: Readonly<Record<string, Case>> = {
  "Gather of rows": { inputs: rows, build: (g, { x: value, i }) => g.gather(value, i) },
  "Gather along another axis": { inputs: deep, build: (g, { x: value, i }) => g.gather(value, i, 1) },
  "Gather along an axis from the end": {
    inputs: (model) => ({ ...deep(model), i: tensor("int64", [1, 2], [model, -2]) }),
    build: (g, { x: value, i }) => g.gather(value, i, -1),
  },
  "Gather of one": {
    inputs: (model) => ({ ...deep(model), i: tensor("int64", [], [model]) }),
    build: (g, { x: value, i }) => g.gather(value, i, 1),
  },
  "Gather, sizes with names": {
    inputs: rows,
    shapes: { i: ["N", "T"] },
    build: (g, { x: value, i }) => g.gather(value, i),
  },
  GatherElements: {
    inputs: (model) => ({ x: spread([3, 4], 0.37 * model), i: tensor("int64", [3, 2], [model, 3, 0, 1, 2, 2]) }),
    build: (g, { x: value, i }) => g.op("GatherElements", [value, i], { axis: 1 }),
  },
  GatherND: { inputs: points, build: (g, { x: value, i, y }) => g.mul(g.op("GatherND", [value, i]), y) },
  "GatherND of batches": {
    inputs: (model) => ({ x: spread([2, 3, 2], 0.37 * model), i: tensor("int64", [2, 1], [model, 1]) }),
    build: (g, { x: value, i }) => {
      return g.op("GatherND", [value, i], { batch_dims: 1 });
    },
  },
  ScatterND: { inputs: points, build: (g, { x: value, i, y }) => g.op("ScatterND", [value, i, y]) },
  "ScatterND that adds": {
    inputs: points,
    build: (g, { x: value, i, y }) => g.op("ScatterND", [value, i, y], { reduction: "add" }),
  },
  ScatterElements: {
    inputs: (model) => ({
      x: spread([2, 4], 0.37 * model),
      i: tensor("int64", [2, 2], [model, 3, 0, 1]),
      y: spread([2, 2], model / 7),
    }),
    build: (g, { x: value, i, y }) => g.op("ScatterElements", [value, i, y], { axis: 1 }),
  },
  OneHot: {
    inputs: (model) => ({ i: tensor("int64", [2, 2], [model, 1, 0, 2]) }),
    build: (g, { i }) =>
      [-1, 0].map((axis) => g.op("OneHot", [i, g.scalar("int64", 4), g.vector("float", [0, 1])], { axis })),
  },
  TopK: {
    inputs: x,
    smooth: [],
    build: (g, { x: value }) => [
      ...g.ops("TopK", [value, g.vector("int64", [2])], {}, { outputs: 2 }),
      ...g.ops("TopK", [value, g.vector("int64", [1])], { axis: 1, largest: 0 }, { outputs: 2 }),
    ],
  },
};

describe("operators that move elements, for several models", () => {
  it.each(Object.entries({ ...CASES, ...PLACES }))("give what each model gives: %s", (_, one) => expectSame(one));
});
