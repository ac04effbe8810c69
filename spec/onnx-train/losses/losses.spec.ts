import {
  absoluteError,
  adam,
  binaryCrossEntropy,
  cosineDistance,
  crossEntropy,
  distillation,
  encodeModel,
  GraphBuilder,
  huber,
  klDivergence,
  type Loss,
  lossModel,
  openSession,
  quantile,
  squaredError,
  sumOf,
  type Tensor,
  Trainer,
  tensor,
  trainingProgram,
} from "onnx-train";
import { expectGradients, spread } from "../autodiff/differences.js";
import { evaluated, lossGraph } from "./kit.js";

const logits = "scores";
const output = "scores";
const [ROWS, WIDTH] = [4, 3];
const floats = (...values: number[]) => tensor("float", [ROWS, WIDTH], values);
const scores = (scale: number) => spreadBy([ROWS, WIDTH], scale);

function spreadBy(dims: readonly number[], scale: number): Tensor {
  const { data } = spread(dims);
  return tensor(
    "float",
    dims,
    Array.from(data as Float32Array, (value) => value * scale),
  );
}

const numbers = tensor("int64", [ROWS], [2, 0, 1, 2]);
const truth = floats(0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1);
const chances = floats(0, 0.5, 0.5, 1, 0, 0, 0.2, 0.2, 0.6, 0, 0, 1);
const shape = [WIDTH];

/** Each with its data, but for mask and weights. */
const LOSSES: Readonly<Record<string, readonly [(more: object) => Loss, Readonly<Record<string, Tensor>>, number[]]>> =
  {
    "cross entropy": [(more) => crossEntropy({ logits, ...more }), { target: numbers }, []],
    "cross entropy, class weights": [
      (more) => crossEntropy({ logits, classWeights: [1, 0.5, 2], smoothing: 0.1, ...more }),
      { target: numbers },
      [],
    ],
    "cross entropy with chances": [
      (more) => crossEntropy({ logits, targets: "chances", ...more }),
      { target: chances },
      [],
    ],
    binary: [(more) => binaryCrossEntropy({ logits, shape, positiveWeight: 2, ...more }), { target: truth }, shape],
    "squared error": [(more) => squaredError({ output, shape, ...more }), { target: chances }, shape],
    "absolute error": [(more) => absoluteError({ output, shape, ...more }), { target: chances }, shape],
    huber: [(more) => huber({ output, shape, ...more }), { target: chances }, shape],
    quantiles: [
      (more) => quantile({ output, quantiles: [0.1, 0.4, 0.7], ...more }),
      { target: tensor("float", [ROWS], [1, 0.3, -1, 0]) },
      [],
    ],
    divergence: [(more) => klDivergence({ logits, ...more }), { target: chances }, []],
    distillation: [(more) => distillation({ logits, temperature: 2, ...more }), { teacher: chances }, []],
    cosine: [(more) => cosineDistance({ output, width: WIDTH, ...more }), { target: chances }, []],
  };

const bools = (dims: readonly number[], truthAt: (at: number) => boolean) =>
  tensor(
    "bool",
    dims,
    Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, at) => (truthAt(at) ? 1 : 0)),
  );
const zeros = Array.from({ length: ROWS * WIDTH }, () => 0);

