import {
  encodeModel,
  epochPlan,
  GraphBuilder,
  lossModel,
  openSession,
  sgd,
  type Tensor,
  Trainer,
  tensor,
  trainingProgram,
} from "onnx-train";
import type { TaskSpec } from "../../../../core/plugin/index.js";
import { forward } from "../../../../plugins/learners/mlp/forward.js";
import { lossOf } from "../../../../plugins/learners/mlp/loss.js";
import { byMember } from "../../../../plugins/learners/mlp/members.js";
import { initialOf, type NetShape, netOf, type Weights } from "../../../../plugins/learners/mlp/net.js";
import { noise } from "../linear/oracle.js";
import { rowsOf, SHAPES } from "./nets.js";

const ROWS = 7;
const SPEC: TaskSpec = { task: "multiclass", target: "y", classes: ["a", "b", "c"] };
const SMOOTHING = 0.1;

function numbersOf(data: Tensor["data"]): number[] {
  return [...(data as Float32Array)];
}

/** Initial weights, and something in the places that start at 0 or 1. */
function weightsOf(shape: NetShape): Weights {
  const initial = [...initialOf(netOf(shape, 3), () => true)].filter(([name]) => name.includes("/"));
  return new Map(
    initial.map(([name, { dims, data }], at) => {
      const shift = noise(100 + at, data.length);
      return [
        name,
        tensor(
          "float",
          dims,
          numbersOf(data).map((value, i) => value + 0.1 * (shift[i] as number)),
        ),
      ];
    }),
  );
}

/** The mean over members and rows of - Σ share log p, by the twin in double precision. */
function twinLoss(shape: NetShape, weights: Weights, numbers: Float32Array, truth: readonly number[]): number {
  const classes = SPEC.classes.length;
  const members = forward(shape, weights, numbers);
  const losses = members.flatMap((scores) =>
    truth.map((code, row) => {
      const own = scores.subarray(row * classes, (row + 1) * classes);
      const total = Math.log(own.reduce((sum, score) => sum + Math.exp(score), 0));
      const share = (at: number) => (at === code ? 1 - SMOOTHING : 0) + SMOOTHING / classes;
      return own.reduce((sum, score, at) => sum + share(at) * (total - score), 0);
    }),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** One step of gradient descent at rate 1 leaves the weights less their gradients. */
async function gradientsOf(shape: NetShape, weights: Weights, data: Record<string, Tensor>): Promise<Weights> {
  const loss = lossOf({ spec: SPEC, shared: shape.shared, smoothing: SMOOTHING, isWeighted: false });
  const trainer = await Trainer.open(trainingProgram({ model: netOf(shape, 3), loss, optimizer: sgd() }));
  const plan = epochPlan({ rows: ROWS, batch: ROWS, seed: 1, epoch: 0 });
  const { state } = await trainer.run(trainer.start({ weights }), { data, plan, seed: 1, hyper: () => ({ rate: 1 }) });
  const after = trainer.weights(state);
  await trainer.release();
  return new Map(
    [...weights].map(([name, { dims, data }]) => {
      const moved = after.get(name)?.data ?? [];
      return [
        name,
        tensor(
          "float",
          dims,
          numbersOf(data).map((value, at) => value - Number(moved[at])),
        ),
      ];
    }),
  );
}

/** The same weights, but for one number. */
function nudged(weights: Weights, name: string, at: number, by: number): Weights {
  const { dims, data } = weights.get(name) as Tensor;
  const values = numbersOf(data);
  values[at] = (values[at] as number) + by;
  return new Map([...weights, [name, tensor("double", dims, values)]]);
}

describe.each(SHAPES)("a net of %s", (_, shape) => {
  it("says in onnxruntime what its twin says", async () => {
    const net = netOf(shape, 3);
    const numbers = rowsOf(ROWS, 5);
    const session = await openSession(encodeModel(net));
    const { scores } = await session.run({ x: tensor("float", [ROWS, shape.width], numbers) });
    await session.release();
    const twin = forward(
      shape,
      initialOf(net, () => true),
      numbers,
    );
    const said = byMember(scores?.data as Float32Array, shape);
    expect(scores?.dims).toEqual(shape.shared === null ? [ROWS, 3] : [ROWS, shape.shared, 3]);
    expect(said).toHaveLength(twin.length);
    for (const [member, own] of twin.entries())
      for (const [at, value] of own.entries()) expect(said[member]?.[at]).toBeCloseTo(value, 5);
  });

  it("learns along the gradient of its smoothed loss, as finite differences have it", async () => {
    const weights = weightsOf(shape);
    const numbers = rowsOf(ROWS, 5);
    const truth = Array.from({ length: ROWS }, (_row, row) => row % 3);
    const data = {
      x: tensor("float", [ROWS, shape.width], numbers),
      target: tensor("int64", [ROWS], BigInt64Array.from(truth, BigInt)),
    };
    const found = await gradientsOf(shape, weights, data);
    for (const [name, { data: gradient }] of found) {
      // The twin rounds their angles to single precision, which small differences don't survive; PyTorch's cases have them.
      if (name.endsWith("frequencies")) continue;
      const at = Math.floor(gradient.length / 2);
      const loss = (by: number) => twinLoss(shape, nudged(weights, name, at, by), numbers, truth);
      const difference = (loss(1e-5) - loss(-1e-5)) / 2e-5;
      expect([name, Number(gradient[at])]).toEqual([name, expect.closeTo(difference, 4)]);
    }
  });
});

describe("the loss of a net", () => {
  it.each([
    ["one member", null, false],
    ["one member, rows with weights", null, true],
    ["members within the net", 4, false],
    ["members within the net, rows with weights", 4, true],
  ])("is the mean over rows and members, as the twin has it: %s", async (_, shared, isWeighted) => {
    const shape = { ...(SHAPES[0]?.[1] as NetShape), shared };
    const numbers = rowsOf(2, 5);
    const net = netOf(shape, 3);
    const weights = initialOf(net, () => true);
    const [first, second] = [0, 1].map((row) =>
      twinLoss(shape, weights, numbers.subarray(row * shape.width, (row + 1) * shape.width), [2 - row]),
    ) as [number, number];
    const session = await openSession(
      encodeModel(lossModel(net, lossOf({ spec: SPEC, shared, smoothing: SMOOTHING, isWeighted }))),
    );
    const { loss } = await session.run({
      x: tensor("float", [2, shape.width], numbers),
      target: tensor("int64", [2], [2n, 1n]),
      ...(isWeighted ? { weight: tensor("float", [2], [1.5, 0.5]) } : {}),
    });
    await session.release();
    expect(Number(loss?.data[0])).toBeCloseTo(isWeighted ? 0.75 * first + 0.25 * second : (first + second) / 2, 5);
  });

  it("spreads the smoothed share over all classes: by hand", async () => {
    // Chances of 1/4, 1/4 and 1/2; the answer is the last class. Shares are 0.1, 0.1 and 0.8.
    const g = new GraphBuilder("scores");
    g.output(g.op("Identity", [g.input("x", "float", ["N", 3])]), "scores");
    const loss = lossOf({ spec: SPEC, shared: null, smoothing: 0.3, isWeighted: false });
    const session = await openSession(encodeModel(lossModel(g.model(), loss)));
    const said = await session.run({
      x: tensor("float", [1, 3], [0, 0, Math.log(2)]),
      target: tensor("int64", [1], [2n]),
    });
    await session.release();
    expect(Number(said.loss?.data[0])).toBeCloseTo(0.2 * Math.log(4) + 0.8 * Math.log(2), 6);
  });
});
