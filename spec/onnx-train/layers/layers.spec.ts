import {
  attention,
  averagePool,
  categoricalEmbedding,
  cnn,
  convolution,
  type Distribution,
  dense,
  dropout,
  embedding,
  encodeModel,
  type Graph,
  GraphBuilder,
  groupNorm,
  layerNorm,
  maxPool,
  mlp,
  numericEmbedding,
  openSession,
  residualMlp,
  Scope,
  type Tensor,
  tabM,
  tensor,
  transformer,
  transformerDecoder,
  transformerEncoder,
  type Value,
} from "onnx-train";

interface Net {
  readonly graph: Graph;
  run(x: Tensor): Promise<Tensor>;
}

async function net(
  x: readonly [element: "float" | "int64", ...dims: number[]],
  build: (scope: Scope, x: Value) => Value,
): Promise<Net> {
  const g = new GraphBuilder("net");
  const [element, ...dims] = x;
  g.output(build(new Scope(g, 7), g.input("x", element, ["N", ...dims])), "y");
  const bytes = encodeModel(g.model());
  return {
    graph: g.build(),
    run: async (given) => {
      const session = await openSession(bytes);
      const { y } = await session.run({ x: given });
      await session.release();
      if (y === undefined) throw new Error("no y");
      return y;
    },
  };
}

const floats = (...dims: number[]) =>
  tensor(
    "float",
    dims,
    Array.from({ length: dims.reduce((a, b) => a * b) }, (_, at) => Math.sin(at + 1)),
  );
const weights = ({ graph }: Net) => new Map([...graph.initializers].map(([value, held]) => [value.name, held]));

function matrix({ dims, data }: Tensor): number[][] {
  const [rows = 0, columns = 0] = dims;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => Number(data[row * columns + column])),
  );
}

function linear(x: readonly number[][], w: Tensor, b: Tensor): number[][] {
  return x.map((row) =>
    Array.from(b.data as Float32Array, (bias, to) =>
      row.reduce((sum, value, from) => sum + value * Number(matrix(w)[from]?.[to]), Number(bias)),
    ),
  );
}

