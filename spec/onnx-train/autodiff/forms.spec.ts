import {
  encodeModel,
  GraphBuilder,
  gradients,
  OnnxError,
  openSession,
  type Tensor,
  tensor,
  type Value,
} from "onnx-train";

type Feeds = Readonly<Record<string, Tensor>>;

/** Gradients of the sum of what is built, by the floats that it is fed. */
async function gradientsOf(
  feeds: Feeds,
  build: (g: GraphBuilder, x: readonly Value[]) => Value,
  opset = 17,
): Promise<number[][]> {
  const g = new GraphBuilder("forms", { opset });
  const inputs = Object.entries(feeds).map(([name, { element, dims }]) => g.input(name, element, dims));
  const found = gradients(g, build(g, inputs), inputs);
  for (const [at, value] of found.entries()) g.output(value, `d${at}`);
  const session = await openSession(encodeModel(g.model()));
  const results = await session.run(feeds);
  await session.release();
  return found.map((_, at) => Array.from(results[`d${at}`]?.data ?? [], Number));
}

const floats = (dims: readonly number[], ...values: number[]) => tensor("float", dims, values);

describe("gradients of operators in their special forms", () => {
  it("of Dropout in training pass what its mask kept, scaled", async () => {
    const [dx] = await gradientsOf({ x: floats([2, 2], 1, 2, 3, 4) }, (g, [x]) => {
      const inputs = [x as Value, g.float(0.5), g.scalar("bool", 1)];
      const [y, mask] = g.ops("Dropout", inputs, { seed: 7 }, { outputs: 2 }) as [Value, Value];
      // Where the mask is set, y is twice x: the difference is 0 if the gradient goes by the same mask.
      return g.sub(g.reduceSum(y), g.reduceSum(g.mul(g.cast(mask, "float"), g.mul(x as Value, g.float(2)))));
    });
    expect(dx).toEqual([0, 0, 0, 0]);
  });

  it("of Dropout in training without a mask are refused", () => {
    const g = new GraphBuilder("mask");
    const x = g.input("x", "float", [2]);
    const y = g.op("Dropout", [x, g.float(0.5), g.scalar("bool", 1)]);
    expect(() => gradients(g, y, [x])).toThrow("its second output, the mask, is needed");
  });

  it("of MaxPool go by its second output where there is one, and add up where windows overlap", async () => {
    const [dx] = await gradientsOf({ x: floats([1, 1, 4], 1, 5, 2, 3) }, (g, [x]) => {
      const window = { kernel_shape: [3], strides: [1] };
      const [y] = g.ops("MaxPool", [x as Value], window, { outputs: 2 }) as [Value, Value];
      return g.reduceSum(y);
    });
    expect(dx).toEqual([0, 2, 0, 0]);
  });

  it("of batch normalisation in training are those of its parts", async () => {
    const feeds = {
      x: floats([4, 1], 1, 2, 4, 7),
      s: floats([1], 2),
      b: floats([1], 1),
      m: floats([1], 0),
      v: floats([1], 1),
    };
    const weights = [1, -2, 3, 0.5];
    const parts = await gradientsOf(feeds, (g, inputs) => {
      const [y] = g.ops("BatchNormalization", inputs, { training_mode: 1 }, { outputs: 3 }) as [Value];
      return g.reduceSum(g.mul(y, g.reshape(g.vector("float", weights), [4, 1])));
    });
    const x = Array.from(feeds.x.data, Number);
    const loss = (values: readonly number[], scale = 2, shift = 1) => {
      const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
      const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length;
      const normal = values.map((one) => ((one - mean) / Math.sqrt(variance + 1e-5)) * scale + shift);
      return normal.reduce((sum, one, at) => sum + one * (weights[at] ?? 0), 0);
    };
    const slope = (of: (by: number) => number) => (of(1e-5) - of(-1e-5)) / 2e-5;
    const wanted = [
      x.map((_, at) => slope((by) => loss(x.map((one, index) => one + (index === at ? by : 0))))),
      [slope((by) => loss(x, 2 + by))],
      [slope((by) => loss(x, 2, 1 + by))],
    ];
    for (const [at, values] of wanted.entries())
      for (const [index, value] of values.entries()) expect(parts[at]?.[index]).toBeCloseTo(value, 3);
    expect(parts.slice(3)).toEqual([[0], [0]]);
  });

  it("go through half precision", async () => {
    const [dx] = await gradientsOf({ x: floats([2], 0.5, -3) }, (g, [x]) => {
      const half = g.cast(x as Value, "float16");
      return g.reduceSum(g.cast(g.mul(half, half), "float"));
    });
    expect(dx).toEqual([1, -6]);
  });

  it("of a value that is two inputs of one operator count both uses", async () => {
    const x = floats([1, 1, 2, 2], 0.3, -0.2, 0.5, 0.9);
    const attend = (g: GraphBuilder, [q, k, v]: readonly Value[]) =>
      g.reduceSum(g.op("Attention", [q, k, v] as Value[]));
    const [dx] = await gradientsOf({ x }, (g, [value = g.float(0)]) => attend(g, [value, value, value]), 23);
    const apart = await gradientsOf({ q: x, k: x, v: x }, attend, 23);
    for (const [at, value] of (dx ?? []).entries())
      expect(value).toBeCloseTo(
        apart.reduce((sum, one) => sum + (one[at] ?? 0), 0),
        5,
      );
  });

  it("are empty for what is empty", async () => {
    const [dx, dw, db] = await gradientsOf(
      { x: floats([0, 2]), w: floats([2, 3], 1, 2, 3, 4, 5, 6), b: floats([3], 1, 2, 3) },
      (g, [x, w, b]) => g.reduceSum(g.relu(g.gemm(x as Value, w as Value, b as Value))),
    );
    expect([dx, dw, db]).toEqual([[], [0, 0, 0, 0, 0, 0], [0, 0, 0]]);
  });

  it("are refused for graphs in nodes that read what trains", () => {
    const g = new GraphBuilder("branches");
    const [x, yes] = [g.input("x", "float", [2]), g.input("yes", "bool", [])];
    const branch = (name: string, made: (inner: GraphBuilder) => Value) => {
      const inner = g.subgraph(name);
      inner.output(made(inner), `${name}_y`);
      return inner.build();
    };
    const then_branch = branch("more", (inner) => inner.exp(x));
    const else_branch = branch("less", (inner) => inner.neg(x));
    const y = g.op("If", [yes], { then_branch, else_branch });
    expect(y.type).toEqual({ element: "float", shape: [2] });
    expect(() => gradients(g, y, [x])).toThrow(OnnxError);
    expect(() => gradients(g, y, [x])).toThrow(/If of node "If_0" has no row/);
  });

  it.each<[string, string, (g: GraphBuilder, x: Value) => Value]>([
    ["a softcap", 'Attention of node "Attention_0"', (g, x) => g.op("Attention", [x, x, x], { softcap: 2 })],
    [
      "smoothing",
      'Resize of node "Resize_0"',
      (g, x) => g.op("Resize", [x, null, g.vector("float", [1, 1, 0.5, 0.5])], { mode: "linear", antialias: 1 }),
    ],
    [
      "columns first",
      'MaxPool of node "MaxPool_0"',
      (g, x) => g.op("MaxPool", [x], { kernel_shape: [2, 2], storage_order: 1 }),
    ],
    ["whole remainders", 'Mod of node "Mod_0"', (g, x) => g.op("Mod", [x, x])],
  ])("are refused by name: %s", (_, place, build) => {
    const g = new GraphBuilder("refused", { opset: 23 });
    const x = g.input("x", "float", [1, 1, 2, 2]);
    const y = build(g, x);
    const refused = () => gradients(g, y, [x]);
    expect(refused).toThrow(expect.objectContaining({ code: "ONNX_NO_GRADIENT" }));
    expect(refused).toThrow(place);
  });
});
