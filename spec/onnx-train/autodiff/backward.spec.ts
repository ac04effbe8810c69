import { encodeModel, GraphBuilder, gradients, OnnxError, openSession, tensor } from "onnx-train";
import { type Case, expectGradients, spread } from "./differences.js";

const CASES: Readonly<Record<string, Case>> = {
  "softmax of a product": {
    inputs: { x: spread([2, 3]), w: spread([3, 4], 0.3) },
    build: (g, { x, w }) => g.softmax(g.matmul(x, w)),
  },
  "log-softmax along another axis": { inputs: { x: spread([2, 3]) }, build: (g, { x }) => g.logSoftmax(x, 0) },
  "mean of squares": { inputs: { x: spread([2, 3]) }, build: (g, { x }) => g.reduceMean(g.mul(x, x), [1]) },
  "means over sizes that have names": {
    inputs: { x: spread([2, 3]) },
    shapes: { x: ["N", 3] },
    build: (g, { x }) => g.mul(g.reduceMean(x), g.reduceSum(x, [0], { keep: true })),
  },
  "value used thrice": { inputs: { x: spread([4]) }, build: (g, { x }) => g.add(g.mul(x, x), g.exp(x)) },
  "reshape, transpose, concat": {
    inputs: { x: spread([2, 3]), y: spread([3, 1], 0.4) },
    build: (g, { x, y }) => g.concat([g.transpose(x, [1, 0]), y, g.reshape(x, [3, 2])], 1),
  },
};

describe("gradients", () => {
  it.each(Object.entries(CASES))("are those of finite differences: %s", (_, one) => expectGradients(one));

  it("are zeros by what the loss doesn't depend on", async () => {
    const g = new GraphBuilder("independent");
    const [x, y] = [g.input("x", "float", [2]), g.input("y", "float", [3])];
    const [dx, dy] = gradients(g, g.reduceSum(x), [x, y]);
    for (const [value, name] of [
      [dx, "dx"],
      [dy, "dy"],
    ] as const)
      if (value) g.output(value, name);
    const session = await openSession(encodeModel(g.model()));
    const result = await session.run({ x: tensor("float", [2], [1, 2]), y: tensor("float", [3], [1, 2, 3]) });
    expect([result.dx?.data, result.dy?.data]).toEqual([Float32Array.of(1, 1), Float32Array.of(0, 0, 0)]);
    await session.release();
  });

  it("name the operator and the node that has none", () => {
    const g = new GraphBuilder("missing");
    const x = g.input("x", "float", [2]);
    const y = g.op("Det", [x]);
    y.type = { element: "float", shape: [] };
    expect(() => gradients(g, y, [x])).toThrow(OnnxError);
    expect(() => gradients(g, y, [x])).toThrow('Det of node "Det_0" has no row in the table of gradients');
  });
});
