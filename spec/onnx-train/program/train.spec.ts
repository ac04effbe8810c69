import { adam, crossEntropy, ProgramCache, type TrainOptions, train, trainingProgram } from "onnx-train";
import { dataOf, modelOf, NETS, ROWS } from "./nets.js";

const { shape, build } = NETS.dropout;
const data = dataOf(shape);
const options = {
  model: modelOf(shape, build),
  loss: crossEntropy({ logits: "scores" }),
  optimizer: adam({ rate: 0.02 }),
};
const run: TrainOptions = { data, batch: 8, epochs: 20, seed: 3 };

const cache = new ProgramCache();
afterAll(() => cache.release());

async function trained(more: Partial<TrainOptions> = {}, models?: number) {
  const trainer = await cache.open(trainingProgram({ ...options, ...(models === undefined ? {} : { models }) }));
  const losses: number[] = [];
  const onChunk: TrainOptions["onChunk"] = (progress) => {
    losses.push(...progress.losses);
    return more.onChunk?.(progress);
  };
  const result = await train(trainer, { ...run, ...more, onChunk });
  await trainer.release();
  return { ...result, losses };
}

describe("train", () => {
  it("takes every row once an epoch, and learns", async () => {
    const { losses, outcomes, state } = await trained({ epochs: 100, hyper: () => ({ dropout: 0 }) });
    expect([losses.length, state.step, outcomes]).toEqual([300, 300, [{ code: "DONE" }]]);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(losses.slice(-30))).toBeLessThan(0.8 * mean(losses.slice(0, 30)));
  });

  it("ends at the same bits for every size of a chunk, and when it goes on from a stored state", async () => {
    const once = await trained();
    for (const chunk of [1, 2, 7]) expect((await trained({ chunk })).state).toEqual(once.state);
    const half = await trained({ steps: 25 });
    expect(half.state.step).toBe(25);
    const stored = structuredClone(half.state);
    expect((await trained({ state: stored })).state).toEqual(once.state);
  });

  it("stops where it is told to, and says so", async () => {
    const stopped = await trained({ chunk: 2, onChunk: ({ state }) => (state.step >= 4 ? "stop" : undefined) });
    expect([stopped.outcomes, stopped.state.step]).toEqual([[{ code: "STOPPED" }], 5]);
    const controller = new AbortController();
    const cancelled = await trained({ signal: controller.signal, onChunk: () => controller.abort() });
    expect([cancelled.outcomes, cancelled.state.step]).toEqual([[{ code: "CANCELLED" }], ROWS / 8]);
  });

  it("leaves a model that broke as it was, and the others go on", async () => {
    const hyper = (step: number, model: number) => ({ rate: model === 0 && step === 5 ? 1e39 : 0.02 });
    const { outcomes, state } = await trained({ hyper }, 2);
    expect(outcomes).toEqual([{ code: "NOT_FINITE", step: 5, what: "weights" }, { code: "DONE" }]);
    const before = await trained({ steps: 4, hyper }, 2);
    const first = (parts: readonly Float32Array[]) => parts.map((part) => part.slice(0, part.length / 2));
    expect(first(state.parts)).toEqual(first(before.state.parts));
    expect(state.step).toBe(60);
  });

  it("refuses counts that are none", async () => {
    await expect(trained({ batch: 0 })).rejects.toThrow("train: batch: expected a whole number of 1 or more, got 0");
    await expect(trained({ chunk: 0.5 })).rejects.toThrow(
      "train: chunk: expected a whole number of 1 or more, got 0.5",
    );
    await expect(trained({ batch: 100 })).rejects.toThrow("24 rows don't make one batch of 100");
  });
});

describe("a cache of programs", () => {
  it("compiles programs that differ in values only once", async () => {
    const cache = new ProgramCache({ capacity: 1 });
    const other = modelOf(shape, build, 2);
    const [a, b] = await Promise.all([
      cache.open(trainingProgram(options)),
      cache.open(trainingProgram({ ...options, model: other, optimizer: adam({ rate: 0.5, beta1: 0.5 }) })),
    ]);
    expect(cache.size).toBe(1);
    const alone = await trained();
    expect((await train(a, run)).state).toEqual(alone.state);
    await a.release();
    await a.release();
    expect((await train(b, run)).state).not.toEqual(alone.state);
    await b.release();
    const third = await cache.open(trainingProgram({ ...options, optimizer: adam({ decay: 0.1 }) }));
    expect(cache.size).toBe(2);
    await third.release();
    expect(cache.size).toBe(1);
    await cache.release();
    expect(cache.size).toBe(0);
  });
});
