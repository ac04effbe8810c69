import { readFileSync } from "node:fs";
import {
  absoluteError,
  binaryCrossEntropy,
  cosineDistance,
  crossEntropy,
  distillation,
  huber,
  klDivergence,
  type Loss,
  poisson,
  quantile,
  squaredError,
  sumOf,
  type Tensor,
  tensor,
} from "onnx-train";
import { evaluated } from "./kit.js";

interface Stored {
  readonly value: number;
  readonly gradient: readonly number[];
  readonly output: Tensor;
  readonly [data: string]: unknown;
}

const STORED: Readonly<Record<string, Stored>> = JSON.parse(
  readFileSync(new URL("../../fixtures/onnx/losses.json", import.meta.url), "utf8"),
);

const logits = "scores";
const output = "scores";
const shape = [3];
const classWeights = [0.5, 1, 2, 0.1];
const [weights, mask] = ["weights", "mask"];

const LOSSES: Readonly<Record<string, Loss>> = {
  "cross entropy": crossEntropy({ logits }),
  "cross entropy of large scores": crossEntropy({ logits }),
  "cross entropy of sequences": crossEntropy({ logits, shape }),
  "cross entropy, smoothed": crossEntropy({ logits, smoothing: 0.2 }),
  "cross entropy, class weights": crossEntropy({ logits, classWeights }),
  "cross entropy, class weights and smoothed, some ignored, of sequences": crossEntropy({
    logits,
    shape: ["time"],
    classWeights,
    smoothing: 0.2,
    ignore: 2,
  }),
  "cross entropy, row weights": crossEntropy({ logits, weights }),
  "cross entropy, row weights and mask, of sequences": crossEntropy({ logits, shape, weights, mask }),
  "cross entropy, row weights, of sequences": crossEntropy({ logits, shape, weights }),
  "cross entropy with chances": crossEntropy({ logits, targets: "chances" }),
  "cross entropy with chances, class weights and smoothed": crossEntropy({
    logits,
    targets: "chances",
    classWeights,
    smoothing: 0.2,
  }),
  "cross entropy with chances, masked, of sequences": crossEntropy({ logits, targets: "chances", shape, mask }),
  binary: binaryCrossEntropy({ logits, shape }),
  "binary of large scores": binaryCrossEntropy({ logits, shape }),
  "binary, positives weigh more": binaryCrossEntropy({ logits, shape, positiveWeight: 3 }),
  "binary, smoothed, row weights and mask": binaryCrossEntropy({ logits, shape, smoothing: 0.2, weights, mask }),
  "squared error": squaredError({ output, shape }),
  "squared error, row weights": squaredError({ output, shape, weights }),
  "squared error, masked, of [rows, 1]": squaredError({ output, mask }),
  "absolute error": absoluteError({ output, shape }),
  huber: huber({ output, shape, delta: 0.7 }),
  "huber of large errors": huber({ output, shape, delta: 0.7 }),
  quantile: quantile({ output, shape, quantiles: 0.3 }),
  "quantiles, masked": quantile({ output, quantiles: [0.1, 0.5, 0.8], mask }),
  poisson: poisson({ output, shape }),
  divergence: klDivergence({ logits }),
  "divergence, masked, of sequences": klDivergence({ logits, shape, mask }),
  distillation: distillation({ logits }),
  "distillation with hard targets": distillation({ logits, temperature: 2.5, hard: { share: 0.3 } }),
  cosine: cosineDistance({ output, width: 4 }),
  "cosine of what belongs together or not": cosineDistance({ output, width: 4, alike: "alike", margin: 0.2 }),
  "cosine, row weights": cosineDistance({ output, width: 4, alike: "alike", weights }),
  sum: sumOf([
    { loss: crossEntropy({ logits }) },
    { loss: squaredError({ output, target: "goal", shape: [4] }), weight: 0.5 },
  ]),
};

/** Within what float32 can tell, of the largest of the numbers. */
function expectNear(found: readonly number[], expected: readonly number[]): void {
  const scale = Math.max(1e-3, ...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, at) => Math.abs(value - Number(found[at])) / scale));
  expect(worst < 2e-6 ? "near" : { found, expected }).toBe("near");
}

const held = ({ element, dims, data }: Tensor) => tensor(element, dims, data);

describe("losses and their gradients are PyTorch's", () => {
  it.each(Object.entries(LOSSES))("%s", async (name, loss) => {
    const { value, gradient, output: given, ...data } = STORED[name] as Stored;
    const columns = Object.entries(data).map(([column, one]) => [column, held(one as Tensor)]);
    const found = await evaluated(loss, { output: held(given), data: Object.fromEntries(columns) });
    expect(found.value.dims).toEqual([]);
    expectNear([Number(found.value.data[0])], [value]);
    expectNear(found.gradient, gradient);
  });

  it("and all stored ones are there", () => expect(Object.keys(LOSSES)).toEqual(Object.keys(STORED)));
});
