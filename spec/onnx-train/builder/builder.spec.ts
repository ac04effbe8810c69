import { encodeModel, GraphBuilder, OnnxError, openSession, tensor, Value } from "onnx-train";

const FLOAT = { element: "float", shape: ["N", 1] } as const;

describe("GraphBuilder", () => {
  test("builds what runs: sugar, attributes and several outputs", async () => {
    const graph = new GraphBuilder("sums");
    const x = graph.input("x", "float", ["N", 4]);
    const [left, right] = graph.ops(
      "Split",
      [x, graph.vector("int64", [1, 3])],
      { axis: { kind: "int", value: 1n } },
      { outputs: 2 },
    );
    const total = graph.op("ReduceSum", [right as Value, graph.vector("int64", [1])], { keepdims: 1 });
    const weighted = graph.op("Gemm", [total, graph.initializer(tensor("float", [1, 1], [2]))], { alpha: 10 });
    const half = graph.div(
      graph.sub(graph.add(weighted, left as Value), graph.scalar("float", 1)),
      graph.scalar("float", 2),
    );
    graph.output(graph.mul(half, graph.scalar("float", 1)), "y", FLOAT);
    const session = await openSession(encodeModel(graph.model()));
    const { y } = await session.run({ x: tensor("float", [2, 4], [1, 1, 1, 1, 5, 0, 1, 2]) });
    expect([...(y?.data ?? [])]).toEqual([30, 32]);
    await session.release();
  });

  test("a column may have any name, also one that an inner value got first", () => {
    const graph = new GraphBuilder("names");
    const x = graph.input("x", "float", ["N", 1]);
    const inner = graph.add(x, graph.scalar("float", 1));
    const taken = inner.name;
    const second = graph.input(taken, "float", ["N", 1]);
    graph.output(graph.add(inner, second), "constant_0", FLOAT);
    expect(second.name).toBe(taken);
    expect(inner.name).not.toBe(taken);
    expect(() => encodeModel(graph.model())).not.toThrow();
  });

  test("an input, a constant or an output can be given out as (another) output", async () => {
    const graph = new GraphBuilder("identities");
    const x = graph.input("x", "float", ["N", 1]);
    graph.output(x, "same", FLOAT);
    graph.output(x, "again", FLOAT);
    graph.output(graph.scalar("float", 3), "three", { element: "float", shape: [] });
    const session = await openSession(encodeModel(graph.model()));
    const results = await session.run({ x: tensor("float", [1, 1], [7]) });
    expect(Object.values(results).map((value) => value.data[0])).toEqual([7, 7, 3]);
    await session.release();
  });

  test("two inputs or outputs of one name are refused", () => {
    const graph = new GraphBuilder("twice");
    const x = graph.input("x", "float", ["N", 1]);
    expect(() => graph.input("x", "float", ["N", 1])).toThrow(OnnxError);
    expect(() => graph.output(x, "x", FLOAT)).toThrow('two inputs, outputs or weights are called "x"');
  });

  test("an attribute whose kind nobody knows must spell it out", () => {
    const graph = new GraphBuilder("kinds");
    const x = graph.input("x", "float", ["N", 1]);
    expect(() => graph.op("Multinomial", [x], { sample_size: 1 })).toThrow(
      "the kind of attribute sample_size of Multinomial is not known",
    );
    expect(() => graph.op("constructor", [x], { name: 1 })).toThrow(OnnxError);
    graph.output(graph.op("Multinomial", [x], { sample_size: { kind: "int", value: 1n } }), "y", FLOAT);
    expect(() => encodeModel(graph.model())).not.toThrow();
  });

  test("a subgraph may use outer values and shares the names", async () => {
    const graph = new GraphBuilder("outer");
    const x = graph.input("x", "float", ["N", 1]);
    const branch = (name: string, factor: number) => {
      const inner = graph.subgraph(name);
      inner.output(inner.mul(x, inner.scalar("float", factor)), name, FLOAT);
      return inner.build();
    };
    const large = graph.op("Greater", [graph.op("ReduceMax", [x], { keepdims: 0 }), graph.scalar("float", 10)]);
    const chosen = graph.op("If", [large], { then_branch: branch("then", 0), else_branch: branch("else", 2) });
    graph.output(chosen, "y", FLOAT);
    const session = await openSession(encodeModel(graph.model()));
    const run = async (value: number) => (await session.run({ x: tensor("float", [1, 1], [value]) })).y?.data[0];
    expect([await run(4), await run(40)]).toEqual([8, 0]);
    await session.release();
  });

  test("a tensor must hold as many values as its dimensions say", () => {
    expect(() => tensor("float", [2, 2], [1, 2, 3])).toThrow("a tensor of [2, 2] holds 4 values, not 3");
  });
});
