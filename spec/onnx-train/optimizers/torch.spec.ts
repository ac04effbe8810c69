import { readFileSync } from "node:fs";
import {
  adagrad,
  adam,
  adamW,
  clipByNorm,
  clipByValue,
  momentum,
  nesterov,
  type Optimizer,
  rmsProp,
  sgd,
} from "onnx-train";
import { expectNear, rateAt, walk } from "./walk.js";

const STORED: Readonly<Record<string, number[][]>> = JSON.parse(
  readFileSync(new URL("../../fixtures/onnx/optimizers.json", import.meta.url), "utf8"),
);

type Schedule = (step: number) => Readonly<Record<string, number>>;

const none: Schedule = () => ({});
const decay: Schedule = (step) => ({ decay: 0.01 * step });
const betas: Schedule = (step) => ({ beta1: 0.8 + 0.005 * step, beta2: 0.98 + 0.0005 * step });

const RUNS: Readonly<Record<string, readonly [Optimizer, Schedule]>> = {
  sgd: [sgd(), none],
  "sgd decay": [sgd({ decay: 0 }), decay],
  "sgd clipByNorm": [clipByNorm(sgd(), { maxNorm: 1.5 }), none],
  "sgd clipByValue": [clipByValue(sgd(), { maxValue: 0.8 }), none],
  momentum: [momentum(), none],
  "momentum dampening": [momentum({ dampening: 0, decay: 0 }), (step) => ({ dampening: 0.02 * step, ...decay(step) })],
  nesterov: [nesterov({ decay: 0 }), (step) => ({ momentum: 0.95 - 0.01 * step, ...decay(step) })],
  rmsProp: [rmsProp(), none],
  "rmsProp centered": [rmsProp({ centered: true }), (step) => ({ beta: 0.9 + 0.003 * step })],
  "rmsProp momentum": [rmsProp({ momentum: 0, decay: 0 }), (step) => ({ momentum: 0.9 - 0.01 * step, ...decay(step) })],
  "rmsProp centered momentum": [rmsProp({ centered: true, momentum: 0.5 }), none],
  adam: [adam(), none],
  "adam decay": [adam({ epsilon: 1e-3, decay: 0 }), (step) => ({ ...betas(step), ...decay(step) })],
  "adam clipByNorm": [clipByNorm(adam(), { maxNorm: 1.5 }), none],
  adamW: [adamW(), none],
  "adamW schedule": [adamW(), (step) => ({ ...betas(step), ...decay(step) })],
  adagrad: [adagrad({ decay: 0 }), decay],
};

describe("optimizers take PyTorch's steps", () => {
  it.each(Object.entries(RUNS))("%s", async (name, [optimizer, schedule]) => {
    const expected = STORED[name] ?? [];
    const hyper: Schedule = (step) => ({ rate: rateAt(step), ...schedule(step) });
    const places = await walk({ optimizer, steps: expected.length, hyper });
    expectNear(
      places.map(({ weight }) => weight),
      expected,
    );
  });

  it("and all stored ones are there", () => expect(Object.keys(RUNS)).toEqual(Object.keys(STORED)));
});
