import {
  adam,
  checkModel,
  chosen,
  crossEntropy,
  dense,
  encodeModel,
  GraphBuilder,
  Scope,
  Trainer,
  tensor,
  trainingProgram,
  transformerEncoder,
  withHead,
  withWeights,
} from "onnx-train";
import { ALL_ROWS, away, dataOf, described, exported, heldIn, run } from "./models.js";

const classifier = (units: number) => (scope: Scope, h: Parameters<typeof dense>[1]) =>
  dense(scope, scope.g.relu(h), { units });
describe("a new head", () => {
  const model = exported("mlp-17");
  const hidden = "/Sigmoid_output_0";

  it("takes the place of what came after the cut, and all that only that needed", () => {
    const before = described(model);
    const after = withHead(model, { at: hidden, build: classifier(2), output: "choice", seed: 1 });
    expect(checkModel(after)).toEqual([]);
    expect(described(after)).toEqual({
      inputs: ["x"],
      outputs: [["choice", ["N", 2]]],
      nodes: [...before.nodes.slice(0, -1), "Relu_0", "Gemm_1"],
      weights: [...before.weights.filter((name) => !name.startsWith("fc2")), "head/weight", "head/bias"],
    });
    expect(described(model)).toEqual(before);
  });

  it("may stand beside the outputs that were there, which stay the same", async () => {
    const { x } = dataOf("mlp");
    const beside = withHead(model, {
      at: "scores",
      build: classifier(4),
      output: "more",
      name: "other",
      seed: 1,
      keep: true,
    });
    expect(described(beside).outputs.map(([name]) => name)).toEqual(["scores", "more"]);
    const results = await run(beside, { x });
    expect(results.scores).toEqual((await run(model, { x })).scores);
    const weight = heldIn(beside).get("other/weight")?.data as Float32Array;
    const expected = Array.from({ length: 6 * 4 }, (_, at) =>
      [0, 1, 2].reduce((sum, k) => {
        const score = Number(results.scores?.data[Math.floor(at / 4) * 3 + k]);
        return sum + Math.max(0, score) * Number(weight[k * 4 + (at % 4)]);
      }, 0),
    );
    expect(away(results.more?.data as Float32Array, expected)).toBeLessThan(1e-5);
  });

  it("trains on features that stay, and goes out as a plain model", async () => {
    const { x, target } = dataOf("mlp");
    const start = withHead(model, { at: hidden, build: classifier(3), output: "scores", seed: 1 });
    const trains = chosen(start, { train: ["head/*"] });
    const program = trainingProgram({
      model: start,
      loss: crossEntropy({ logits: "scores" }),
      optimizer: adam({ rate: 0.1 }),
      trains,
    });
    const trainer = await Trainer.open(program);
    const { state, losses } = await trainer.run(trainer.start(), { data: { x, target }, plan: ALL_ROWS });
    const after = withWeights(start, trainer.weights(state));
    await trainer.release();
    expect(Number(losses.at(-1))).toBeLessThan(Number(losses[0]));
    for (const [name, held] of heldIn(after))
      expect([name, held === heldIn(start).get(name)]).toEqual([name, !trains(name)]);
    expect(encodeModel(after).length).toBe(encodeModel(start).length);
  });

  it("can start from anything between: of a transformer, a sequence's features", async () => {
    const g = new GraphBuilder("sequence");
    const tokens = g.input("tokens", "int64", ["N", 4]);
    g.output(transformerEncoder(new Scope(g, 1), tokens, { tokens: 9, width: 8, heads: 2, blocks: 1 }), "features");
    const tagged = withHead(g.model(), {
      at: "features",
      build: (scope, h) => dense(scope, h, { units: 3 }),
      output: "tags",
      seed: 2,
    });
    const { tags } = await run(tagged, { tokens: tensor("int64", [1, 4], [1, 2, 3, 4]) });
    expect(tags?.dims).toEqual([1, 4, 3]);
  });

  it("gives way with its inner names, and refuses outer ones that are taken", () => {
    const twice = (output: string, name?: string) => {
      const first = withHead(model, { at: hidden, build: classifier(3), output: "a", seed: 1, keep: true });
      return withHead(first, {
        at: hidden,
        build: classifier(3),
        output,
        ...(name === undefined ? {} : { name }),
        seed: 1,
        keep: true,
      });
    };
    const both = described(twice("b", "second"));
    expect(both.nodes.slice(-4)).toEqual(["Relu_0", "Gemm_1", "Relu_0_1", "Gemm_1_1"]);
    expect(() => twice("b")).toThrow('has a value "head/weight" already');
    expect(() => twice("a", "second")).toThrow('has a value "a" already');
  });

  it("names what there is to cut at, and asks for a shape that can't be told", () => {
    const cut = (at: string) => () => withHead(model, { at, build: classifier(2), output: "y", seed: 1 });
    expect(cut("/Sigmoid_0")).toThrow(/^there is no value "\/Sigmoid_0" to cut at; there are "\/Sigmoid_output_0", /);
    const strange = new GraphBuilder("strange", { domains: { elsewhere: 1 } });
    const x = strange.input("x", "float", ["N", 2]);
    const h = strange.op("Unknown", [x], {}, { domain: "elsewhere" });
    strange.output(h, "y", { element: "float", shape: ["N", 2] });
    const unknown = strange.model();
    h.type = null;
    const options = { at: "y", build: classifier(2), output: "z", seed: 1 };
    expect(() => withHead(unknown, options)).toThrow('the shape of "y" can\'t be told: give it as type');
    const told = withHead(unknown, { ...options, type: { element: "float", shape: ["N", 2] } });
    expect(described(told).outputs).toEqual([["z", ["N", 2]]]);
  });
});
