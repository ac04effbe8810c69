import {
  adam,
  adapterOf,
  applyAdapter,
  chosen,
  crossEntropy,
  decodeModel,
  dense,
  encodeModel,
  GraphBuilder,
  liftWeights,
  type Model,
  mergeAdapters,
  type Scope,
  type Tensor,
  Trainer,
  tensor,
  trainingProgram,
  type Value,
  withHead,
  withLora,
  withoutAdapters,
  withWeights,
} from "onnx-train";
import { ALL_ROWS, away, dataOf, described, exported, floats, heldIn, run, VECTORS } from "./models.js";

/** Deterministic noise in [-1, 1). */
function noise(dims: readonly number[], phase = 0): Tensor {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return tensor(
    "float",
    dims,
    Array.from({ length: count }, (_, at) => (((at + 1) * 0.6180339887498949 + phase) % 1) * 2 - 1),
  );
}

/** Adapters that have learned something. */
function learned(model: Model): Model {
  const factors = [...heldIn(model)].filter(([name]) => /\.lora_[AB]$/.test(name));
  return withWeights(model, new Map(factors.map(([name, { dims }], at) => [name, noise(dims, at / 7)])));
}

/** Every form of a product that an adapter can go beside. */
function forms(): Model {
  const g = new GraphBuilder("forms");
  const x = g.input("x", "float", ["N", 4]);
  const named = (name: string, ...dims: number[]) => g.named(name, noise(dims, name.length / 5));
  const plain = g.gemm(x, named("plain", 4, 5), named("plain_bias", 5));
  const turned = g.gemm(g.tanh(plain), named("turned", 3, 5), null, { transB: 1, alpha: 0.5 });
  const across = g.gemm(g.transpose(turned, [1, 0]), named("across", 3, 4), null, { transA: 1 });
  const biased = g.add(named("bias", 6), g.matmul(g.tanh(across), named("product", 4, 6)));
  const behind = g.matmul(g.relu(biased), g.op("Identity", [g.transpose(named("behind", 3, 6), [1, 0])]));
  g.output(behind, "scores");
  return g.model({ author: "Jane" });
}

const TARGETS = ["plain", "turned", "across", "product", "behind"];

function kernels(group: number): Model {
  const g = new GraphBuilder("kernels");
  const x = g.input("x", "float", ["N", 4, 7]);
  const h = g.op("Conv", [x, g.named("kernel", noise([6, 4 / group, 3])), g.named("bias", noise([6]))], {
    group,
    pads: [2, 1],
    strides: [2],
    dilations: [2],
  });
  g.output(g.op("Conv", [g.relu(h), g.named("point", noise([2, 6, 1]))]), "scores");
  return g.model();
}

/** A table held as [width, rows], and used as it is as well. */
function lying(): Model {
  const g = new GraphBuilder("lying");
  const table = g.named("table", noise([4, 7]));
  const rows = g.gather(g.transpose(table, [1, 0]), g.input("x", "int64", ["N", 3]));
  g.output(g.matmul(g.reduceMean(rows, [1]), table), "scores");
  return g.model();
}

const X = noise([5, 4], 0.3);
const SERIES = noise([5, 4, 7], 0.3);
const TOKENS = tensor("int64", [2, 3], [1, 0, 6, 5, 5, 2]);

const CASES: readonly [string, Model, readonly string[], Tensor][] = [
  ["products", forms(), TARGETS, X],
  ["convolutions", kernels(1), ["kernel", "point"], SERIES],
  ["convolutions in groups", kernels(2), ["kernel"], SERIES],
  ["a tied table", exported("tied-17"), ["table.weight"], TOKENS],
  ["a table that lies on its side", lying(), ["table"], TOKENS],
  ["an exported MLP", exported("mlp-9"), ["*"], dataOf("mlp").x],
  ["an exported encoder", exported("encoder-17"), ["*MatMul*"], dataOf("encoder").x],
];

async function scoresOf(model: Model, x: Tensor): Promise<Float32Array> {
  return (await run(model, { x })).scores?.data as Float32Array;
}

