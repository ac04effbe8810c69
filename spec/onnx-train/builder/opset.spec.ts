import { encodeModel, GraphBuilder, irVersionOf, NEWEST_OPSET, OPSET, openSession, tensor } from "onnx-train";

const VERSIONS = Array.from({ length: NEWEST_OPSET - OPSET + 1 }, (_, index) => OPSET + index);

/** Of the rows [1, 2] and [3, -4]. */
const FOLDS = {
  reduceSum: [3, -1],
  reduceMean: [1.5, -0.5],
  reduceMax: [2, 3],
  reduceMin: [1, -4],
  reduceProd: [2, -12],
  reduceL1: [3, 7],
  reduceL2: [Math.sqrt(5), 5],
  reduceSumSquare: [5, 25],
  reduceLogSumExp: [Math.log(Math.exp(1) + Math.exp(2)), Math.log(Math.exp(3) + Math.exp(-4))],
} as const;

describe("a builder of a given opset", () => {
  test.each(VERSIONS)("folds, splits, squeezes and branches in the form of opset %d", async (opset) => {
    const g = new GraphBuilder("folds", { opset });
    const x = g.input("x", "float", [2, 2]);
    for (const name of Object.keys(FOLDS) as (keyof typeof FOLDS)[]) {
      const kept = g[name](x, [-1], { keep: true });
      expect(kept.type?.shape).toEqual([2, 1]);
      g.output(g.squeeze(kept, [1]), name);
    }
    const branch = g.subgraph("branch");
    branch.output(branch.reduceMax(x), "inside", { element: "float", shape: [] });
    const [, right] = g.split(x, [1, 1], 1);
    if (right === undefined) throw new Error("two parts");
    g.output(g.softmax(right, 0), "shares");
    const always = g.scalar("bool", 1);
    const most = g.op("If", [always], { then_branch: branch.build(), else_branch: branch.build() });
    g.output(most, "most", { element: "float", shape: [] });
    const model = g.model();
    expect([g.opset, branch.opset, model.opsets[""], model.irVersion]).toEqual([
      opset,
      opset,
      opset,
      irVersionOf(opset),
    ]);
    const session = await openSession(encodeModel(model));
    const results = await session.run({ x: tensor("float", [2, 2], [1, 2, 3, -4]) });
    for (const [name, expected] of Object.entries(FOLDS))
      for (const [index, value] of expected.entries()) expect(results[name]?.data[index]).toBeCloseTo(value, 5);
    expect([...(results.most?.data ?? [])]).toEqual([3]);
    await session.release();
  });

  test("onnxruntime refuses what lies behind the newest", async () => {
    const g = new GraphBuilder("later", { opset: NEWEST_OPSET + 1 });
    g.output(g.relu(g.input("x", "float", [1])), "y");
    await expect(openSession(encodeModel(g.model()))).rejects.toMatchObject({ code: "ONNX_LOAD" });
  });

  test("the IR version is the one of the first release of ONNX with that opset", () => {
    // Versioning.md of ONNX 1.22: release, IR version, opset
    const released = {
      7: 3,
      8: 3,
      9: 4,
      10: 5,
      11: 6,
      12: 7,
      14: 7,
      15: 8,
      18: 8,
      19: 9,
      20: 9,
      22: 10,
      23: 11,
      24: 12,
    };
    for (const [opset, version] of Object.entries(released)) expect(irVersionOf(Number(opset))).toBe(version);
  });

  test("an older one is refused, since operators take other forms there", () => {
    expect(() => new GraphBuilder("old", { opset: 16 })).toThrow("built for opset 17 or newer, not 16");
  });
});
