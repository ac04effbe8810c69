import {
  cnn,
  GraphBuilder,
  mlp,
  numericEmbedding,
  residualMlp,
  Scope,
  type Tensor,
  tensor,
  transformerDecoder,
  type Value,
} from "onnx-train";
import { spread } from "../autodiff/differences.js";
import { expectSameGraphs, type One } from "./models.js";

interface Net {
  readonly one: One;
  readonly weights: Readonly<Record<string, Tensor>>;
}

type Build = (scope: Scope, x: Value) => Value;

/** A net with its loss; weights by the seed. */
function net(seed: number, x: Tensor, build: Build): Net {
  const g = new GraphBuilder("net");
  const input = g.input("x", x.element, ["N", ...x.dims.slice(1)]);
  const scores = build(new Scope(g, seed), input);
  const classes = scores.type?.shape?.at(-1) as number;
  const target = g.input("target", "int64", ["M"]);
  g.output(g.op("SoftmaxCrossEntropyLoss", [g.reshape(scores, [-1, classes]), target]), "loss");
  g.output(scores, "scores");
  const graph = g.build();
  const weights = [...graph.initializers].filter(([{ name }]) => !/_\d+$/.test(name));
  const named = weights.map(([value]) => [value.name, value] as const);
  return {
    one: { graph, inputs: new Map([["x", input], ["target", target], ...named]), smooth: named.map(([name]) => name) },
    weights: Object.fromEntries(weights.map(([{ name }, held]) => [name, held])),
  };
}

const ROWS = 3;
const numbers = (count: number, model: number, classes: number) =>
  tensor(
    "int64",
    [count],
    Array.from({ length: count }, (_, at) => (at * 2 + model) % classes),
  );
const features =
  (...dims: number[]) =>
  (model: number) =>
    spread([ROWS, ...dims], model * 0.37);
const tokens = (model: number) =>
  tensor(
    "int64",
    [ROWS, 4],
    Array.from({ length: ROWS * 4 }, (_, at) => (at * 3 + model) % 7),
  );

const sequence = { blocks: 1, heads: 2, width: 8, tokens: 7 };

const NETS: Readonly<Record<string, readonly [x: (model: number) => Tensor, build: Build, places: number]>> = {
  "an MLP": [features(5), (scope, x) => mlp(scope, x, { hidden: [6, 4], outputs: 3 }), 1],
  "a residual MLP with embeddings of numbers": [
    features(4),
    (scope, x) => {
      const numbers = numericEmbedding(scope.within("numbers"), x, { frequencies: 3, units: 2 });
      return residualMlp(scope, numbers, { width: 6, outputs: 3 });
    },
    1,
  ],
  "a CNN": [features(2, 6, 6), (scope, x) => cnn(scope, x, { channels: [3, 4], hidden: 5, outputs: 3 }), 1],
  "a CNN of series": [features(2, 8), (scope, x) => cnn(scope, x, { channels: [3], outputs: 3 }), 1],
  "a decoder": [tokens, (scope, x) => transformerDecoder(scope, x, sequence), 4],
};

describe("nets, several at once", () => {
  it.each(Object.entries(NETS))("give scores, losses and gradients of each: %s", async (_, [x, build, places]) => {
    const first = net(1, x(0), build);
    const names = first.one.smooth;
    await expectSameGraphs(first.one, {
      inputs: (model) => {
        const { weights } = net(model + 1, x(0), build);
        return { ...weights, x: x(model), target: numbers(ROWS * places, model, 3) };
      },
      differ: [names, [...names, "x", "target"], names.slice(0, 2), ["x", "target"]],
      tolerance: 1e-5,
    });
  });
});
