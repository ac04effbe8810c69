import { crossEntropy, deadShare, sgd, type Tensor, Trainer, tensor, trainingProgram } from "onnx-train";
import { CLASSES, dataOf, modelOf, NETS, planOf } from "./nets.js";

const loss = crossEntropy({ logits: "scores" });
const optimizer = sgd({ rate: 0 });
const data = dataOf([4]);
const units = 3;
/** The second unit is silent for every row, the third says x0. */
const W = tensor("float", [4, units], [1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
const B = tensor("float", [units], [0, -1, 0]);

const model = modelOf([4], ({ g }, x) => {
  const h = g.relu(g.gemm(x, g.named("w", W), g.named("b", B)));
  return g.matmul(h, g.named("out", tensor("float", [units, CLASSES], new Float32Array(units * CLASSES).fill(0.1))));
});

describe("statistics of training", () => {
  it.each([
    ["one model", undefined],
    ["two models at once", 2],
  ])("tell the mean activity of each unit, of %s", async (_, models) => {
    const statistics = { activations: true } as const;
    const trainer = await Trainer.open(
      trainingProgram({ model, loss, optimizer, statistics, ...(models === undefined ? {} : { models }) }),
    );
    const { activity } = await trainer.run(trainer.start(), { data, plan: planOf(3, 8) });
    // Three steps of eight: every row once.
    const rows = Array.from({ length: 24 }, (__, row) => Array.from(data.x.data.slice(row * 4, row * 4 + 4), Number));
    const expected = [([a = 0, b = 0]: number[]) => a + b, () => 0, ([a = 0]: number[]) => a].map(
      (unit) => rows.reduce((sum, row) => sum + Math.max(0, unit(row)), 0) / 24,
    );
    const [found = []] = Object.values(activity);
    expect(found.length).toBe(units * (models ?? 1));
    for (const [at, value] of found.entries()) expect(value).toBeCloseTo(expected[at % units] as number, 5);
    expect(deadShare(found.slice(0, units))).toBeCloseTo(1 / 3);
    await trainer.release();
  });

  it("count channels as units behind a convolution", async () => {
    const { shape, build } = NETS.convolution;
    const program = trainingProgram({
      model: modelOf(shape, build),
      loss,
      optimizer,
      statistics: { activations: true },
    });
    expect(program.watches.map((watch) => watch.units)).toEqual([2]);
  });

  it("tell the gradient's norm of each tensor", async () => {
    const program = trainingProgram({ model, loss, optimizer, statistics: { eachNorm: true } });
    const trainer = await Trainer.open(program);
    const { norms, each } = await trainer.run(trainer.start(), { data, plan: planOf(2, 8) });
    expect(program.parameters.map(({ name }) => name)).toEqual(["w", "b", "out"]);
    for (const [step, norm] of norms.entries())
      expect(Math.hypot(...each.slice(step * 3, step * 3 + 3))).toBeCloseTo(norm, 5);
    await trainer.release();
  });

  it("name a value that the model doesn't make", () => {
    const statistics = { activations: ["hidden"] };
    expect(() => trainingProgram({ model, loss, optimizer, statistics })).toThrow('makes no value called "hidden"');
  });
});

describe("settings", () => {
  it("give some of what trains other hyper-parameters", async () => {
    const settings = [{ has: (name: string) => name === "w", adjust: () => ({ rate: 0 }) }];
    const trainer = await Trainer.open(trainingProgram({ model, loss, optimizer: sgd({ rate: 0.1 }), settings }));
    const { state } = await trainer.run(trainer.start(), { data, plan: planOf(2, 8) });
    const learned = trainer.weights(state);
    expect(learned.get("w")).toEqual(W);
    expect((learned.get("out") as Tensor).data[0]).not.toBeCloseTo(0.1, 5);
    await trainer.release();
  });
});
