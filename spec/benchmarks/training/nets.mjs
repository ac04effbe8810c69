/** The nets that are timed: as models of ours, and as the peer calls them. */
import { chosen, cnn, crossEntropy, GraphBuilder, mlp, Scope, tensor, transformerDecoder, withLora } from "onnx-train";
import { uniforms } from "../random.mjs";

const SEED = 1;
export const RATE = 0.001;

function model(name, [element, ...dims], build) {
  const g = new GraphBuilder(name);
  g.output(build(new Scope(g, SEED), g.input("x", element, ["rows", ...dims])), "scores");
  return g.model();
}

function perceptron(sizes, options) {
  const [inputs, ...hidden] = sizes;
  const outputs = hidden.pop();
  return {
    what: `MLP ${sizes.join("-")} at ${options.batch}`,
    sizes,
    model: () => model("mlp", ["float", inputs], (scope, x) => mlp(scope, x, { hidden, outputs })),
    x: ["float", inputs],
    target: [],
    classes: outputs,
    peer: { kind: "mlp", hidden: hidden.length },
    ...options,
  };
}

const TOKENS = 96;
const SEQUENCE = { tokens: TOKENS, width: 128, heads: 4, blocks: 2 };

const decoder = () => model("decoder", ["int64", 64], (scope, x) => transformerDecoder(scope, x, SEQUENCE));

const TRANSFORMER = {
  what: "transformer 2 × 128, 64 tokens at 16",
  model: decoder,
  x: ["int64", 64],
  target: [64],
  classes: TOKENS,
  peer: { kind: "decoder", blocks: SEQUENCE.blocks, heads: SEQUENCE.heads },
  batch: 16,
  steps: 16,
  reach: 1,
};

/** Attention's and feed-forward's matrices of all blocks. */
const ADAPTED = ["block*/attention/*/weight", "block*/wide/weight", "block*/narrow/weight"];
const FACTORS = ["*.lora_A", "*.lora_B"];

/** `reach`: the least ratio of PyTorch's time to ours. `steps`: of a round. */
export const NETS = named({
  small: perceptron([20, 64, 64, 2], { batch: 64, steps: 1000, reach: 2.5 }),
  middle: perceptron([784, 256, 256, 10], { batch: 128, steps: 100, reach: 1 }),
  big: perceptron([784, 1024, 1024, 10], { batch: 256, steps: 16, reach: 1 }),
  cnn: {
    what: "CNN 28×28, 16-32-128-10 at 64",
    model: () =>
      model("cnn", ["float", 1, 28, 28], (scope, x) => cnn(scope, x, { channels: [16, 32], hidden: 128, outputs: 10 })),
    x: ["float", 1, 28, 28],
    target: [],
    classes: 10,
    peer: { kind: "cnn", stages: 2 },
    batch: 64,
    steps: 16,
    reach: 1,
  },
  transformer: TRANSFORMER,
  lora: {
    ...TRANSFORMER,
    what: "LoRA of rank 8 on that transformer",
    model: () => withLora(decoder(), { targets: ADAPTED, rank: 8, seed: SEED }),
    adapters: true,
  },
});

/** Many at once, beside one after another: `reach` is the least ratio of their throughputs. */
export const CROWDS = named({
  many: perceptron([20, 64, 64, 2], { batch: 64, steps: 200, reach: 2.2 }),
  manySmall: perceptron([20, 32, 32, 2], { batch: 32, steps: 200, reach: 4.5 }),
});

function named(nets) {
  return Object.fromEntries(Object.entries(nets).map(([name, net]) => [name, { name, ...net }]));
}

/** Rows of the data, unless rows are large. */
const ROWS = 4096;

/** Filled in place: memory.mjs sees no garbage. */
function filled(element, dims, below, random) {
  const count = dims.reduce((a, b) => a * b, 1);
  const data = element === "float" ? new Float32Array(count) : new BigInt64Array(count);
  const next = element === "float" ? () => random() * 2 - 1 : () => BigInt(Math.floor(random() * below));
  for (let at = 0; at < count; at++) data[at] = next();
  return tensor(element, dims, data);
}

/** All data and the plan of a round: the same on both sides. */
export function dataOf({ x: [element, ...dims], target, classes, batch, steps }) {
  const rows = Math.min(ROWS, 2 ** 22 / dims.reduce((a, b) => a * b, 1));
  return {
    x: filled(element, [rows, ...dims], classes, uniforms("x")),
    target: filled("int64", [rows, ...target], classes, uniforms("target")),
    plan: filled("int64", [steps, batch], rows, uniforms("plan")),
  };
}

export function programOptions({ model: build, target, adapters = false }) {
  const built = build();
  const loss = crossEntropy({ logits: "scores", shape: target });
  return { model: built, loss, ...(adapters ? { trains: chosen(built, { train: FACTORS }) } : {}) };
}
