import {
  bestSoFar,
  createRng,
  createStudy,
  drawPoint,
  type FrozenTrial,
  gpSampler,
  randomSampler,
  type Space,
  terminator,
} from "hyperparameter-js";
import { regretBound } from "../../../core/hyperparameter-js/src/terminator/regret.js";
import { crossValidationError } from "../../../core/hyperparameter-js/src/terminator/terminator.js";

const space: Space = { x: { type: "float", low: -2, high: 2 }, y: { type: "float", low: -2, high: 2 } };

function trialOf(number: number, value: number | null, change: Partial<FrozenTrial> = {}): FrozenTrial {
  const params = drawPoint(space, createRng(3, number));
  const state = value === null ? "failed" : "complete";
  const values = value === null ? null : [value];
  return { number, state, params, distributions: space, values, intermediate: [], userAttrs: {}, why: null, ...change };
}

const bowl = ({ x, y }: { readonly x: number; readonly y: number }) => x * x + y * y;

describe("bestSoFar", () => {
  it("follows the best complete value, by the direction", () => {
    const trials = [null, 3, 5, null, 2, 4].map((value, number) => trialOf(number, value));
    expect(bestSoFar(trials)).toEqual([Number.NaN, 3, 3, 3, 2, 2]);
    expect(bestSoFar(trials, "maximize")).toEqual([Number.NaN, 3, 5, 5, 5, 5]);
    expect(bestSoFar([])).toEqual([]);
  });

  it("counts feasible trials only, where constraints were measured", () => {
    const trials = [1, 3, 2].map((value, number) => trialOf(number, value, { constraints: [number === 0 ? 1 : -1] }));
    expect(bestSoFar(trials)).toEqual([Number.NaN, 3, 2]);
  });
});

describe("the regret bound", () => {
  const trials = Array.from({ length: 60 }, (_, number) => trialOf(number, null)).map((trial) => ({
    ...trial,
    state: "complete" as const,
    values: [bowl(trial.params as { x: number; y: number })],
  }));
  const regret = (count: number) => Math.min(...trials.slice(0, count).map(({ values: [value = 9] }) => value));

  it("is no less than what is really left to gain, and falls", () => {
    for (const count of [10, 20, 40, 60])
      expect(regretBound(trials.slice(0, count), space, "minimize", 0.1)).toBeGreaterThanOrEqual(regret(count));
    expect(regretBound(trials, space, "minimize", 0.1)).toBeLessThan(
      regretBound(trials.slice(0, 10), space, "minimize", 0.1),
    );
  });

  it("is the same upside down, and scales with the value", () => {
    const bound = regretBound(trials, space, "minimize", 0.1);
    const up = trials.map((trial) => ({ ...trial, values: trial.values.map((value) => -value) }));
    expect(regretBound(up, space, "maximize", 0.1)).toBeCloseTo(bound, 8);
    const tenfold = trials.map((trial) => ({ ...trial, values: trial.values.map((value) => 10 * value + 7) }));
    expect(regretBound(tenfold, space, "minimize", 0.1) / bound).toBeCloseTo(10, 3);
  });

  it("knows nothing without trials or parameters", () => {
    expect(regretBound([], space, "minimize", 0.1)).toBe(Number.POSITIVE_INFINITY);
    expect(regretBound(trials, {}, "minimize", 0.1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("the error of cross-validated scores", () => {
  it("is as published", () => {
    // numpy: sqrt((1/4 + 1/3) * np.var([1, 2, 4, 5]))
    expect(crossValidationError([1, 2, 4, 5])).toBeCloseTo(Math.sqrt((1 / 4 + 1 / 3) * 2.5), 14);
    expect([crossValidationError([3]), crossValidationError([])]).toEqual([0, 0]);
  });
});

describe("the terminator", () => {
  const stalled = [5, 4, 3, ...Array.from({ length: 30 }, () => 3)].map((value, number) => trialOf(number, value));

  it("ends what has not gained for thirty complete trials", () => {
    const { shouldStop } = terminator();
    const counts = stalled.map((_, last) => shouldStop(stalled.slice(0, last + 1), space, ["minimize"]));
    expect(counts.indexOf(true)).toBe(32);
    expect(terminator({ patience: 2, minTrials: 1 }).shouldStop(stalled.slice(0, 5), space, ["minimize"])).toBe(true);
    expect(terminator({ patience: 2 }).shouldStop(stalled.slice(0, 5), space, ["minimize"])).toBe(false);
  });

  it("doesn't take infeasible trials for a standstill", () => {
    const infeasible = stalled.map((trial) => ({ ...trial, constraints: [1] }));
    expect(terminator().shouldStop(infeasible, space, ["minimize"])).toBe(false);
  });

  it("stops a study as a callback when less than the error is left to gain", async () => {
    const error = 0.05;
    const study = await createStudy({ space, sampler: gpSampler({ startup: 8 }), seed: 2 });
    const callbacks = [terminator({ error }).callback(study)];
    await study.optimize(({ params }) => bowl(params as { x: number; y: number }), { nTrials: 60, callbacks });
    expect(study.trials.length).toBeLessThan(60);
    expect(study.bestTrial.values?.[0]).toBeLessThan(error);
  });

  it("takes the error from the best trial's folds", async () => {
    const study = await createStudy({ space, sampler: randomSampler(), seed: 2 });
    await study.optimize(
      (trial) => {
        trial.setUserAttr("scores", [0, 100]);
        return bowl(trial.params as { x: number; y: number });
      },
      { nTrials: 25 },
    );
    const scores = ({ userAttrs }: FrozenTrial) => userAttrs.scores as readonly number[];
    expect(terminator({ error: scores }).shouldStop(study.trials, space, ["minimize"])).toBe(true);
    expect(terminator({ error: () => [1, 1] }).shouldStop(study.trials, space, ["minimize"])).toBe(false);
    expect(terminator({ error: () => undefined }).shouldStop(study.trials, space, ["minimize"])).toBe(false);
  });

  it("refuses several objectives and options out of range", () => {
    expect(() => terminator().shouldStop(stalled, space, ["minimize", "minimize"])).toThrow("OBJECTIVES_UNSUPPORTED");
    for (const options of [{ error: 0 }, { patience: 0 }, { minTrials: 0.5 }, { delta: 1 }])
      expect(() => terminator(options)).toThrow("OPTION_INVALID");
  });
});
