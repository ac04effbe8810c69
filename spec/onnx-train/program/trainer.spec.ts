import {
  adam,
  crossEntropy,
  encodeModel,
  epochPlan,
  GraphBuilder,
  type Model,
  momentum,
  openSession,
  type Tensor,
  Trainer,
  type TrainingState,
  tensor,
  trainingProgram,
  withWeights,
} from "onnx-train";

const CLASSES = 3;

/** Deterministic noise in [-1, 1). */
function noise(count: number, phase = 0): number[] {
  return Array.from({ length: count }, (_, at) => (((at + 1) * 0.6180339887498949 + phase) % 1) * 2 - 1);
}

function linear(): Model {
  const g = new GraphBuilder("linear");
  const w = g.named("w", tensor("float", [4, CLASSES], noise(4 * CLASSES)));
  const b = g.named("b", tensor("float", [CLASSES], noise(CLASSES, 0.3)));
  g.output(g.gemm(g.input("x", "float", ["N", 4]), w, b), "scores");
  return g.model();
}

const ROWS = 12;
const DATA = {
  x: tensor("float", [ROWS, 4], noise(ROWS * 4, 0.1)),
  target: tensor(
    "int64",
    [ROWS],
    Array.from({ length: ROWS }, (_, row) => row % CLASSES),
  ),
};

function plan(steps: number, batch: number): Tensor {
  return tensor(
    "int64",
    [steps, batch],
    Array.from({ length: steps * batch }, (_, at) => (at * 5) % ROWS),
  );
}

function initial({ graph }: Model): Map<string, Tensor> {
  return new Map([...graph.initializers].map(([value, held]) => [value.name, held]));
}

/** The same training, written out: softmax regression by Adam in double precision. */
function twin(graph: Model, order: Tensor, rate: number): { weights: number[]; losses: number[] } {
  const weights = [...initial(graph).values()].flatMap(({ data }) => Array.from(data as Float32Array));
  const [mean, square] = [weights.map(() => 0), weights.map(() => 0)];
  const [steps = 0, batch = 0] = order.dims;
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const gradient = weights.map(() => 0);
    let loss = 0;
    for (let index = 0; index < batch; index++) {
      const row = Number(order.data[step * batch + index]);
      const x = [...Array(4).keys()].map((at) => Number(DATA.x.data[row * 4 + at]));
      const scores = [...Array(CLASSES).keys()].map((k) =>
        x.reduce((sum, value, at) => sum + value * Number(weights[at * CLASSES + k]), Number(weights[4 * CLASSES + k])),
      );
      const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
      const target = Number(DATA.target.data[row]);
      loss -= (Number(scores[target]) - Math.log(total)) / batch;
      for (const [k, score] of scores.entries()) {
        const error = (Math.exp(score) / total - (k === target ? 1 : 0)) / batch;
        for (const [at, value] of x.entries())
          gradient[at * CLASSES + k] = Number(gradient[at * CLASSES + k]) + value * error;
        gradient[4 * CLASSES + k] = Number(gradient[4 * CLASSES + k]) + error;
      }
    }
    losses.push(loss);
    gradient.forEach((value, at) => {
      mean[at] = 0.9 * Number(mean[at]) + 0.1 * value;
      square[at] = 0.999 * Number(square[at]) + 0.001 * value * value;
      const [m, v] = [Number(mean[at]) / (1 - 0.9 ** (step + 1)), Number(square[at]) / (1 - 0.999 ** (step + 1))];
      weights[at] = Number(weights[at]) - (rate * m) / (Math.sqrt(v) + 1e-8);
    });
  }
  return { weights, losses };
}