describe.each(Object.entries(LOSSES))("%s", (_, [make, data, per]) => {
  const masked = { mask: "mask", weights: "weights" };
  const weights = tensor("float", [ROWS], [1, 0.5, 2, 0.25]);

  it("is of a gradient as by finite differences", () =>
    expectGradients({
      inputs: { x: scores(1) },
      build: (g, { x }) =>
        make(masked).build({
          g,
          output: () => x,
          data: (name) =>
            g.initializer({ ...data, weights, mask: bools([ROWS, ...per], (at) => at % 3 !== 1) }[name] as Tensor),
        }),
    }));

  it("is 0, with gradients of 0, where nothing counts", async () => {
    const none = { ...data, weights, mask: bools([ROWS, ...per], () => false) };
    const found = await evaluated(make(masked), { output: scores(1), data: none });
    expect([Number(found.value.data[0]), ...found.gradient].map(Math.abs)).toEqual([0, ...zeros]);
  });

  it("doesn't see what is masked, not even what is no number or no class", async () => {
    const mask = bools([ROWS, ...per], (at) => at >= per.reduce((a, b) => a * b, 2));
    const spoil = ({ element, dims, data: values }: Tensor) => {
      const hidden = values.length / 2;
      const odd = element === "int64" ? -100 : Number.NaN;
      return tensor(
        element,
        dims,
        Array.from(values as Float32Array, (value, at) => (at < hidden ? odd : Number(value))),
      );
    };
    const spoilt = Object.fromEntries(Object.entries(data).map(([name, one]) => [name, spoil(one)]));
    const [clean, dirty] = await Promise.all(
      [data, spoilt].map((one) => evaluated(make({ mask: "mask" }), { output: scores(1), data: { ...one, mask } })),
    );
    expect(dirty).toEqual(clean);
    expect(clean?.gradient.slice(0, 2 * WIDTH).map(Math.abs)).toEqual(zeros.slice(0, 2 * WIDTH));
    expect(clean?.gradient.slice(2 * WIDTH).some((value) => value !== 0)).toBe(true);
  });

  it("stays finite for outputs of ten thousand and more, and for zeros", async () => {
    for (const scale of [1e4, -1e4, 0]) {
      const found = await evaluated(make({}), { output: scores(scale), data });
      expect([Number(found.value.data[0]), ...found.gradient].every(Number.isFinite)).toBe(true);
    }
  });

  it("doesn't change with a factor in all row weights", async () => {
    const values = await Promise.all(
      [1, 1e-6].map(async (scale) => {
        const own = tensor(
          "float",
          [ROWS],
          Array.from(weights.data as Float32Array, (value) => value * scale),
        );
        const found = await evaluated(make({ weights: "weights" }), {
          output: scores(1),
          data: { ...data, weights: own },
        });
        return Number(found.value.data[0]);
      }),
    );
    expect(values[1]).toBeCloseTo(Number(values[0]), 5);
  });
});

describe("a loss's nodes", () => {
  const count = (loss: Loss, data: Readonly<Record<string, Tensor>> = {}) => {
    const g = new GraphBuilder("count");
    loss.build({
      g,
      output: () => g.input("y", "float", ["batch", WIDTH]),
      data: (name) => g.initializer(data[name] ?? numbers),
    });
    return g.ran().length;
  };

  it("are as few as an operator where there is one", () => {
    expect(count(crossEntropy({ logits }))).toBe(1);
    expect(count(squaredError({ output, shape }), { target: truth })).toBe(3);
    expect(count(huber({ output, shape }), { target: truth })).toBe(6);
  });

  it("take labels of sequences as one row each", () => {
    const given = {
      output: tensor("float", [1, 2, 3], zeros.slice(6)),
      data: { target: tensor("int64", [1, 2], [0, 1]) },
    };
    const nodes = lossGraph(crossEntropy({ logits, shape: [2] }), given).ran();
    expect(nodes.slice(0, 3).map(({ opType }) => opType)).toEqual(["Reshape", "Reshape", "SoftmaxCrossEntropyLoss"]);
  });
});

function net() {
  const g = new GraphBuilder("net");
  const w = g.named("w", spread([WIDTH, WIDTH]));
  const x = g.input("x", "float", ["N", WIDTH]);
  g.output(g.matmul(x, w), "scores");
  return g.model();
}

