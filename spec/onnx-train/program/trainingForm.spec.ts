import {
  adam,
  crossEntropy,
  encodeModel,
  GraphBuilder,
  type Loss,
  openSession,
  Scope,
  sgd,
  Trainer,
  tensor,
  trainingProgram,
  withWeights,
} from "onnx-train";
import { CLASSES, dataOf, modelOf, normalised, planOf, ROWS } from "./nets.js";

const UNITS = 50;
/** The mean of an output. */
const MEAN: Loss = { data: {}, build: ({ g, output }) => g.reduceMean(output("scores")) };

/** The loss is the mean of what dropout makes of ones. */
async function dropoutTrainer(): Promise<Trainer> {
  const g = new GraphBuilder("dropout");
  const w = g.named("w", tensor("float", [1], [1]));
  const x = g.input("x", "float", ["N", UNITS]);
  g.output(g.mul(g.op("Dropout", [x, g.float(0.25)]), w), "scores");
  return Trainer.open(trainingProgram({ model: g.model(), loss: MEAN, optimizer: adam({ rate: 0 }) }));
}

const opened = dropoutTrainer();
afterAll(async () => (await opened).release());

async function dropped(steps: number, seed: number, dropout?: number): Promise<number[]> {
  const trainer = await opened;
  const data = { x: tensor("float", [ROWS, UNITS], new Float32Array(ROWS * UNITS).fill(1)) };
  const hyper = () => (dropout === undefined ? {} : { dropout });
  const { losses } = await trainer.run(trainer.start(), { data, plan: planOf(steps, 8), seed, hyper });
  return [...losses];
}

describe("dropout while training", () => {
  it("leaves out the share that the model says, and scales what stays up", async () => {
    const losses = await dropped(200, 1);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / losses.length;
    // A value is 0 with chance 1/4, else 4/3: variance 1/3, of means of 400 values.
    const expected = 1 / 3 / (8 * UNITS);
    expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(expected / 200));
    expect(variance / expected).toBeGreaterThan(0.6);
    expect(variance / expected).toBeLessThan(1.5);
  });

  it("follows from the seed", async () => {
    const once = await dropped(5, 1);
    expect(await dropped(5, 1)).toEqual(once);
    expect(await dropped(5, 2)).not.toEqual(once);
    expect(new Set(once).size).toBe(5);
  });

  it("takes another share as a hyper-parameter of the step", async () => {
    expect(await dropped(3, 1, 0)).toEqual([1, 1, 1]);
    const losses = await dropped(200, 1, 0.9);
    const variance = losses.reduce((sum, loss) => sum + (loss - 1) ** 2, 0) / losses.length;
    expect(variance / (9 / (8 * UNITS))).toBeGreaterThan(0.6);
    expect(variance / (9 / (8 * UNITS))).toBeLessThan(1.5);
    await expect(dropped(1, 1, 1)).rejects.toThrow("dropout of step 1: expected a number of 0 or more, below 1, got 1");
  });
});

describe("batch normalisation while training", () => {
  const shape = [4];
  const model = modelOf(shape, (scope, x) => {
    const w = scope.weight("w", [4, CLASSES], "glorot", { inputs: 4, outputs: CLASSES });
    return scope.g.matmul(normalised(scope, x, 4), w);
  });
  const data = dataOf(shape);
  const options = { model, loss: crossEntropy({ logits: "scores" }), optimizer: sgd({ rate: 0.1 }) };

  /** Mean and variance of the rows of a step, feature by feature. */
  function statistics(rows: readonly number[]) {
    const column = (at: number) => rows.map((row) => Number(data.x.data[row * 4 + at]));
    return [0, 1, 2, 3].map((at) => {
      const mean = column(at).reduce((sum, value) => sum + value, 0) / rows.length;
      return { mean, variance: column(at).reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows.length };
    });
  }

  it("keeps running statistics of the batches, which the trained model then uses", async () => {
    const trainer = await Trainer.open(trainingProgram(options));
    const plan = planOf(2, 8);
    const { state } = await trainer.run(trainer.start(), { data, plan });
    const learned = trainer.weights(state);
    const rows = [...(plan.data as BigInt64Array)].map(Number);
    const [first, second] = [statistics(rows.slice(0, 8)), statistics(rows.slice(8))];
    for (const at of [0, 1, 2, 3]) {
      const [a, b] = [first[at], second[at]] as const;
      const mean = 0.8 * 0.2 * Number(a?.mean) + 0.2 * Number(b?.mean);
      const variance = 0.8 * (0.8 + 0.2 * Number(a?.variance)) + 0.2 * Number(b?.variance);
      expect(learned.get("mean")?.data[at]).toBeCloseTo(mean, 6);
      expect(learned.get("variance")?.data[at]).toBeCloseTo(variance, 6);
    }
    const session = await openSession(encodeModel(withWeights(model, learned)));
    const { scores } = await session.run({ x: data.x });
    const value = (name: string, at: number) => Number(learned.get(name)?.data[at]);
    const expected = [0, 1, 2, 3].reduce((sum, at) => {
      const normal = (Number(data.x.data[at]) - value("mean", at)) / Math.sqrt(value("variance", at) + 1e-3);
      return sum + (normal * value("scale", at) + value("shift", at)) * value("w", at * CLASSES);
    }, 0);
    expect(scores?.data[0]).toBeCloseTo(expected, 4);
    await Promise.all([session.release(), trainer.release()]);
  });

  it("leaves running statistics alone where neither scale nor shift trains", async () => {
    const program = trainingProgram({ ...options, trains: (name) => name === "w" });
    const trainer = await Trainer.open(program);
    const { state } = await trainer.run(trainer.start(), { data, plan: planOf(2, 8) });
    expect([...trainer.weights(state).keys()]).toEqual(["w"]);
    await trainer.release();
  });
});

describe("models of other opsets", () => {
  it("train at their own where it is newer", async () => {
    const g = new GraphBuilder("newer", { opset: 21 });
    g.output(g.matmul(g.input("x", "float", ["N", 4]), new Scope(g, 1).weight("w", [4, CLASSES], "glorot")), "scores");
    const program = trainingProgram({
      ...{ loss: crossEntropy({ logits: "scores" }), optimizer: adam() },
      model: g.model(),
    });
    expect(program.model.opsets[""]).toBe(21);
    const trainer = await Trainer.open(program);
    const { losses } = await trainer.run(trainer.start(), { data: dataOf([4]), plan: planOf(40, 8) });
    expect(losses[39]).toBeLessThan(Number(losses[0]));
    await trainer.release();
  });
});
