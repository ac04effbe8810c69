import {
  averaged,
  crossEntropy,
  GraphBuilder,
  type Optimizer,
  scheduleFree,
  sgd,
  type Tensor,
  Trainer,
  tensor,
  towards,
  trainingProgram,
} from "onnx-train";

const ROWS = 8;
const wave = (count: number, phase: number) => Array.from({ length: count }, (_, at) => Math.sin(3 * at + phase));

function linear() {
  const g = new GraphBuilder("linear");
  const w = g.named("w", tensor("float", [4, 3], wave(12, 1)));
  const b = g.named("b", tensor("float", [3], wave(3, 2)));
  g.output(g.gemm(g.input("x", "float", ["N", 4]), w, b), "scores");
  return g.model();
}

const DATA = {
  x: tensor("float", [ROWS, 4], wave(4 * ROWS, 0)),
  target: tensor("int64", [ROWS], [0, 1, 2, 2, 1, 0, 0, 1]),
};
const plan = (steps: number) =>
  tensor(
    "int64",
    [steps, 4],
    Array.from({ length: 4 * steps }, (_, at) => (at * 3) % ROWS),
  );
const open = (optimizer: Optimizer) =>
  Trainer.open(trainingProgram({ model: linear(), loss: crossEntropy({ logits: "scores" }), optimizer }));
const flat = (weights: ReadonlyMap<string, Tensor>) =>
  [...weights.values()].flatMap(({ data }) => Array.from(data as Float32Array));

describe("slots of a training program", () => {
  it("hold an anchor that stays: a strong pull ends there, at the first weights or those given", async () => {
    const trainer = await open(towards(sgd({ rate: 0.01 }), { pull: 50 }));
    const first = flat(trainer.weights(trainer.start()));
    const anchor = new Map([
      ["w", tensor("float", [4, 3], wave(12, 5))],
      ["b", tensor("float", [3], wave(3, 6))],
    ]);
    const ends = async (start: Parameters<Trainer["start"]>[0]) => {
      const { state } = await trainer.run(trainer.start(start), { data: DATA, plan: plan(40) });
      return { state, weights: flat(trainer.weights(state)) };
    };
    const far = (a: readonly number[], b: readonly number[]) =>
      Math.max(...a.map((value, at) => Math.abs(value - Number(b[at]))));
    expect(far((await ends({})).weights, first)).toBeLessThan(0.05);
    const pulled = await ends({ slots: { anchor } });
    expect(far(pulled.weights, flat(anchor))).toBeLessThan(0.05);
    expect(pulled.state.parts[1]).toEqual(trainer.start({ slots: { anchor } }).parts[1]);
    await trainer.release();
  });

  it("give their average as the weights to use, and go on from a chunk's end to the same bits", async () => {
    for (const optimizer of [
      scheduleFree({ rate: 0.1, warmup: 3 }),
      averaged(sgd({ rate: 0.1 }), { averageDecay: 0.9 }),
    ]) {
      const trainer = await open(optimizer);
      const whole = await trainer.run(trainer.start(), { data: DATA, plan: plan(10) });
      const half = tensor("int64", [5, 4], (plan(10).data as BigInt64Array).slice(0, 20));
      const rest = tensor("int64", [5, 4], (plan(10).data as BigInt64Array).slice(20));
      const middle = await trainer.run(trainer.start(), { data: DATA, plan: half });
      expect((await trainer.run(middle.state, { data: DATA, plan: rest })).state).toEqual(whole.state);
      const at = 1 + optimizer.slots.findIndex(({ name }) => name === optimizer.result);
      expect(flat(trainer.weights(whole.state))).toEqual(Array.from(whole.state.parts[at] ?? []));
      expect(flat(trainer.weights(whole.state))).not.toEqual(Array.from(whole.state.parts[0] ?? []));
      await trainer.release();
    }
  });
});
