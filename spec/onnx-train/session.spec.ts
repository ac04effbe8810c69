import { encodeModel, GraphBuilder, OnnxError, openSession, tensor } from "onnx-train";

function doubling(): Uint8Array {
  const graph = new GraphBuilder("doubling");
  const x = graph.input("x", "float", ["N", 1]);
  const s = graph.input("s", "string", ["N", 1]);
  graph.output(graph.add(x, x), "y", { element: "float", shape: ["N", 1] });
  graph.output(graph.op("Identity", [s]), "t", { element: "string", shape: ["N", 1] });
  return encodeModel(graph.model());
}

describe("openSession", () => {
  test("tells names, types and shapes of inputs and outputs", async () => {
    const session = await openSession(doubling());
    expect([session.inputs, session.outputs]).toEqual([
      [
        { name: "x", element: "float", shape: ["N", 1] },
        { name: "s", element: "string", shape: ["N", 1] },
      ],
      [
        { name: "y", element: "float", shape: ["N", 1] },
        { name: "t", element: "string", shape: ["N", 1] },
      ],
    ]);
    await session.release();
  });

  test("runs on views, on no rows, and on strings of any script", async () => {
    const session = await openSession(doubling());
    const view = Float32Array.of(9, 1, Infinity).subarray(1);
    const { y, t } = await session.run({
      x: tensor("float", [2, 1], view),
      s: tensor("string", [2, 1], ["", "日本語"]),
    });
    expect([[...(y?.data ?? [])], t?.data]).toEqual([
      [2, Infinity],
      ["", "日本語"],
    ]);
    const none = await session.run({ x: tensor("float", [0, 1], []), s: tensor("string", [0, 1], []) });
    expect(none.y).toEqual({ element: "float", dims: [0, 1], data: new Float32Array() });
    await session.release();
  });

  test("a provider that isn't there is refused with those that are", async () => {
    await expect(openSession(doubling(), { providers: ["warp", "cpu"] })).rejects.toMatchObject({
      code: "ONNX_LOAD",
      message: expect.stringMatching(/^this onnxruntime has no provider "warp"; it has .*"cpu"/),
    });
    const session = await openSession(doubling(), { providers: ["cpu"] });
    await session.release();
  });

  test("takes typed arrays as they are, without a copy", async () => {
    const graph = new GraphBuilder("few of many");
    const x = graph.input("x", "float", ["N", 1000]);
    graph.output(graph.reduceSum(graph.gather(x, graph.input("rows", "int64", ["B"]))), "y");
    const session = await openSession(encodeModel(graph.model()));
    // Pages of an array that nobody wrote to take no memory, until somebody copies them.
    const feeds = { x: tensor("float", [100_000, 1000], new Float32Array(1e8)), rows: tensor("int64", [2], [7, 8]) };
    const before = process.memoryUsage.rss();
    const { y } = await session.run(feeds);
    expect(y?.data).toEqual(Float32Array.of(0));
    expect(process.memoryUsage.rss() - before).toBeLessThan(1e8);
    await session.release();
  });

  test("bytes that are no model are refused with a code", async () => {
    await expect(openSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ name: "OnnxError", code: "ONNX_LOAD" });
  });

  test("a run with an input that is missing, or of the wrong type, fails with a code", async () => {
    const session = await openSession(doubling());
    await expect(session.run({ x: tensor("float", [1, 1], [1]) })).rejects.toMatchObject({ code: "ONNX_RUN" });
    const swapped = { x: tensor("double", [1, 1], [1]), s: tensor("string", [1, 1], ["a"]) };
    await expect(session.run(swapped)).rejects.toBeInstanceOf(OnnxError);
    await session.release();
  });
});
