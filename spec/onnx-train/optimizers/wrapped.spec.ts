import {
  adagrad,
  adam,
  adamW,
  averaged,
  clipByNorm,
  clipByValue,
  clipWeights,
  encodeModel,
  lion,
  momentum,
  nesterov,
  type Optimizer,
  rmsProp,
  scheduleFree,
  sgd,
  stepFactors,
  towards,
} from "onnx-train";
import { expectNear, stepGraph, walk } from "./walk.js";

const weightsOf = async (optimizer: Optimizer) =>
  (await walk({ optimizer, steps: 12 })).map(({ weight, slots }) => slots[optimizer.result ?? ""] ?? weight);

describe("wrappers", () => {
  const WRAPPERS: readonly ((inner: Optimizer) => Optimizer)[] = [
    (inner) => clipByValue(inner, { maxValue: 1 }),
    (inner) => clipByNorm(inner, { maxNorm: 1 }),
    (inner) => clipWeights(inner, { maxWeight: 0.9, scaled: true }),
    (inner) => towards(inner, { pull: 0.1, importance: true }),
    (inner) => averaged(inner, { averageDecay: 0.9 }),
  ];
  const OPTIMIZERS = [sgd(), momentum(), rmsProp({ centered: true, momentum: 0.5 }), adamW(), lion(), scheduleFree()];

  it("compose in any order around any optimizer, themselves included", async () => {
    for (const [at, inner] of OPTIMIZERS.entries()) {
      const turned = [...WRAPPERS.slice(at % 5), ...WRAPPERS.slice(0, at % 5), ...WRAPPERS];
      const optimizer = turned.reduce((one, wrap) => wrap(one), inner);
      const names = optimizer.slots.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      const places = await walk({ optimizer, steps: 12 });
      expect(places.flatMap(({ weight }) => weight).every((weight) => Math.abs(weight) <= 0.9)).toBe(true);
    }
  });

  it("number what is there already, and each keeps to its own", async () => {
    const twice = towards(towards(sgd({ rate: 0.1 }), { pull: 0.2 }), { pull: 0.3 });
    expect(twice.hyper).toEqual({ rate: 0.1, pull: 0.2, pull2: 0.3 });
    expect(twice.slots.map(({ name }) => name)).toEqual(["anchor", "anchor2"]);
    expectNear(await weightsOf(twice), await weightsOf(towards(sgd({ rate: 0.1 }), { pull: 0.5 })));
  });

  it("act from the outside in on the gradient", async () => {
    const clipLast = clipByValue(towards(sgd({ rate: 1 }), { pull: 100 }), { maxValue: 0.01 });
    const clipFirst = towards(clipByValue(sgd({ rate: 1 }), { maxValue: 0.01 }), { pull: 100 });
    const anchor = [9, 9, 9, 9, 9, 9];
    const first = async (optimizer: Optimizer) =>
      (await walk({ optimizer, steps: 1, slots: { anchor } }))[0]?.weight[0];
    expect(await first(clipLast)).toBeGreaterThan(100);
    expect(await first(clipFirst)).toBeLessThan(1);
  });

  it("leave a gradient within their limits as it is, to the bit", async () => {
    const plain = await weightsOf(sgd({ rate: 0.1 }));
    expect(await weightsOf(clipByNorm(sgd({ rate: 0.1 }), { maxNorm: 1e6 }))).toEqual(plain);
    expect(await weightsOf(clipByValue(sgd({ rate: 0.1 }), { maxValue: 1e6 }))).toEqual(plain);
  });
});

describe("an optimizer's nodes", () => {
  const count = (optimizer: Optimizer) => stepGraph(optimizer).ran().length;

  // Each is a pass over memory for large weights, and a microsecond for small ones.
  it.each([
    ["sgd", sgd(), 2],
    ["momentum", momentum(), 4],
    ["nesterov", nesterov(), 6],
    ["rmsProp", rmsProp(), 9],
    ["adagrad", adagrad(), 7],
    ["adam", adam(), 12],
    ["adamW", adamW(), 13],
    ["lion", lion(), 8],
    ["schedule-free", scheduleFree(), 15],
  ])("are as few as counted: %s", (_, optimizer, nodes) => expect(count(optimizer)).toBe(nodes));

  it("are there for an option only where it is given", () => {
    expect(count(adam({ decay: 0 })) - count(adam())).toBe(2);
    expect(count(momentum({ dampening: 0 })) - count(momentum())).toBe(1);
    expect(count(lion({ decay: 0 })) - count(lion())).toBe(1);
  });

  it("are the same for all values of hyper-parameters", () => {
    const bytes = (optimizer: Optimizer) => encodeModel(stepGraph(optimizer).model());
    expect(bytes(adamW({ rate: 0.5, beta1: 0, decay: 3 }))).toEqual(bytes(adamW()));
    expect(bytes(clipByNorm(lion({ rate: 1 }), { maxNorm: 7 }))).toEqual(bytes(clipByNorm(lion(), { maxNorm: 1 })));
  });
});

describe("what isn't an option or out of its range is refused", () => {
  // Options that the compiler would refuse, as plain JavaScript or a file may give them.
  const odd = (options: object): never => options as never;

  it.each<[string, () => unknown]>([
    ['adam: expected one of rate, beta1, beta2, epsilon, decay, got "speed"', () => adam(odd({ speed: 1 }))],
    ["adam.rate: expected a finite number of 0 or more, got -1", () => adam({ rate: -1 })],
    ["adam.rate: expected a finite number of 0 or more, got NaN", () => adam({ rate: Number.NaN })],
    ['adam.rate: expected a finite number of 0 or more, got "1"', () => adam(odd({ rate: "1" }))],
    ["adamW.beta2: expected a number of 0 or more, below 1, got 1", () => adamW({ beta2: 1 })],
    ["rmsProp.epsilon: expected a number from 1e-30 to 1, got 0", () => rmsProp({ epsilon: 0 })],
    ["clipByNorm.maxNorm: expected a finite number above 0, got 0", () => clipByNorm(sgd(), { maxNorm: 0 })],
    ["clipByValue.maxValue: expected a finite number above 0, got undefined", () => clipByValue(sgd(), odd({}))],
    [
      "averaged.averageDecay: expected a number of 0 or more, below 1, got 1.5",
      () => averaged(sgd(), { averageDecay: 1.5 }),
    ],
    ['averaged: expected one of averageDecay, got "decay"', () => averaged(sgd(), odd({ decay: 0.9 }))],
    ["scheduleFree.warmup: expected a whole number of 0 or more, got 0.5", () => scheduleFree({ warmup: 0.5 })],
    [
      'towards(sgd), step 3: expected one of rate, pull, got "decay"',
      () => stepFactors(towards(sgd(), { pull: 1 }), { decay: 1 }, 3),
    ],
    [
      "towards.pull of step 3: expected a finite number of 0 or more, got -1",
      () => stepFactors(towards(sgd(), { pull: 1 }), { pull: -1 }, 3),
    ],
  ])("%s", (message, act) => {
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code: "ONNX_OPTION" }));
  });
});
