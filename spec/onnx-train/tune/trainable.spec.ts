import {
  type Attribute,
  checkModel,
  chosen,
  decodeModel,
  encodeModel,
  fixNorms,
  GraphBuilder,
  liftWeights,
  type Model,
  scalar,
  type Tensor,
  tensor,
  weightsOf,
  withWeights,
} from "onnx-train";
import { away, dataOf, exported, heldIn, run } from "./models.js";

const counted = (...dims: number[]): Tensor =>
  tensor(
    "float",
    dims,
    Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, at) => Math.sin(at + 1)),
  );

/** Weights held in all the ways that other tools have: initializers, constants, converted ones, inputs with a default. */
function mixed(): Model {
  const g = new GraphBuilder("mixed");
  const x = g.input("x", "float", ["N", 4]);
  const constant = (name: string, value: Tensor) => {
    const made = g.op("Constant", [], { value });
    made.name = name;
    return made;
  };
  const halves = g.named("halves", { element: "float16", dims: [4, 4], data: new Uint16Array(16).fill(0x3c00) });
  const small = g.named("small", tensor("int8", [4, 4], new Int8Array(16).fill(2)));
  const shared = g.named("shared", counted(4, 4));
  let h = g.matmul(x, g.cast(halves, "float"));
  h = g.matmul(h, g.op("DequantizeLinear", [small, g.named("scale", scalar("float", 0.25)), g.scalar("int8", 0)]));
  h = g.relu(g.add(g.matmul(h, constant("held", counted(4, 4))), constant("held_bias", counted(4))));
  h = g.matmul(g.matmul(h, shared), g.transpose(g.op("Identity", [shared]), [1, 0]));
  h = g.op("Clip", [h, g.named("low", scalar("float", -9)), null]);
  h = g.mul(h, constant("two", scalar("float", 2)));
  h = g.op("Dropout", [h, constant("rate", scalar("float", 0.5))]);
  g.output(g.add(g.matmul(h, g.named("last", counted(4, 2))), g.named("last_bias", counted(2))), "scores", {
    element: "float",
    shape: ["N", 2],
  });
  const model = g.model();
  const inputs = [...model.graph.inputs, ...model.graph.initializers.keys()];
  return { ...model, irVersion: 3, graph: { ...model.graph, inputs } };
}

describe("the weights of a model", () => {
  it("are listed with where they are held and used, and why they can't train", () => {
    const listed = weightsOf(mixed()).map(({ name, holder, layer, fixed, uses }) => [
      name,
      holder,
      layer,
      fixed,
      ...uses.map(({ opType, input }) => `${opType} ${input}`),
    ]);
    expect(listed.filter(([name]) => !/^(constant|int8)_/.test(String(name)))).toEqual([
      ["halves", "initializer", -1, "of float16; only float trains", "MatMul 1"],
      ["small", "initializer", -1, "of int8; only float trains", "MatMul 1"],
      ["shared", "initializer", 1, null, "MatMul 1", "MatMul 1"],
      ["scale", "initializer", -1, "a quantization's scale", "DequantizeLinear 1"],
      ["low", "initializer", 2, "a limit", "Clip 1"],
      ["last", "initializer", 3, null, "MatMul 1"],
      ["last_bias", "initializer", 3, null, "Add 1"],
      ["held", "constant", 0, null, "MatMul 1"],
      ["held_bias", "constant", 0, null, "Add 1"],
      ["two", "constant", 2, null, "Mul 1"],
      ["rate", "constant", 2, "a rate", "Dropout 1"],
    ]);
  });

  it("of a batch norm are its scale and shift, and not its running statistics", () => {
    const listed = new Map(weightsOf(exported("cnn-17")).map((one) => [one.name, one]));
    expect(listed.get("norm.weight")).toMatchObject({ dims: [4], count: 4, layer: 0, fixed: null });
    expect(listed.get("norm.running_mean")?.fixed).toBe("a running mean");
    expect(listed.get("norm.running_var")?.fixed).toBe("a running variance");
    const trains = chosen(exported("cnn-17"), { train: ["norm.*"] });
    expect([...listed.keys()].filter(trains)).toEqual(["norm.weight", "norm.bias"]);
  });

  it("are lifted to where training finds them, and the model gives the same", async () => {
    const model = mixed();
    const lifted = liftWeights(model);
    expect(checkModel(lifted)).toEqual([]);
    expect([lifted.irVersion, lifted.graph.inputs.map(({ name }) => name)]).toEqual([4, ["x"]]);
    expect([...heldIn(lifted).keys()]).toEqual([...heldIn(model).keys(), "held", "held_bias", "rate"]);
    const feeds = { x: counted(3, 4) };
    expect(await run(lifted, feeds)).toEqual(await run(model, feeds));
  });

  it("go back into constants and inputs of the model as it was", async () => {
    const model = mixed();
    const others = new Map([
      ["held", counted(4, 4)],
      ["shared", tensor("float", [4, 4], new Float32Array(16).fill(0.5))],
      ["held_bias", tensor("float", [4], [1, 2, 3, 4])],
    ]);
    const after = withWeights(model, others);
    const feeds = { x: counted(3, 4) };
    expect(await run(after, feeds)).toEqual(await run(withWeights(liftWeights(model), others), feeds));
    expect(
      away(
        (await run(after, feeds)).scores?.data as Float32Array,
        (await run(model, feeds)).scores?.data as Float32Array,
      ),
    ).toBeGreaterThan(0.1);
    const same = withWeights(after, new Map([...heldIn(liftWeights(model))].filter(([name]) => others.has(name))));
    expect(encodeModel(same)).toEqual(encodeModel(model));
  });
});

