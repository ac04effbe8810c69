/** Layers beside what PyTorch makes of the same weights (spec/fixtures/layers/layers.py). */
import { readFileSync } from "node:fs";
import {
  attention,
  batchNorm,
  categoricalEmbedding,
  cnn,
  convolution,
  type ElementType,
  encodeModel,
  GraphBuilder,
  gradients,
  groupNorm,
  layerNorm,
  mlp,
  numericEmbedding,
  openSession,
  residualBlock,
  residualMlp,
  Scope,
  type Tensor,
  tabM,
  tensor,
  timePool,
  transformerDecoder,
  transformerEncoder,
  type Value,
  withWeights,
} from "onnx-train";

interface Stored {
  readonly element: ElementType;
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly inputs: Readonly<Record<string, Stored>>;
  readonly weights: Readonly<Record<string, Stored>>;
  readonly y: Stored;
  /** Of the gradients of mean y² by each weight. */
  readonly norms: Readonly<Record<string, number>>;
}

const CASES = JSON.parse(
  readFileSync(new URL("../../fixtures/layers/layers.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Case>>;

type Build = (scope: Scope, x: Value, mask: Value) => Value;

const sequence = { tokens: 7, width: 8, heads: 2, blocks: 2, expansion: 2 };

const LAYERS: Readonly<Record<string, Build>> = {
  attention: (scope, x) => attention(scope, x, { heads: 2, rotary: true }),
  batchNorm: (scope, x) => batchNorm(scope, x),
  categoricalEmbedding: (scope, x) => categoricalEmbedding(scope, x, { counts: [3, 4], units: 4 }),
  cnn: (scope, x) => cnn(scope, x, { channels: [4, 4], norm: "batch", residual: true, end: "mean", outputs: 3 }),
  convolution: (scope, x) => convolution(scope, x, { channels: 6, stride: 2, groups: 2 }),
  groupNorm: (scope, x) => groupNorm(scope, x, { groups: 3 }),
  layerNorm: (scope, x) => layerNorm(scope, x),
  mlp: (scope, x) => mlp(scope, x, { hidden: [5, 6], outputs: 2, activation: "silu" }),
  numericEmbedding: (scope, x) => numericEmbedding(scope, x, { frequencies: 3, units: 2 }),
  residualBlock: (scope, x) => residualBlock(scope, x, { channels: 4, stride: 2, norm: "group" }),
  residualMlp: (scope, x) => residualMlp(scope, x, { width: 6, outputs: 2 }),
  tabM: (scope, x) => tabM(scope, x, { hidden: [5, 6], outputs: 2, members: 3 }),
  transformerDecoder: (scope, x) => transformerDecoder(scope, x, { ...sequence, tied: true }),
  transformerEncoder: (scope, x, mask) => transformerEncoder(scope, x, { ...sequence, mask }),
  ...Object.fromEntries(
    (["mean", "max", "first", "last"] as const).flatMap((kind): [string, Build][] => [
      [`timePool ${kind}`, (scope, x) => timePool(scope, x, { kind })],
      [`timePool ${kind}, masked`, (scope, x, mask) => timePool(scope, x, { kind, mask })],
    ]),
  ),
};

function tensors(stored: Readonly<Record<string, Stored>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(stored).map(([name, { element, dims, data }]) => [name, tensor(element, dims, data)]),
  );
}

/** The layer's output, and norms of the gradients of mean y². */
async function outcomeOf(build: Build, { inputs, weights, norms }: Case): Promise<Record<string, Tensor>> {
  const g = new GraphBuilder("layer");
  const values = Object.entries(inputs).map(([name, { element, dims }]) =>
    g.input(name, element, ["N", ...dims.slice(1)]),
  );
  const y = build(new Scope(g, 1), values[0] as Value, values[1] as Value);
  const names = Object.keys(norms);
  const held = [...g.build().initializers.keys()];
  const wrt = names.map((name) => held.find((value) => value.name === name) as Value);
  const found = gradients(g, g.reduceMean(g.mul(y, y)), wrt);
  for (const [at, gradient] of found.entries())
    g.output(g.sqrt(g.reduceSum(g.mul(gradient, gradient))), `norm of ${names[at]}`);
  g.output(y, "y");
  const session = await openSession(encodeModel(withWeights(g.model(), new Map(Object.entries(tensors(weights))))));
  const outcome = await session.run(tensors(inputs));
  await session.release();
  return outcome;
}

describe("a layer gives what PyTorch does", () => {
  it("in every stored case", () => expect(Object.keys(CASES).sort()).toEqual(Object.keys(LAYERS).sort()));

  it.each(Object.entries(LAYERS))("%s, and its gradients too", async (name, build) => {
    const stored = CASES[name] as Case;
    const { y, ...norms } = await outcomeOf(build, stored);
    expect(y?.dims).toEqual(stored.y.dims);
    const off = stored.y.data.map((value, at) => Math.abs(value - Number(y?.data[at])));
    expect(Math.max(...off)).toBeLessThan(2e-5);
    for (const [weight, norm] of Object.entries(stored.norms)) {
      const own = Number(norms[`norm of ${weight}`]?.data[0]);
      expect([weight, Math.abs(own - norm) <= 1e-4 * norm + 1e-6 ? "agrees" : [own, norm]]).toEqual([weight, "agrees"]);
    }
  });
});