describe("a training program", () => {
  const graph = linear();
  const program = trainingProgram({
    model: graph,
    loss: crossEntropy({ logits: "scores" }),
    optimizer: adam({ rate: 0.05 }),
  });

  it("takes the steps of the same training written out in double precision", async () => {
    const trainer = await Trainer.open(program);
    const { state, losses } = await trainer.run(trainer.start({ weights: initial(graph) }), {
      data: DATA,
      plan: plan(20, 6),
    });
    const expected = twin(graph, plan(20, 6), 0.05);
    for (const [step, loss] of expected.losses.entries()) expect(losses[step]).toBeCloseTo(loss, 5);
    const weights = [...trainer.weights(state).values()].flatMap(({ data }) => Array.from(data as Float32Array));
    for (const [at, weight] of expected.weights.entries()) expect(weights[at]).toBeCloseTo(weight, 4);
    await trainer.release();
  });

  it("ends at the same bits however the steps are cut into chunks", async () => {
    const trainer = await Trainer.open(program);
    const whole = plan(10, 4);
    const once = await trainer.run(trainer.start({ weights: initial(graph) }), { data: DATA, plan: whole });
    let state = trainer.start({ weights: initial(graph) });
    for (const [from, to] of [
      [0, 3],
      [3, 4],
      [4, 10],
    ] as const) {
      const part = tensor("int64", [to - from, 4], (whole.data as BigInt64Array).slice(from * 4, to * 4));
      ({ state } = await trainer.run(state, { data: DATA, plan: part }));
    }
    expect(state).toEqual(once.state);
    await trainer.release();
  });

  it("ends before the step that spoils the weights, and says which", async () => {
    const trainer = await Trainer.open(program);
    const hyper = (step: number) => (step === 4 ? { rate: 1e39 } : {});
    const broken = await trainer.run(trainer.start(), { data: DATA, plan: plan(8, 4), hyper });
    const whole = await trainer.run(trainer.start(), { data: DATA, plan: plan(3, 4), hyper });
    expect(broken.outcomes).toEqual([{ code: "NOT_FINITE", step: 4, what: "weights" }]);
    expect(broken.losses.length).toBe(5);
    expect(broken.state).toEqual(whole.state);
    const last = await trainer.run(trainer.start(), { data: DATA, plan: plan(4, 4), hyper });
    expect([last.outcomes, last.state]).toEqual([broken.outcomes, whole.state]);
    await trainer.release();
  });

  it("ends before the step of which the loss isn't finite", async () => {
    const trainer = await Trainer.open(program);
    const spoilt = { ...DATA, x: tensor("float", [ROWS, 4], new Float32Array(ROWS * 4).fill(Number.NaN)) };
    const start = trainer.start();
    const none = await trainer.run(start, { data: spoilt, plan: plan(2, 4) });
    expect([none.outcomes, none.state]).toEqual([[{ code: "NOT_FINITE", step: 1, what: "loss" }], start]);
    await trainer.release();
  });

  it("rids the state of denormal numbers, at the same steps for any cut into chunks", async () => {
    const g = new GraphBuilder("dead");
    const w = g.named("w", tensor("float", [2, CLASSES], noise(2 * CLASSES)));
    g.output(g.matmul(g.input("x", "float", ["N", 2]), w), "scores");
    const optimizer = momentum({ rate: 0.01, momentum: 0.9 });
    const trainer = await Trainer.open(
      trainingProgram({ model: g.model(), loss: crossEntropy({ logits: "scores" }), optimizer }),
    );
    // The second feature is always 0: nothing feeds the momentum of its weights. 1e-30 · 0.9^256 is 2e-42.
    const x = Array.from({ length: 2 * ROWS }, (_, at) => (at % 2 === 0 ? Number(DATA.x.data[2 * at]) : 0));
    const data = { x: tensor("float", [ROWS, 2], x), target: DATA.target };
    const start = trainer.start({
      slots: { velocity: new Map([["w", tensor("float", [2, CLASSES], new Float32Array(2 * CLASSES).fill(1e-30))]]) },
    });
    const denormals = ({ parts }: TrainingState) =>
      parts.flatMap((part) => [...part].filter((value) => value !== 0 && Math.abs(value) < 2 ** -126));
    const { state: before } = await trainer.run(start, { data, plan: plan(255, 4) });
    expect(denormals(before).length).toBe(CLASSES);
    const { state: once } = await trainer.run(start, { data, plan: plan(300, 4) });
    expect(denormals(once)).toEqual([]);
    let state = start;
    for (const steps of [100, 1, 155, 40, 4]) {
      const rows = (plan(300, 4).data as BigInt64Array).slice(state.step * 4, (state.step + steps) * 4);
      ({ state } = await trainer.run(state, { data, plan: tensor("int64", [steps, 4], rows) }));
    }
    expect(state).toEqual(once);
    await trainer.release();
  });

  it("gives the model back with what it learned", async () => {
    const trainer = await Trainer.open(program);
    const { state } = await trainer.run(trainer.start(), { data: DATA, plan: plan(5, 4) });
    const learned = trainer.weights(state);
    const session = await openSession(encodeModel(withWeights(graph, learned)));
    const { scores } = await session.run({ x: tensor("float", [1, 4], [0, 0, 0, 0]) });
    expect(scores?.data).toEqual(learned.get("b")?.data);
    expect(() => withWeights(graph, new Map([["v", tensor("float", [1], [1])]]))).toThrow('no initializer "v"');
    expect(() => withWeights(graph, new Map([["b", tensor("float", [1], [1])]]))).toThrow(
      "b is float [3] of 3, not float [1] of 1",
    );
    await Promise.all([session.release(), trainer.release()]);
  });

  it("refuses hyper-parameters that the optimizer doesn't have, or out of their range", async () => {
    const trainer = await Trainer.open(program);
    const run = (hyper: Record<string, number>) =>
      trainer.run(trainer.start(), { data: DATA, plan: plan(2, 4), hyper: (step) => (step === 2 ? hyper : {}) });
    await expect(run({ speed: 1 })).rejects.toThrow("adam, step 2: expected one of rate, beta1, beta2, epsilon, got");
    await expect(run({ rate: Number.NaN })).rejects.toMatchObject({ code: "ONNX_OPTION" });
    await expect(run({ beta1: 1 })).rejects.toThrow(
      "adam.beta1 of step 2: expected a number of 0 or more, below 1, got 1",
    );
    await trainer.release();
  });

  it("refuses what doesn't fit, by name", async () => {
    const trainer = await Trainer.open(program);
    const { x } = DATA;
    const start = trainer.start();
    const run = (data: Record<string, Tensor>, order = plan(1, 4)) => trainer.run(start, { data, plan: order });
    await expect(run({ x })).rejects.toThrow('no column "target"');
    await expect(run({ ...DATA, x: tensor("float", [6, 8], noise(48)) })).rejects.toThrow(
      'column "x" is float of [rows, 4]; the data have float of [6, 8] with 48 values',
    );
    await expect(run({ ...DATA, x: tensor("float", [6, 4], noise(24)) })).rejects.toThrow(
      'column "target" has 12 rows, "x" 6',
    );
    for (const row of [ROWS, -1])
      await expect(run(DATA, tensor("int64", [1, 2], [0, row]))).rejects.toThrow(
        `the plan takes row ${row}, and the data have rows 0 to 11`,
      );
    await expect(run(DATA, tensor("int64", [0, 2], []))).rejects.toThrow(
      "a plan is int64 [steps, batch], not int64 [0, 2]",
    );
    expect(() => trainer.start({ weights: new Map([["v", tensor("float", [1], [1])]]) })).toThrow(
      'weights: the program trains no "v"',
    );
    expect(() => trainer.start({ slots: { velocity: new Map() } })).toThrow(
      'start: slots: expected one of mean, square, got "velocity"',
    );
    expect(() => trainer.start({ weights: new Map([["b", tensor("float", [1], [1])]]) })).toThrow(
      "weights: b is float [3], not float [1]",
    );
    const other = { step: 0, parts: [new Float32Array(1)] };
    await expect(trainer.run(other, { data: DATA, plan: plan(1, 4) })).rejects.toThrow("it is of another program");
    await trainer.release();
  });
});

describe("an epoch's plan", () => {
  it("takes each row at most once, in another order for each seed and epoch", () => {
    const rows = (seed: number, epoch: number) =>
      Array.from(epochPlan({ rows: 10, batch: 4, seed, epoch }).data as BigInt64Array, Number);
    expect(rows(1, 0).length).toBe(8);
    expect(new Set(rows(1, 0)).size).toBe(8);
    expect(rows(1, 0)).toEqual(rows(1, 0));
    expect(rows(1, 1)).not.toEqual(rows(1, 0));
    expect(rows(2, 0)).not.toEqual(rows(1, 0));
    expect(() => epochPlan({ rows: 3, batch: 4, seed: 1, epoch: 0 })).toThrow("3 rows don't make one batch of 4");
  });
});
