import { adamW, crossEntropy, type Tensor, Trainer, tensor, trainingProgram } from "onnx-train";
import { dataOf, modelOf, NETS, noise, planOf } from "./nets.js";

const MODELS = 3;
const RATES = [0.01, 0.03, 0.001];
// A bias before batch normalisation has no gradient but rounding errors, which Adam blows up.
const trains = (name: string) => name !== "bias";
const options = { loss: crossEntropy({ logits: "scores" }), optimizer: adamW({ decay: 0.1 }), trains };

/** Weights for each model, other than those that the model came with. */
function weightsOf(initial: ReadonlyMap<string, Tensor>, model: number): Map<string, Tensor> {
  return new Map(
    [...initial].map(([name, { dims, data }], at) => {
      const values = noise(data.length, 0.1 * at + 0.3 * model).map((value) => 0.5 + 0.4 * value);
      return [name, tensor("float", dims, values)];
    }),
  );
}

describe.each(Object.entries(NETS))("several models of a %s at once", (_, { shape, build }) => {
  const model = modelOf(shape, build);
  const data = dataOf(shape);
  const single = trainingProgram({ model, ...options });
  const several = trainingProgram({ model, ...options, models: MODELS });
  const plans = [planOf(6, 8, 5), planOf(6, 8, 7), planOf(6, 8, 11)];

  it("learn what each learns by itself, from rows and hyper-parameters of its own", async () => {
    const together = await Trainer.open(several);
    const weights = plans.map((__, at) => weightsOf(several.initial, at));
    const each = plans.map(({ data: rows }) => [...(rows as BigInt64Array)]);
    const order = Array.from({ length: 6 }, (__, step) => each.map((rows) => rows.slice(step * 8, step * 8 + 8))).flat(
      2,
    );
    const seed = [4, 5, 6];
    const all = await together.run(together.start({ weights }), {
      data,
      plan: tensor("int64", [6, MODELS, 8], order),
      hyper: (__, at) => ({ rate: RATES[at] as number }),
      seed,
    });
    const alone = await Trainer.open(single);
    for (const [at, plan] of plans.entries()) {
      const start = alone.start({ weights: weights[at] as Map<string, Tensor> });
      const one = await alone.run(start, {
        data,
        plan,
        hyper: () => ({ rate: RATES[at] as number }),
        seed: seed[at] as number,
      });
      expect(one.outcomes).toEqual([{ code: "DONE" }]);
      for (const [step, loss] of one.losses.entries()) {
        expect(all.losses[step * MODELS + at]).toBeCloseTo(loss, 5);
        expect(all.norms[step * MODELS + at]).toBeCloseTo(one.norms[step] as number, 4);
      }
      const learned = together.weights(all.state, at);
      for (const [name, { data: values }] of alone.weights(one.state))
        for (const [index, value] of (values as Float32Array).entries())
          expect(learned.get(name)?.data[index]).toBeCloseTo(value, 4);
    }
    await Promise.all([together.release(), alone.release()]);
  });

  it("end at the same bits however the steps are cut into chunks", async () => {
    const trainer = await Trainer.open(several);
    const whole = planOf(7, 4);
    const once = await trainer.run(trainer.start(), { data, plan: whole });
    let state = trainer.start();
    for (const [from, to] of [
      [0, 1],
      [1, 5],
      [5, 7],
    ] as const) {
      const rows = (whole.data as BigInt64Array).slice(from * 4, to * 4);
      ({ state } = await trainer.run(state, { data, plan: tensor("int64", [to - from, 4], rows) }));
    }
    expect(state).toEqual(once.state);
    await trainer.release();
  });
});

describe("several models at once", () => {
  const { shape, build } = NETS.mlp;
  const model = modelOf(shape, build);
  const data = dataOf(shape);

  it("go on where one of them breaks, which ends before that step", async () => {
    const trainer = await Trainer.open(trainingProgram({ model, ...options, models: MODELS }));
    const hyper = (step: number, at: number) => ({ rate: at === 1 && step === 3 ? 1e39 : 0.01 });
    const broken = await trainer.run(trainer.start(), { data, plan: planOf(6, 8), hyper });
    const whole = await trainer.run(trainer.start(), { data, plan: planOf(6, 8), hyper: () => ({ rate: 0.01 }) });
    const part = await trainer.run(trainer.start(), { data, plan: planOf(2, 8), hyper });
    expect(broken.outcomes).toEqual([
      { code: "DONE" },
      { code: "NOT_FINITE", step: 3, what: "weights" },
      { code: "DONE" },
    ]);
    expect(broken.state.step).toBe(6);
    for (const at of [0, 2]) expect(trainer.weights(broken.state, at)).toEqual(trainer.weights(whole.state, at));
    expect(trainer.weights(broken.state, 1)).toEqual(trainer.weights(part.state, 1));
    await trainer.release();
  });

  it("are told how many weights they need", async () => {
    const trainer = await Trainer.open(trainingProgram({ model, ...options, models: MODELS }));
    expect(() => trainer.start({ weights: [new Map()] })).toThrow("weights for 1 models were given to a program of 3");
    await expect(
      trainer.run(trainer.start(), { data, plan: tensor("int64", [1, 2, 2], [0, 1, 2, 3]) }),
    ).rejects.toThrow("a plan is int64 [steps, batch] or [steps, 3, batch], not int64 [1, 2, 2]");
    expect(() => trainingProgram({ model, ...options, models: 0 })).toThrow(
      "expected a whole number of 1 or more, got 0",
    );
    await trainer.release();
  });
});