describe("batch norms that stay fixed", () => {
  it("give the same, and hold their weights as before", async () => {
    const [model, { x }] = [exported("cnn-17"), dataOf("cnn")];
    const fixed = fixNorms(model);
    expect(checkModel(fixed)).toEqual([]);
    expect(
      away(
        (await run(fixed, { x })).scores?.data as Float32Array,
        (await run(model, { x })).scores?.data as Float32Array,
      ),
    ).toBeLessThan(1e-6);
    expect(weightsOf(fixed)).toEqual(weightsOf(model));
  });
});

describe("the choice of what trains", () => {
  const model = exported("encoder-17");
  const names = (...choice: Parameters<typeof chosen>[1][]) =>
    choice.map((one) =>
      weightsOf(model)
        .map(({ name }) => name)
        .filter(chosen(model, one)),
    );

  it("is by patterns, all by default", () => {
    expect(
      names({ train: ["norm?.bias"] }, { train: [/^fc\./g, "q.*"] }, { train: ["*.bias"], freeze: ["norm*"] }),
    ).toEqual([
      ["norm1.bias", "norm2.bias"],
      ["q.bias", "fc.weight", "fc.bias"],
      ["q.bias", "k.bias", "v.bias", "o.bias", "wide.bias", "narrow.bias", "fc.bias"],
    ]);
    expect(names({})[0]?.length).toBe(model.graph.initializers.size);
    const g = new GraphBuilder("formula");
    const power = g.named("power", scalar("float", 2));
    g.output(g.op("Pow", [g.mul(g.input("x", "float", ["N", 2]), g.named("w", counted(2))), power]), "y");
    const formula = g.model();
    expect(["w", "power"].filter(chosen(formula, {}))).toEqual(["w"]);
    expect(["w", "power"].filter(chosen(formula, { train: ["power"] }))).toEqual(["power"]);
  });

  it("can be the last layers alone", () => {
    expect(names({ last: 1 }, { last: 2, train: ["*.bias"] })).toEqual([
      ["fc.weight", "fc.bias"],
      ["narrow.bias", "fc.bias"],
    ]);
    expect(() => names({ last: 8 })).toThrow("there are 7 layers to take the last 8 of");
  });

  it("names what is near to a pattern that matches nothing", () => {
    expect(() => names({ train: ["fc.wieght"] })).toThrow(
      /^"fc.wieght" matches none of the weights; there are "fc.weight", .* and \d+ more$/,
    );
    expect(() => names({ freeze: [/^layer/] })).toThrow("/^layer/ matches none of the weights");
    expect(() => names({ train: ["fc.*"], freeze: ["*"] })).toThrow("nothing is left to train");
  });

  it("says why what it names can't train", () => {
    const cannot =
      (train: string, from = mixed()) =>
      () =>
        chosen(from, { train: [train] });
    const refused = (message: string) => expect.objectContaining({ code: "ONNX_UNSUPPORTED", message });
    expect(cannot("halves")).toThrow(
      refused('what halves matches can\'t train: "halves" is of float16; only float trains'),
    );
    expect(cannot("held")).toThrow(
      refused('what held matches can\'t train: "held" is held by a Constant node: take liftWeights(model)'),
    );
    expect(cannot("held", liftWeights(mixed()))).not.toThrow();
  });

  it("sees uses within a node's graphs", () => {
    const g = new GraphBuilder("branches");
    const w = g.named("w", counted(2));
    const x = g.input("x", "float", [2]);
    const branch = (name: string) => {
      const inner = g.subgraph(name);
      inner.output(inner.add(x, w), name);
      return inner.build();
    };
    const attributes: Record<string, Attribute> = {
      then_branch: { kind: "graph", value: branch("yes") },
      else_branch: { kind: "graph", value: branch("no") },
    };
    g.output(g.op("If", [g.input("condition", "bool", [])], attributes), "y", { element: "float", shape: [2] });
    const again = decodeModel(encodeModel(g.model()));
    expect(weightsOf(again)[0]?.uses).toEqual(
      Array.from({ length: 2 }, () => ({ node: null, opType: null, input: 0 })),
    );
  });
});