describe.each(CASES)("adapters on %s", (_, model, targets, x) => {
  const adapted = withLora(model, { targets, rank: 2, alpha: 3, seed: 1 });

  it("leave the outputs as they were, to the bit", async () => {
    expect(await scoresOf(adapted, x)).toEqual(await scoresOf(model, x));
  });

  it("come off again, with nothing left behind", () => {
    expect(withoutAdapters(adapted)).toEqual(model);
    expect(encodeModel(withoutAdapters(decodeModel(encodeModel(adapted))))).toEqual(encodeModel(model));
  });

  it("give the same merged into the weights of the model as it was", async () => {
    const after = learned(adapted);
    const merged = mergeAdapters(after);
    const expected = await scoresOf(after, x);
    expect(away(expected, await scoresOf(model, x))).toBeGreaterThan(0.01);
    const size = Math.max(1, ...expected.map(Math.abs));
    expect(away(await scoresOf(merged, x), expected) / size).toBeLessThan(1e-5);
    expect(merged.graph.nodes).toEqual(model.graph.nodes);
  });

  it("stand apart as a model that gives what they add, and go back on", async () => {
    const after = learned(adapted);
    const apart = decodeModel(encodeModel(adapterOf(after)));
    const added = await run(apart, {});
    for (const [name, after] of heldIn(mergeAdapters(learned(adapted)))) {
      const before = heldIn(model).get(name) as Tensor;
      const difference = Array.from(after.data as Float32Array, (value, at) => value - Number(before.data[at]));
      const delta = added[`${name}.delta`];
      if (delta !== undefined) expect(away(difference, delta.data as Float32Array)).toBeLessThan(1e-5);
      else expect(after).toEqual(before);
    }
    expect(encodeModel(applyAdapter(model, apart))).toEqual(encodeModel(after));
  });
});