describe("losses in use", () => {
  it("train on masks and weights, down to what the same loss says of held-out data in one call", async () => {
    const loss = crossEntropy({ logits, mask: "mask", weights: "weights" });
    const trainer = await Trainer.open(trainingProgram({ model: net(), loss, optimizer: adam() }));
    const data = {
      x: scores(1),
      target: tensor("int64", [ROWS], [2, -7, 1, 2]),
      mask: bools([ROWS], (at) => at !== 1),
      weights: tensor("float", [ROWS], [1, 1, 3, 0.5]),
    };
    const { losses } = await trainer.run(trainer.start(), {
      data,
      plan: tensor("int64", [2, ROWS], [0, 1, 2, 3, 3, 2, 1, 0]),
    });
    const session = await openSession(encodeModel(lossModel(net(), loss)));
    expect(session.inputs.map(({ name, shape: dims }) => [name, dims])).toEqual([
      ["x", ["N", WIDTH]],
      ["target", ["N"]],
      ["weights", ["N"]],
      ["mask", ["N"]],
    ]);
    const held = await session.run(data);
    expect(held.loss?.dims).toEqual([]);
    expect(Number(held.loss?.data[0])).toBeCloseTo(Number(losses[0]), 6);
    expect(Number(losses[1])).toBeLessThan(Number(losses[0]));
    await Promise.all([session.release(), trainer.release()]);
  });

  it("may take an input of the model as their target", async () => {
    const loss = squaredError({ output, target: "x", shape });
    const session = await openSession(encodeModel(lossModel(net(), loss)));
    expect(session.inputs.map(({ name }) => name)).toEqual(["x"]);
    const trainer = await Trainer.open(trainingProgram({ model: net(), loss, optimizer: adam() }));
    const data = { x: scores(1) };
    const { losses } = await trainer.run(trainer.start(), { data, plan: tensor("int64", [1, ROWS], [0, 1, 2, 3]) });
    const held = await session.run(data);
    expect(Number(held.loss?.data[0])).toBeCloseTo(Number(losses[0]), 6);
    await Promise.all([session.release(), trainer.release()]);
  });

  it("refuse to train on numbers of classes that there are not, and say where", async () => {
    const trainer = await Trainer.open(
      trainingProgram({ model: net(), loss: crossEntropy({ logits }), optimizer: adam() }),
    );
    const run = (...target: number[]) => {
      const data = { x: scores(1), target: tensor("int64", [ROWS], target) };
      return trainer.run(trainer.start(), { data, plan: tensor("int64", [1, 2], [0, 1]) });
    };
    const message = (at: number, value: number) =>
      `value ${at} of column "target" is ${value}, but classes are numbered from 0 to 2`;
    await expect(run(0, 1, 2, 3)).rejects.toThrow(message(3, 3));
    await expect(run(0, -1, 2, 1)).rejects.toMatchObject({
      code: "ONNX_INVALID",
      message: expect.stringContaining(message(1, -1)),
    });
    await trainer.release();
  });

  it("can be of one's own", async () => {
    const cubed: Loss = {
      data: {},
      build: ({ g, output: of }) => g.reduceMean(g.op("Pow", [g.abs(of("scores")), g.float(3)])),
    };
    const found = await evaluated(cubed, { output: floats(1, -2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3), data: {} });
    expect(Number(found.value.data[0])).toBeCloseTo(3, 5);
  });
});

describe("what doesn't fit a loss is refused", () => {
  const odd = (options: object): never => options as never;
  const mse = (target: readonly number[], name = "scores") =>
    lossModel(net(), squaredError({ output: name, shape: target }));

  it.each<[string, string, () => unknown]>([
    [
      "ONNX_OPTION",
      'expected one of output, target, shape, weights, mask, got "delta"',
      () => squaredError(odd({ output, delta: 1 })),
    ],
    [
      "ONNX_OPTION",
      "crossEntropy.smoothing: expected a number from 0 to 1, got 2",
      () => crossEntropy({ logits, smoothing: 2 }),
    ],
    [
      "ONNX_OPTION",
      "crossEntropy.targets: expected one of numbers, chances, got",
      () => crossEntropy(odd({ logits, targets: "x" })),
    ],
    ["ONNX_OPTION", "huber.delta: expected a finite number above 0, got 0", () => huber({ output, delta: 0 })],
    [
      "ONNX_OPTION",
      "quantile.quantiles[1]: expected a number between 0 and 1",
      () => quantile({ output, quantiles: [0.5, 1] }),
    ],
    ["ONNX_OPTION", "quantile.quantiles: expected a number or several", () => quantile({ output, quantiles: [] })],
    [
      "ONNX_OPTION",
      "distillation.temperature: expected a finite number above 0",
      () => distillation({ logits, temperature: 0 }),
    ],
    [
      "ONNX_OPTION",
      "cosineDistance.margin: expected a number from -1 to 1, got 2",
      () => cosineDistance({ output, width: 2, margin: 2 }),
    ],
    ["ONNX_OPTION", "sumOf: expected at least one loss", () => sumOf([])],
    [
      "ONNX_OPTION",
      'sumOf, data "target": expected int64 of [rows], got "float of [rows]"',
      () => sumOf([{ loss: crossEntropy({ logits }) }, { loss: squaredError({ output }) }]),
    ],
    ["ONNX_INVALID", 'output "scores" is [N, 3], but its targets are [rows, 2]', () => mse([2])],
    ["ONNX_INVALID", 'there is no output "y"; there are scores', () => mse([WIDTH], "y")],
    [
      "ONNX_INVALID",
      'output "scores" has 3 classes, but there are 2 class weights',
      () => lossModel(net(), crossEntropy({ logits, classWeights: [1, 2] })),
    ],
  ])("%s: %s", (code, message, act) => {
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code }));
  });
});
