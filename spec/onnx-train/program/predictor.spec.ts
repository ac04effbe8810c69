import {
  adamW,
  averaged,
  crossEntropy,
  encodeModel,
  openPredictor,
  openSession,
  type Tensor,
  Trainer,
  train,
  trainingProgram,
  withWeights,
} from "onnx-train";
import { CLASSES, dataOf, modelOf, NETS, ROWS } from "./nets.js";

describe.each(Object.entries(NETS))("a look at a %s while it trains", (_, { shape, build }) => {
  const model = modelOf(shape, build);
  const { x, target } = dataOf(shape);
  const options = { model, loss: crossEntropy({ logits: "scores" }), optimizer: averaged(adamW({ rate: 0.02 })) };

  it.each([
    ["one", undefined],
    ["three at once", 3],
  ])("tells what the exported model says: %s", async (__, models) => {
    const program = trainingProgram({ ...options, ...(models === undefined ? {} : { models }) });
    const trainer = await Trainer.open(program);
    const seed = models === undefined ? 1 : [1, 2, 3];
    const { state } = await train(trainer, { data: { x, target }, batch: 8, epochs: 3, seed });
    const predictor = await openPredictor(program, model);
    const { scores } = await predictor.predict(state, { x });
    expect(scores?.dims).toEqual([...(models === undefined ? [] : [models]), ROWS, CLASSES]);
    for (let at = 0; at < (models ?? 1); at++) {
      const session = await openSession(encodeModel(withWeights(model, trainer.weights(state, at))));
      const { scores: alone } = await session.run({ x });
      await session.release();
      const each = ROWS * CLASSES;
      const found = (scores as Tensor).data.slice(at * each, (at + 1) * each) as Float32Array;
      for (const [index, value] of ((alone as Tensor).data as Float32Array).entries())
        expect(found[index]).toBeCloseTo(value, 5);
    }
    await Promise.all([predictor.release(), trainer.release()]);
  });
});