describe("layers", () => {
  it("of an MLP give what its weights say", async () => {
    const one = await net(["float", 4], (scope, x) => mlp(scope, x, { hidden: [5], outputs: 2 }));
    const held = weights(one);
    const at = (name: string) => held.get(name) as Tensor;
    const x = floats(3, 4);
    const hidden = linear(matrix(x), at("hidden0/weight"), at("hidden0/bias")).map((row) =>
      row.map((value) => Math.max(0, value)),
    );
    const expected = linear(hidden, at("output/weight"), at("output/bias"));
    const y = matrix(await one.run(x));
    for (const [row, values] of expected.entries())
      for (const [column, value] of values.entries()) expect(y[row]?.[column]).toBeCloseTo(value, 5);
  });

  it("normalise each row", async () => {
    const one = await net(["float", 8], layerNorm);
    for (const row of matrix(await one.run(floats(3, 8)))) {
      const mean = row.reduce((sum, value) => sum + value, 0) / 8;
      expect(mean).toBeCloseTo(0, 5);
      expect(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 8).toBeCloseTo(1, 3);
    }
  });

  it("embed numbers one by one", async () => {
    const one = await net(["float", 3], (scope, x) => numericEmbedding(scope, x, { frequencies: 4, units: 2 }));
    const [first, second] = matrix(await one.run(tensor("float", [2, 3], [0.1, 0.2, 0.3, 0.1, 0.9, 0.3])));
    expect(first?.length).toBe(6);
    expect([first?.slice(0, 2), first?.slice(4)]).toEqual([second?.slice(0, 2), second?.slice(4)]);
    expect(first?.slice(2, 4)).not.toEqual(second?.slice(2, 4));
  });

  it.each<[string, Parameters<typeof net>[0], (scope: Scope, x: Value) => Value, number[]]>([
    ["residual MLP", ["float", 6], (scope, x) => residualMlp(scope, x, { width: 8, outputs: 3 }), [2, 3]],
    ["2-D CNN", ["float", 1, 12, 12], (scope, x) => cnn(scope, x, { channels: [2, 4], hidden: 8, outputs: 5 }), [2, 5]],
    [
      "2-D CNN of groups",
      ["float", 3, 9, 9],
      (scope, x) => cnn(scope, x, { channels: [6], norm: "group", outputs: 5 }),
      [2, 5],
    ],
    ["mean of windows", ["float", 3, 8], (scope, x) => averagePool(scope, x), [2, 3, 4]],
    ["1-D CNN", ["float", 3, 16], (scope, x) => cnn(scope, x, { channels: [4], outputs: 2 }), [2, 2]],
  ])("of a %s give the shape that inference tells", async (_, input, build, dims) => {
    const one = await net(input, build);
    const y = await one.run(floats(2, ...(input.slice(1) as number[])));
    expect(y.dims).toEqual(dims);
    expect(one.graph.outputs[0]?.type?.shape?.slice(1)).toEqual(dims.slice(1));
    expect(Array.from(y.data as Float32Array).every(Number.isFinite)).toBe(true);
  });

  it("hide padding from every other place", async () => {
    const one = await net(["float", 4, 6], (scope, x) => {
      const mask = scope.g.initializer(tensor("bool", [1, 4], [1, 1, 0, 1]));
      return attention(scope, x, { heads: 2, mask });
    });
    const [a, b] = [floats(1, 4, 6), floats(1, 4, 6)];
    (b.data as Float32Array).fill(9, 12, 18);
    const [y, z] = [(await one.run(a)).data, (await one.run(b)).data];
    for (const from of [0, 6, 18]) expect(y.slice(from, from + 6)).toEqual(z.slice(from, from + 6));
    expect(y.slice(12, 18)).not.toEqual(z.slice(12, 18));
  });

  const tokens = (...last: number[]) => tensor("int64", [1, 4], [1, 2, ...last]);
  const options = { blocks: 2, heads: 2, width: 8, tokens: 10 };

  it("of a decoder hide what comes later, those of an encoder don't", async () => {
    const decoder = await net(["int64", 4], (scope, x) => transformerDecoder(scope, x, options));
    const [a, b] = [await decoder.run(tokens(3, 4)), await decoder.run(tokens(5, 6))];
    expect(a.dims).toEqual([1, 4, 10]);
    expect(a.data.slice(0, 20)).toEqual(b.data.slice(0, 20));
    expect(a.data.slice(20, 30)).not.toEqual(b.data.slice(20, 30));
    const encoder = await net(["int64", 4], (scope, x) => transformerEncoder(scope, x, options));
    const [c, d] = [await encoder.run(tokens(3, 4)), await encoder.run(tokens(5, 6))];
    expect(c.data.slice(0, 8)).not.toEqual(d.data.slice(0, 8));
  });

  it("start from weights that depend on seed and name alone", () => {
    const held = (seed: number, hidden: readonly number[]) => {
      const g = new GraphBuilder("net");
      mlp(new Scope(g, seed), g.input("x", "float", ["N", 4]), { hidden, outputs: 2 });
      return new Map([...g.build().initializers].map(([value, { data }]) => [value.name, data]));
    };
    expect(held(1, [5]).get("hidden0/weight")).toEqual(held(1, [5, 6]).get("hidden0/weight"));
    expect(held(1, [5]).get("hidden0/weight")).not.toEqual(held(2, [5]).get("hidden0/weight"));
  });

  it("draw as their distributions say", () => {
    const g = new GraphBuilder("net");
    const held = (name: Distribution) => {
      const value = new Scope(g, 3).weight(name, [100, 100], name, { inputs: 100, outputs: 50 });
      const data = Array.from(g.build().initializers.get(value)?.data as Float32Array);
      const mean = data.reduce((sum, one) => sum + one, 0) / data.length;
      return { mean, deviation: Math.sqrt(data.reduce((sum, one) => sum + (one - mean) ** 2, 0) / data.length) };
    };
    const expected = {
      he: Math.sqrt(2 / 100),
      glorot: Math.sqrt(2 / 150),
      small: 0.02,
      standard: 1,
      fanIn: 0.1 / Math.sqrt(3),
      signs: 1,
    };
    for (const [name, spread] of Object.entries(expected)) {
      const { mean, deviation } = held(name as Distribution);
      // Four standard errors of 10,000 draws.
      expect(Math.abs(mean / spread)).toBeLessThan(0.04);
      expect(Math.abs(deviation / spread - 1)).toBeLessThan(0.04);
    }
  });

  it.each<[string, readonly ["float" | "int64", ...number[]], (scope: Scope, x: Value) => Value]>([
    ["dense.units: expected a whole number of 1 or more, got 0", ["float", 4], (s, x) => dense(s, x, { units: 0 })],
    ["dropout: expected a number of 0 or more, below 1, got 1", ["float", 4], (s, x) => dropout(s, x, 1)],
    [
      "convolution.channels: expected a whole number",
      ["float", 3, 9, 9],
      (s, x) => convolution(s, x, { channels: 0.5 }),
    ],
    [
      "convolution.padding: expected a whole number of 0 or more",
      ["float", 3, 9],
      (s, x) => convolution(s, x, { channels: 1, padding: -1 }),
    ],
    [
      "convolution.groups: expected a number that divides 3, got 2",
      ["float", 3, 9],
      (s, x) => convolution(s, x, { channels: 2, groups: 2 }),
    ],
    [
      "groupNorm.groups: expected a number that divides 6, got 4",
      ["float", 6, 2],
      (s, x) => groupNorm(s, x, { groups: 4 }),
    ],
    ["maxPool.size: expected a whole number of 1 or more, got -2", ["float", 3, 9], (s, x) => maxPool(s, x, -2)],
    [
      "attention.heads: expected a number that divides 8, got 3",
      ["float", 5, 8],
      (s, x) => attention(s, x, { heads: 3 }),
    ],
    [
      "attention.heads: expected heads of an even size",
      ["float", 5, 6],
      (s, x) => attention(s, x, { heads: 2, rotary: true }),
    ],
    [
      "transformer.blocks: expected a whole number",
      ["float", 5, 6],
      (s, x) => transformer(s, x, { heads: 2, blocks: 0 }),
    ],
    [
      "embedding.count: expected a whole number",
      ["int64", 5],
      (s, x) => embedding(s, x, { count: Number.NaN, width: 2 }),
    ],
    [
      "categoricalEmbedding.counts: expected one for each of 2 columns, got 1",
      ["int64", 2],
      (s, x) => categoricalEmbedding(s, x, { counts: [3] }),
    ],
    [
      "categoricalEmbedding.counts[1]: expected a whole number",
      ["int64", 2],
      (s, x) => categoricalEmbedding(s, x, { counts: [3, 0] }),
    ],
    [
      "tabM.members: expected a whole number",
      ["float", 2],
      (s, x) => tabM(s, x, { hidden: [2], outputs: 1, members: 0 }),
    ],
  ])("refuse an option that makes no sense: %s", (message, [element, ...dims], build) => {
    const g = new GraphBuilder("net");
    const x = g.input("x", element, ["N", ...dims]);
    expect(() => build(new Scope(g, 1), x)).toThrow(expect.objectContaining({ code: "ONNX_OPTION" }));
    expect(() => build(new Scope(g, 1).within("again"), x)).toThrow(message);
  });

  it("say what size they need", () => {
    const g = new GraphBuilder("net");
    const x = g.input("x", "float", ["N", "features"]);
    expect(() => mlp(new Scope(g, 1), x, { hidden: [2], outputs: 1 })).toThrow(
      "needs to know the size of axis -1 of x, which is features",
    );
  });
});
