/** Prints milliseconds per training step, beside PyTorch on one thread where it is installed. */
import {
  adam,
  crossEntropy,
  GraphBuilder,
  Trainer,
  tensor,
  trainingProgram,
} from "../../core/onnx-train/dist/index.js";

function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function mlp(sizes) {
  const next = random(1);
  const g = new GraphBuilder("mlp");
  let h = g.input("x", "float", ["N", sizes[0]]);
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const [from, to] = [sizes[layer], sizes[layer + 1]];
    const w = g.initializer(
      tensor(
        "float",
        [from, to],
        Float32Array.from({ length: from * to }, () => (next() * 2 - 1) / Math.sqrt(from)),
      ),
      "w",
    );
    const b = g.initializer(tensor("float", [to], new Float32Array(to)), "b");
    h = g.gemm(h, w, b);
    if (layer + 2 < sizes.length) h = g.relu(h);
  }
  g.output(h, "scores");
  return g.model();
}

async function measure(sizes, batch, steps, repeats) {
  const graph = mlp(sizes);
  const program = trainingProgram({ model: graph, loss: crossEntropy({ logits: "scores" }), optimizer: adam() });
  const trainer = await Trainer.open(program);
  const next = random(2);
  const rows = 4096;
  const data = {
    x: tensor(
      "float",
      [rows, sizes[0]],
      Float32Array.from({ length: rows * sizes[0] }, () => next() * 2 - 1),
    ),
    target: tensor(
      "int64",
      [rows],
      BigInt64Array.from({ length: rows }, () => BigInt(Math.floor(next() * sizes.at(-1)))),
    ),
  };
  const plan = tensor(
    "int64",
    [steps, batch],
    BigInt64Array.from({ length: steps * batch }, () => BigInt(Math.floor(next() * rows))),
  );
  let state = trainer.start();
  let best = Infinity;
  let last;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const begin = performance.now();
    last = await trainer.run(state, { data, plan });
    best = Math.min(best, (performance.now() - begin) / steps);
    state = last.state;
  }
  await trainer.release();
  console.log(
    `${sizes.join("-")} at ${batch}: ${best.toFixed(4)} ms a step; loss ${last.losses[0]} -> ${last.losses.at(-1)}`,
  );
}

await measure([20, 64, 64, 2], 64, 1000, 8);
await measure([20, 32, 32, 2], 32, 1000, 8);
await measure([784, 256, 256, 10], 128, 100, 6);
await measure([784, 1024, 1024, 10], 256, 20, 4);