describe("adapters", () => {
  it.each(["mlp-17", "tied-17", "cnn-17"])("of %s take the steps of the same written in PyTorch", async (file) => {
    const name = file.slice(0, -3);
    const lora = VECTORS[name]?.lora;
    if (lora === undefined) throw new Error("no vectors");
    const [model, data] = [exported(file), dataOf(name)];
    const weights = { each: "onnx::MatMul_16", fc1: "fc1.weight", table: "table.weight", conv2: "conv2.weight" };
    const ownName = (factor: string) =>
      factor.replace(/^(\w+)\.(.)$/, (_, layer: keyof typeof weights, one) => `${weights[layer]}.lora_${one}`);
    const start = new Map(Object.entries(lora.start).map(([factor, held]) => [ownName(factor), floats(held)]));
    const targets = Object.values(weights).filter((weight) => start.has(`${weight}.lora_A`));
    const adapted = withWeights(withLora(model, { targets, rank: 2, alpha: 2 * lora.scale, seed: 1 }), start);
    const program = trainingProgram({
      model: adapted,
      loss: crossEntropy({ logits: "scores" }),
      optimizer: adam({ rate: 0.05 }),
      trains: chosen(adapted, { train: ["*.lora_A", "*.lora_B"] }),
    });
    const trainer = await Trainer.open(program);
    const { state, losses } = await trainer.run(trainer.start(), { data, plan: ALL_ROWS });
    const trained = trainer.weights(state);
    await trainer.release();
    expect(away(losses, lora.losses)).toBeLessThan(2e-5);
    for (const [factor, { data: values }] of Object.entries(lora.weights))
      expect([factor, away(trained.get(ownName(factor))?.data as Float32Array, values) < 1e-3]).toEqual([factor, true]);
    const merged = mergeAdapters(withWeights(adapted, trained));
    expect(away(await scoresOf(merged, data.x), lora.scores.data)).toBeLessThan(1e-3);
  });

  it("are drawn from the seed and the name, uniformly up to 1/√in", () => {
    const held = (seed: number, targets: readonly string[]) =>
      heldIn(withLora(forms(), { targets, rank: 64, seed })).get("product.lora_A");
    const { data, dims } = held(1, ["product"]) as Tensor;
    expect(dims).toEqual([4, 64]);
    expect(held(1, ["product", "plain"])?.data).toEqual(data);
    expect(held(2, ["product"])?.data).not.toEqual(data);
    const largest = Math.max(...Array.from(data as Float32Array, Math.abs));
    // 256 draws: that none is in the outermost 5 % has a chance of 2e-6.
    expect(largest).toBeLessThanOrEqual(0.5);
    expect(largest).toBeGreaterThan(0.475);
  });

  it("scale by alpha / rank, or alpha / √rank where stabilised", async () => {
    const by = async (stabilised: boolean) => {
      const model = withLora(forms(), { targets: ["plain"], rank: 4, alpha: 2, stabilised, seed: 1 });
      const { "plain.delta": delta } = await run(adapterOf(learned(model)), {});
      return delta?.data as Float32Array;
    };
    const [plain, stable] = [await by(false), await by(true)];
    expect(
      away(
        stable,
        plain.map((value) => 2 * value),
      ),
    ).toBeLessThan(1e-6);
  });

  it("can drop values out of what reaches them, which inference doesn't", async () => {
    const model = withLora(forms(), { targets: TARGETS, rank: 2, dropout: 0.5, seed: 1 });
    expect(model.graph.nodes.filter(({ opType }) => opType === "Dropout").length).toBe(TARGETS.length);
    expect(await scoresOf(model, X)).toEqual(await scoresOf(forms(), X));
    expect(heldIn(model).get("plain.lora_dropout")?.data).toEqual(Float32Array.of(0.5));
    expect(encodeModel(mergeAdapters(model))).toEqual(encodeModel(forms()));
  });

  it("train with dropout from the same start", async () => {
    const data = dataOf("mlp");
    const losses = async (dropout: number) => {
      const model = withLora(exported("mlp-13"), { targets: ["fc?.weight", "*MatMul*"], rank: 2, dropout, seed: 1 });
      const program = trainingProgram({
        model,
        loss: crossEntropy({ logits: "scores" }),
        optimizer: adam({ rate: 0.05 }),
        trains: chosen(model, { train: ["*.lora_A", "*.lora_B"] }),
      });
      expect(program.dropouts.map(({ rate }) => rate)).toEqual(dropout === 0 ? [] : [dropout, dropout, dropout]);
      const trainer = await Trainer.open(program);
      const result = await trainer.run(trainer.start(), { data, plan: ALL_ROWS });
      await trainer.release();
      return Array.from(result.losses);
    };
    const [plain, dropped] = [await losses(0), await losses(0.5)];
    expect(dropped[0]).toBe(plain[0]);
    expect(away(dropped, plain)).toBeGreaterThan(1e-3);
    expect(dropped.every(Number.isFinite)).toBe(true);
  });

  it("go on further weights later", async () => {
    const model = forms();
    const first = withLora(model, { targets: ["plain"], rank: 2, seed: 1 });
    const both = withLora(first, { targets: ["product"], rank: 3, seed: 1 });
    expect(withoutAdapters(both)).toEqual(model);
    const after = learned(both);
    expect(away(await scoresOf(mergeAdapters(after), X), await scoresOf(after, X))).toBeLessThan(1e-5);
    expect(() => withLora(both, { targets: ["plain"], seed: 1 })).toThrow('"plain" has an adapter already');
  });

  it("on a weight that is stored in another type stand apart, but can't be merged", async () => {
    const g = new GraphBuilder("quantized");
    const held = g.named(
      "w",
      tensor(
        "int8",
        [4, 3],
        Array.from({ length: 12 }, (_, at) => at * 9 - 50),
      ),
    );
    const w = g.op("DequantizeLinear", [held, g.float(0.02), g.scalar("int8", 0)]);
    g.output(g.matmul(g.input("x", "float", ["N", 4]), w), "scores", { element: "float", shape: ["N", 3] });
    const model = g.model();
    const after = learned(withLora(model, { targets: ["w"], rank: 2, seed: 1 }));
    expect(encodeModel(applyAdapter(model, adapterOf(after)))).toEqual(encodeModel(after));
    expect(away(await scoresOf(after, X), await scoresOf(model, X))).toBeGreaterThan(0.01);
    expect(() => mergeAdapters(after)).toThrow(
      expect.objectContaining({ code: "ONNX_UNSUPPORTED", message: expect.stringContaining('"w" is held as int8') }),
    );
  });

  it("refuse what isn't theirs, with a code", () => {
    const options = { targets: ["plain"], seed: 1 };
    const code = (act: () => unknown) => {
      try {
        act();
      } catch (error) {
        return [(error as { code: string }).code, (error as Error).message];
      }
      return [];
    };
    const model = forms();
    expect(code(() => withLora(model, { ...options, targets: ["plane"] }))).toEqual([
      "ONNX_INVALID",
      expect.stringMatching(/^"plane" matches none of the weights and nodes that can be adapted; there are "plain", /),
    ]);
    expect(code(() => withLora(model, { ...options, rank: 0 }))[0]).toBe("ONNX_OPTION");
    expect(code(() => withLora(model, { ...options, dropout: 1 }))[0]).toBe("ONNX_OPTION");
    expect(code(() => withLora(model, { ...options, targets: [] }))[0]).toBe("ONNX_OPTION");
    expect(code(() => mergeAdapters(model))).toEqual(["ONNX_INVALID", expect.stringContaining("no adapters")]);
    expect(code(() => withLora({ ...model, opsets: { "": 6 } }, options))[0]).toBe("ONNX_UNSUPPORTED");
    const broken = { ...model, metadata: { "onnx-train.lora": "{" } };
    expect(code(() => mergeAdapters(broken))).toEqual(["ONNX_INVALID", expect.stringContaining("can't be read")]);
  });

  it("on a convolution with a batch norm behind it change no more than a rounding", async () => {
    const { x } = dataOf("cnn");
    const model = exported("cnn-17");
    const adapted = withLora(model, { targets: ["*"], rank: 2, seed: 1 });
    expect(away(await scoresOf(adapted, x), await scoresOf(model, x))).toBeLessThan(1e-6);
    expect(encodeModel(mergeAdapters(adapted))).toEqual(encodeModel(model));
  });

  it("come off a model of IR 3 as well, in which each initializer is an input", () => {
    const model = exported("mlp-9");
    const old: Model = { ...model, irVersion: 3 };
    const adapted = withLora(old, { targets: ["*"], rank: 2, seed: 1 });
    expect(adapted.irVersion).toBe(4);
    expect(withoutAdapters(adapted)).toEqual(old);
    expect(withoutAdapters(liftWeights(adapted)).irVersion).toBe(4);
  });

  it("stay under a new head, but for those that were cut away", async () => {
    const { x } = dataOf("mlp");
    const model = exported("mlp-13");
    const at = "/Sigmoid_output_0";
    const build = (scope: Scope, h: Value) => dense(scope, h, { units: 2 });
    const headed = (from: Model) => withHead(from, { at, build, output: "scores", seed: 1 });
    const after = learned(headed(withLora(model, { targets: ["*"], rank: 2, seed: 1 })));
    expect([...heldIn(after).keys()].filter((name) => name.endsWith("lora_A"))).toEqual([
      "fc1.weight.lora_A",
      "onnx::MatMul_16.lora_A",
    ]);
    const merged = mergeAdapters(after);
    expect(away(await scoresOf(merged, x), await scoresOf(after, x))).toBeLessThan(1e-5);
    expect(described(merged)).toEqual(described(headed(model)));
    const none = headed(withLora(model, { targets: ["fc2.weight"], seed: 1 }));
    expect(encodeModel(none)).toEqual(encodeModel(headed(model)));
  });

  it("say what they miss where the model was changed since", () => {
    const adapted = withLora(forms(), { targets: ["plain"], rank: 2, seed: 1 });
    const without = (name: RegExp): Model => {
      const nodes = adapted.graph.nodes.filter((node) => !name.test(node.name));
      return { ...adapted, graph: { ...adapted.graph, nodes } };
    };
    const lacks = (what: string) => `the adapter of "plain" lacks node ${what}: it was changed since`;
    expect(() => mergeAdapters(without(/^plain\.lora\/Add/))).toThrow(lacks("plain.lora/Add"));
    expect(() => mergeAdapters(without(/^Gemm_0/))).toThrow(lacks("that plain.lora/Add adds to"));
    const initializers = new Map([...adapted.graph.initializers].filter(([{ name }]) => name !== "plain.lora_B"));
    expect(() => adapterOf({ ...adapted, graph: { ...adapted.graph, initializers } })).toThrow("lacks plain.lora_B");
  });

  it("refuse a kernel that serves groups of two kinds", () => {
    const g = new GraphBuilder("groups");
    const kernel = g.named("kernel", noise([4, 2, 1]));
    const x = g.input("x", "float", ["N", 4, 5]);
    const h = g.op("Conv", [x, kernel], { group: 2 });
    g.output(g.op("Conv", [g.slice(h, 1, 0, 2), kernel]), "scores");
    expect(() => withLora(g.model(), { targets: ["kernel"], seed: 1 })).toThrow('"kernel" also is input 1 of Conv');
  });

  it("refuse a weight that is also used where none can be", () => {
    const g = new GraphBuilder("stray");
    const w = g.named("w", noise([4, 4]));
    g.output(g.matmul(g.matmul(g.input("x", "float", ["N", 4]), w), g.exp(w)), "scores");
    expect(() => withLora(g.model(), { targets: ["w"], seed: 1 })).toThrow('"w" also is input 0 of Exp "Exp_1"');
  });

  it("refuse another model than theirs", () => {
    const model = forms();
    const apart = adapterOf(learned(withLora(model, { targets: ["plain"], rank: 2, seed: 1 })));
    const other = withWeights(model, new Map([["bias", noise([6], 0.9)]]));
    expect(() => applyAdapter(other, apart)).toThrow("it was trained on other weights");
    expect(applyAdapter(other, apart, { otherWeights: true }).graph.initializers.size).toBe(9);
    const names = (from: string, to: string) =>
      JSON.parse(JSON.stringify(apart.metadata).replaceAll(`\\"${from}\\"`, `\\"${to}\\"`));
    const applied = (metadata: Model["metadata"]) => () =>
      applyAdapter(model, { ...apart, metadata }, { otherWeights: true });
    expect(applied(names("plain", "plane"))).toThrow('the model has no "plane" that can be adapted');
    expect(applied(names("plain", "product"))).toThrow('"product" is [4, 6] in the model and [4, 5] in the adapter');
    expect(() => applyAdapter(withLora(model, { targets: ["plain"], seed: 1 }), apart)).toThrow("has adapters already");
  });
});
