import {
  adagrad,
  adam,
  adamW,
  averaged,
  binaryCrossEntropy,
  clipByNorm,
  clipByValue,
  clipWeights,
  cosineDistance,
  crossEntropy,
  distillation,
  GraphBuilder,
  huber,
  klDivergence,
  type Loss,
  lion,
  momentum,
  nesterov,
  type Optimizer,
  quantile,
  rmsProp,
  scheduleFree,
  sgd,
  squaredError,
  sumOf,
  type Tensor,
  Trainer,
  tensor,
  towards,
  trainingProgram,
} from "onnx-train";

const [ROWS, TIME, CLASSES, STEPS, BATCH] = [8, 3, 4, 6, 4];
const count = (dims: readonly number[]) => dims.reduce((product, size) => product * size, 1);
const filled = (element: "float" | "int64" | "bool", dims: readonly number[], value: (at: number) => number) =>
  tensor(
    element,
    dims,
    Array.from({ length: count(dims) }, (_, at) => value(at)),
  );
const wave = (...dims: number[]) => filled("float", dims, (at) => Math.sin(1.7 * at + dims.length));
const chances = (...dims: number[]) => filled("float", dims, (at) => [0.1, 0.2, 0.3, 0.4][at % CLASSES] ?? 0);
const classes = (...dims: number[]) => filled("int64", dims, (at) => (at * 7) % CLASSES);
const mask = (...dims: number[]) => filled("bool", dims, (at) => Math.min(1, at % 3));
const weights = filled("float", [ROWS], (at) => at % 3);

function net(input: readonly number[]) {
  const g = new GraphBuilder("net");
  const y = g.matmul(g.input("x", "float", ["N", ...input]), g.named("w", wave(5, CLASSES)));
  g.output(g.add(y, g.named("b", wave(CLASSES))), "y");
  return g.model();
}

interface Case {
  readonly loss?: Loss;
  readonly data?: Readonly<Record<string, Tensor>>;
  readonly input?: readonly number[];
  readonly optimizer?: Optimizer;
}

const [logits, output] = ["y", "y"];
const labels = { loss: crossEntropy({ logits }), data: { target: classes(ROWS) } };
const counted = { weights: "weights", mask: "mask" };

const CASES: Readonly<Record<string, Case>> = {
  "cross entropy of sequences": {
    loss: crossEntropy({ logits, shape: [TIME] }),
    data: { target: classes(ROWS, TIME) },
    input: [TIME, 5],
  },
  "cross entropy with all extras": {
    loss: crossEntropy({
      logits,
      shape: ["time"],
      classWeights: [1, 2, 3, 0.5],
      smoothing: 0.1,
      ignore: 2,
      ...counted,
    }),
    data: { target: classes(ROWS, TIME), weights, mask: mask(ROWS, TIME) },
    input: [TIME, 5],
  },
  "cross entropy with chances": {
    loss: crossEntropy({ logits, targets: "chances", shape: [TIME], mask: "mask" }),
    data: { target: chances(ROWS, TIME, CLASSES), mask: mask(ROWS, TIME) },
    input: [TIME, 5],
  },
  binary: {
    loss: binaryCrossEntropy({ logits, shape: [CLASSES], positiveWeight: 2, weights: "weights" }),
    data: { target: chances(ROWS, CLASSES), weights },
  },
  huber: {
    loss: huber({ output, shape: [CLASSES], ...counted }),
    data: { target: wave(ROWS, CLASSES), weights, mask: mask(ROWS, CLASSES) },
  },
  quantiles: {
    loss: quantile({ output, quantiles: [0.1, 0.2, 0.5, 0.9], mask: "mask" }),
    data: { target: wave(ROWS), mask: mask(ROWS) },
  },
  divergence: { loss: klDivergence({ logits }), data: { target: chances(ROWS, CLASSES) } },
  distillation: {
    loss: distillation({ logits, temperature: 2, hard: { share: 0.3 }, mask: "mask" }),
    data: { teacher: wave(ROWS, CLASSES), target: classes(ROWS), mask: mask(ROWS) },
  },
  cosine: {
    loss: cosineDistance({ output, width: CLASSES, alike: "alike", margin: 0.1, weights: "weights" }),
    data: { target: wave(ROWS, CLASSES), alike: mask(ROWS), weights },
  },
  "a sum": {
    loss: sumOf([
      { loss: crossEntropy({ logits }) },
      { loss: squaredError({ output, shape: [CLASSES], target: "goal" }), weight: 0.5 },
    ]),
    data: { target: classes(ROWS), goal: wave(ROWS, CLASSES) },
  },
  momentum: { optimizer: momentum({ dampening: 0.1, decay: 0.1 }) },
  nesterov: { optimizer: nesterov() },
  rmsProp: { optimizer: rmsProp({ centered: true, momentum: 0.5 }) },
  adagrad: { optimizer: adagrad() },
  adamW: { optimizer: adamW() },
  lion: { optimizer: lion({ decay: 0.1 }) },
  "schedule-free": { optimizer: scheduleFree({ warmup: 3, decay: 0.1 }) },
  "all wrappers": {
    optimizer: [
      (inner: Optimizer) => clipByNorm(inner, { maxNorm: 0.5 }),
      (inner: Optimizer) => clipByValue(inner, { maxValue: 0.1 }),
      (inner: Optimizer) => averaged(inner, { averageDecay: 0.9 }),
      (inner: Optimizer) => towards(inner, { pull: 0.1, importance: true }),
      (inner: Optimizer) => clipWeights(inner, { maxWeight: 0.7, scaled: true }),
    ].reduce((optimizer, wrap) => wrap(optimizer), adam()),
  },
};

const hyperOf = (model: number) => ({ rate: 0.05 * (model + 1) });
const order = (model: number) =>
  Array.from({ length: STEPS }, (_, step) =>
    Array.from({ length: BATCH }, (__, at) => ((step * BATCH + at) * 5 + model * 3) % ROWS),
  );

describe("two models at once, of rates and rows of their own, end where each ends alone", () => {
  it.each(Object.entries(CASES))(
    "%s",
    async (_, { loss = labels.loss, data = labels.data, input = [5], optimizer = sgd() }) => {
      const rows = { x: wave(ROWS, ...input), ...data };
      const open = (models?: number) =>
        Trainer.open(
          trainingProgram({ model: net(input), loss, optimizer, ...(models === undefined ? {} : { models }) }),
        );
      const both = await open(2);
      const together = order(0).flatMap((batch, step) => [...batch, ...(order(1)[step] ?? [])]);
      const plan = tensor("int64", [STEPS, 2, BATCH], together);
      const { state } = await both.run(both.start(), { data: rows, plan, hyper: (__, model) => hyperOf(model) });
      const alone = await open();
      for (const model of [0, 1]) {
        const chunk = {
          data: rows,
          plan: tensor("int64", [STEPS, BATCH], order(model).flat()),
          hyper: () => hyperOf(model),
        };
        const single = alone.weights((await alone.run(alone.start(), chunk)).state);
        for (const [name, held] of both.weights(state, model)) {
          const expected = Array.from(single.get(name)?.data as Float32Array);
          const worst = expected.map((value, at) => Math.abs(value - Number(held.data[at])));
          expect([name, Math.max(...worst) < 2e-6 ? "near" : worst]).toEqual([name, "near"]);
        }
      }
      await Promise.all([both.release(), alone.release()]);
    },
  );
});
