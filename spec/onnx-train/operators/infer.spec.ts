import { encodeModel, GraphBuilder, openSession, tensor, type Value } from "onnx-train";

type Build = (g: GraphBuilder, x: Value) => Value;

const ints = (g: GraphBuilder, values: readonly number[]) => g.vector("int64", values);

/** Each takes floats of [2, 3, 4]. */
const CASES: Readonly<Record<string, Build>> = {
  "broadcasting addition": (g, x) => g.add(x, g.vector("float", [1, 2, 3, 4])),
  comparison: (g, x) => g.op("Greater", [x, g.scalar("float", 0)]),
  choice: (g, x) => g.op("Where", [g.op("Less", [x, g.scalar("float", 0)]), x, g.vector("float", [1, 2, 3, 4])]),
  "batched product": (g, x) => g.matmul(x, g.initializer(tensor("float", [4, 5], new Float32Array(20)))),
  "product with a vector": (g, x) => g.matmul(x, g.vector("float", [1, 2, 3, 4])),
  "general product": (g, x) =>
    g.op("Gemm", [g.op("Flatten", [x]), g.initializer(tensor("float", [5, 12], new Float32Array(60)))], { transB: 1 }),
  "sum over one axis": (g, x) => g.op("ReduceSum", [x, ints(g, [-1])], { keepdims: 0 }),
  "mean over all": (g, x) => g.op("ReduceMean", [x]),
  "place of the largest": (g, x) => g.op("ArgMax", [x], { axis: 1, keepdims: 0 }),
  softmax: (g, x) => g.op("Softmax", [x], { axis: 1 }),
  transposition: (g, x) => g.op("Transpose", [x], { perm: [2, 0, 1] }),
  "reshape with what is left": (g, x) => g.op("Reshape", [x, ints(g, [0, -1, 2])]),
  "reshape by a shape worked out in the graph": (g, x) => {
    const sizes = g.op("Shape", [x]);
    const first = g.op("Gather", [sizes, ints(g, [0])], { axis: 0 });
    return g.op("Reshape", [x, g.concat([first, ints(g, [-1])], 0)]);
  },
  "added and removed axes": (g, x) => g.op("Squeeze", [g.op("Unsqueeze", [x, ints(g, [0, 3])]), ints(g, [0])]),
  expansion: (g, x) => g.op("Expand", [x, ints(g, [5, 1, 3, 1])]),
  "rows by number": (g, x) => g.op("Gather", [x, g.initializer(tensor("int64", [2, 2], [0, 1, 2, 0]))], { axis: 1 }),
  "slice, also backwards": (g, x) =>
    g.op("Slice", [x, ints(g, [-1, 0]), ints(g, [-100, 3]), ints(g, [1, 2]), ints(g, [-2, 2])]),
  "joined parts": (g, x) => {
    const [left, right] = g.ops("Split", [x, ints(g, [1, 3])], { axis: 2 }, { outputs: 2 });
    return g.concat([right as Value, left as Value, x], 2);
  },
};

describe("types that follow while a graph is built", () => {
  it.each(Object.entries(CASES))("are those of the tensors that onnxruntime gives: %s", async (_, build) => {
    const g = new GraphBuilder("types");
    const y = build(g, g.input("x", "float", [2, 3, 4]));
    const type = y.type;
    const known = { element: type?.element, dims: type?.shape };
    // Sizes that the file doesn't tell are those that onnxruntime finds.
    g.output(y, "y", { element: type?.element ?? "float", shape: (type?.shape ?? []).map(() => "") });
    const session = await openSession(encodeModel(g.model()));
    const { y: result } = await session.run({ x: tensor("float", [2, 3, 4], new Float32Array(24).fill(0.5)) });
    expect(known).toEqual({ element: result?.element, dims: result?.dims });
    await session.release();
  });

  it("carry names of sizes through, also products of them", () => {
    const g = new GraphBuilder("names");
    const x = g.input("x", "float", ["N", 8, "T"]);
    const flat = g.op("Reshape", [x, ints(g, [-1, 4])]);
    expect(flat.type?.shape).toEqual(["2*N*T", 4]);
    expect(g.op("Reshape", [flat, ints(g, [2, -1])]).type?.shape).toEqual([2, "4*N*T"]);
    expect(g.add(x, g.op("Transpose", [g.op("Transpose", [x])])).type?.shape).toEqual(["N", 8, "T"]);
  });

  it.each<[string, Record<string, number | readonly number[]>, (number | string)[]]>([
    ["Pad", { pads: [0, 1, 0, 0, 0, 2] }, ["N", 4, 6]],
    ["Slice", { starts: [1], ends: [-1], axes: [2] }, ["N", 3, 2]],
    ["Squeeze", { axes: [0] }, [3, 4]],
    ["Unsqueeze", { axes: [0, 4] }, [1, "N", 3, 4, 1]],
    ["Split", { axis: 2, split: [1] }, ["N", 3, 1]],
    ["TopK", { k: 2 }, ["N", 3, 2]],
    ["Clip", { min: 0 }, ["N", 3, 4]],
    ["ReduceSum", { axes: [-1], keepdims: 0 }, ["N", 3]],
  ])("follow from attributes that are inputs in later versions: %s", (opType, attributes, shape) => {
    const g = new GraphBuilder("older");
    expect(g.op(opType, [g.input("x", "float", ["N", 3, 4])], attributes).type).toEqual({ element: "float", shape });
  });

  it("go by numbers that are worked out on the way, as PyTorch's exporter leaves pads and scales", () => {
    const g = new GraphBuilder("exported");
    const x = g.input("x", "float", ["N", 2, 5]);
    const pads = g.concat(
      [ints(g, [1, 2]), g.op("ConstantOfShape", [ints(g, [4])], { value: tensor("int64", [1], [0]) })],
      0,
    );
    const reversed = g.op("Slice", [
      g.reshape(pads, [-1, 2]),
      ...[[-1], [-(2 ** 53)], [0], [-1]].map((one) => ints(g, one)),
    ]);
    const flat = g.cast(g.reshape(g.transpose(reversed, [1, 0]), [-1]), "int64");
    expect(g.known(flat)).toEqual([0, 0, 1, 0, 0, 2]);
    const padded = g.op("Pad", [x, flat]);
    expect(padded.type?.shape).toEqual(["N", 2, 8]);
    const scales = g.concat([g.vector("float", [1, 1]), g.vector("float", [2.5])], 0);
    expect(g.op("Resize", [padded, null, scales]).type?.shape).toEqual(["N", 2, 20]);
    const sizes = g.concat([g.op("Shape", [x], { end: 2 }), ints(g, [3])], 0);
    expect(g.op("Resize", [padded, null, null, sizes]).type?.shape).toEqual(["N", 2, 3]);
  });

  it("say which node can't have such inputs", () => {
    const g = new GraphBuilder("wrong");
    const x = g.input("x", "float", [2, 3]);
    expect(() => g.matmul(x, x)).toThrow("MatMul of node MatMul_0: the inner sizes differ: 3 and 2");
    expect(() => g.add(x, g.vector("float", [1, 2]))).toThrow("shapes [2, 3] and [2] don't broadcast");
    expect(() => g.add(x, g.scalar("int64", 1))).toThrow("its inputs are of float and int64");
    expect(() => g.op("Softmax", [g.op("Reshape", [x, ints(g, [4])])])).toThrow("[2, 3] can't become [4]");
    expect(() => g.op("ReduceSum", [x, ints(g, [2])])).toThrow("axis 2 isn't in [-2, 1]");
  });
});
