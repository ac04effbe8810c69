import {
  adam,
  chosen,
  crossEntropy,
  encodeModel,
  fixNorms,
  liftWeights,
  type Model,
  type Optimizer,
  sgd,
  type Tensor,
  Trainer,
  trainingProgram,
  withWeights,
} from "onnx-train";
import { ALL_ROWS, away, dataOf, exported, heldIn, run, type Training, VECTORS } from "./models.js";

/** Ten steps on all rows. */
async function tuned(model: Model, optimizer: Optimizer, data: Readonly<Record<string, Tensor>>) {
  const program = trainingProgram({
    model,
    loss: crossEntropy({ logits: "scores" }),
    optimizer,
    trains: chosen(model, {}),
  });
  const trainer = await Trainer.open(program);
  const { state, losses } = await trainer.run(trainer.start(), { data, plan: ALL_ROWS });
  const weights = trainer.weights(state);
  await trainer.release();
  return { losses, weights };
}

const OPTIMIZERS = { adam: adam({ rate: 0.02 }), sgd: sgd({ rate: 0.1 }) };
const CASES = Object.keys(VECTORS).flatMap((name) => {
  const { opsets } = VECTORS[name] as { opsets: readonly number[] };
  return [...opsets.map((opset) => [name, opset, "sgd"] as const), [name, 17, "adam"] as const];
});

/** Scores move together by them, so that their gradient is zero, and Adam makes steps of what rounding leaves. */
const WITHOUT_GRADIENT = ["k.bias", "layer.self_attn.in_proj_bias"];

describe("fine-tuning a model of another framework", () => {
  it.each(CASES)("%s of opset %i by %s takes that framework's own steps", async (name, opset, optimizer) => {
    const original = exported(`${name}-${opset}`);
    const data = dataOf(name);
    const { losses, weights } = await tuned(fixNorms(liftWeights(original)), OPTIMIZERS[optimizer], data);
    const expected = VECTORS[name]?.[optimizer] as Training;
    expect(away(losses, expected.losses)).toBeLessThan(2e-5);
    const after = withWeights(original, weights);
    const { scores } = await run(after, { x: data.x });
    expect(away(scores?.data as Float32Array, expected.scores.data)).toBeLessThan(2e-4);
    for (const [held, { data: values }] of Object.entries(expected.weights)) {
      const own = heldIn(after).get(held);
      if (own === undefined || WITHOUT_GRADIENT.includes(held)) continue;
      expect([held, away(own.data as Float32Array, values) < 2e-4]).toEqual([held, true]);
    }
    expect(encodeModel(after).length).toBe(encodeModel(original).length);
  });
});
