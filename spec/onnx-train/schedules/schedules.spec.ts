import { readFileSync } from "node:fs";
import {
  constantRate,
  cosineRate,
  cosineRestarts,
  exponentialRate,
  followed,
  inverseSquareRootRate,
  linearRate,
  oneCycle,
  polynomialRate,
  type Schedule,
  scheduled,
  steppedRate,
  warmup,
} from "onnx-train";

type Values = readonly number[];
const STORED: Readonly<Record<string, Values | { readonly rate: Values; readonly beta1: Values }>> = JSON.parse(
  readFileSync(new URL("../../fixtures/onnx/schedules.json", import.meta.url), "utf8"),
);

const rate = 0.2;
const warm = { steps: 8, from: 0.25 };

const SCHEDULES: Readonly<Record<string, Schedule | { readonly rate: Schedule; readonly beta1: Schedule }>> = {
  constant: constantRate(rate),
  linear: linearRate({ rate, steps: 30, final: 0.02 }),
  cosine: cosineRate({ rate, steps: 40, final: 0.01 }),
  polynomial: polynomialRate({ rate, steps: 30, power: 2.5 }),
  restarts: cosineRestarts({ rate, period: 7, final: 0.01 }),
  "growing restarts": cosineRestarts({ rate, period: 5, growth: 2 }),
  "inverse square root": inverseSquareRootRate({ rate, shift: 6 }),
  exponential: exponentialRate({ rate, factor: 0.93 }),
  stepped: steppedRate({ rate, factor: 0.5, after: 9 }),
  milestones: steppedRate({ rate, after: [4, 5, 20] }),
  "warm-up, then cosine": warmup(cosineRate({ rate, steps: 32 }), warm),
  "warm-up, then stepped": warmup(steppedRate({ rate, after: 10 }), warm),
  "one cycle": oneCycle({ rate, steps: 40 }),
  "one cycle by options": oneCycle({ rate, steps: 40, rise: 0.45, start: 10, end: 50, lowBeta: 0.8, highBeta: 0.9 }),
};

function expectNear(schedule: Schedule, expected: Values): void {
  expect(expected.length).toBe(40);
  const found = expected.map((_, at) => schedule(at + 1));
  const worst = expected.map((value, at) => Math.abs(value - Number(found[at])));
  expect(Math.max(...worst) < 1e-12 ? "near" : { found, expected }).toBe("near");
}

describe("schedules give PyTorch's rates", () => {
  it.each(Object.entries(SCHEDULES))("%s", (name, schedule) => {
    const expected = STORED[name];
    if (typeof schedule === "function") return expectNear(schedule, expected as Values);
    const both = expected as { readonly rate: Values; readonly beta1: Values };
    expectNear(schedule.rate, both.rate);
    expectNear(schedule.beta1, both.beta1);
  });

  it("and all stored ones are there", () => expect(Object.keys(SCHEDULES)).toEqual(Object.keys(STORED)));
});

describe("schedules", () => {
  it("stay at their last value after their end", () => {
    expect([31, 1000].map(linearRate({ rate, steps: 30, final: 0.02 }))).toEqual([0.02, 0.02]);
    expect([41, 1000].map(cosineRate({ rate, steps: 40 }))).toEqual([0, 0]);
    expect(oneCycle({ rate, steps: 40 }).rate(90)).toBe(oneCycle({ rate, steps: 40 }).rate(40));
  });

  it("warm up as if from 0, without a step at 0", () => {
    expect([1, 2, 3, 4, 5].map(warmup(constantRate(1), { steps: 3 }))).toEqual([0.25, 0.5, 0.75, 1, 1]);
    expect([1, 2].map(warmup(constantRate(1), { steps: 0 }))).toEqual([1, 1]);
  });

  it("warm up to the rates of the first transformer", () => {
    const found = warmup(inverseSquareRootRate({ rate: 1, shift: 100 }), { steps: 100 });
    for (const step of [150, 400, 10_000]) expect(found(step + 1)).toBeCloseTo(Math.sqrt(100 / step), 12);
  });

  it("follow one another", () => {
    const found = followed(constantRate(1), 2, linearRate({ rate: 0.5, steps: 2 }));
    expect([1, 2, 3, 4, 5].map(found)).toEqual([1, 1, 0.5, 0.25, 0]);
  });

  it("of a single step or a cycle of few are numbers", () => {
    for (const steps of [1, 2, 3, 4])
      for (const rise of [0, 0.25, 0.5, 1])
        for (const step of [1, 2, 3, 4]) expect(oneCycle({ rate, steps, rise }).rate(step)).toBeGreaterThan(0);
  });

  it("come together as hyper-parameters by name", () => {
    const hyper = scheduled({ ...oneCycle({ rate: 1, steps: 10 }), decay: constantRate(0.1) });
    expect(hyper(3)).toEqual({ rate: 1, beta1: 0.85, decay: 0.1 });
    expect(() => hyper(0)).toThrow("a schedule's step: expected a whole number of 1 or more, got 0");
  });
});

describe("what isn't an option or out of its range is refused", () => {
  const odd = (options: object): never => options as never;

  it.each<[string, () => unknown]>([
    ["constantRate: expected a finite number of 0 or more, got NaN", () => constantRate(Number.NaN)],
    ["linearRate.steps: expected a whole number of 1 or more, got undefined", () => linearRate(odd({ rate: 1 }))],
    ["cosineRate.steps: expected a whole number of 1 or more, got 0", () => cosineRate({ rate: 1, steps: 0 })],
    ['cosineRate: expected one of rate, steps, final, got "end"', () => cosineRate(odd({ rate: 1, steps: 2, end: 0 }))],
    [
      "polynomialRate.power: expected a finite number above 0, got -1",
      () => polynomialRate({ rate, steps: 2, power: -1 }),
    ],
    [
      "cosineRestarts.growth: expected a whole number of 1 or more, got 1.5",
      () => cosineRestarts({ rate, period: 2, growth: 1.5 }),
    ],
    ["steppedRate.after: expected a whole number of 1 or more, got 0", () => steppedRate({ rate, after: 0 })],
    [
      'steppedRate.after: expected a whole number or a list of them, got "9"',
      () => steppedRate(odd({ rate, after: "9" })),
    ],
    ["warmup.steps: expected a whole number of 0 or more, got -1", () => warmup(constantRate(1), { steps: -1 })],
    [
      "oneCycle.lowBeta: expected a number of 0 or more, below 1, got 1",
      () => oneCycle({ rate, steps: 9, lowBeta: 1 }),
    ],
  ])("%s", (message, act) => {
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code: "ONNX_OPTION" }));
  });
});
