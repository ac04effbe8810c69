import {
  checkSampler,
  createRng,
  createStudy,
  drawPoint,
  type EarlierStudy,
  type FrozenTrial,
  type Params,
  randomSampler,
  type Space,
  type TransferOptions,
  tpeSampler,
  transferSampler,
} from "hyperparameter-js";
import type { Posterior } from "../../../core/hyperparameter-js/src/models/gp/posterior.js";
import { processOf } from "../../../core/hyperparameter-js/src/models/gp/posterior.js";
import { boxOf } from "../../../core/hyperparameter-js/src/transfer/box.js";
import {
  Ensemble,
  leaveOneOut,
  rankWeights,
  Stacked,
  slopeBetween,
} from "../../../core/hyperparameter-js/src/transfer/ensemble.js";
import { nextOf, portfolioOf } from "../../../core/hyperparameter-js/src/transfer/portfolio.js";
import { tasksOf } from "../../../core/hyperparameter-js/src/transfer/tasks.js";
import { trustIn } from "../../../core/hyperparameter-js/src/transfer/trust.js";

const SPACE: Space = {
  x: { type: "float", low: 0, high: 1 },
  n: { type: "int", low: 1, high: 40 },
  kind: { type: "categorical", choices: ["a", "b"] },
};

const number = (params: Params, name: string) => params[name] as number;

/** Best at x, n = 10, kind a. */
const bowl = (x: number) => (params: Params) =>
  (number(params, "x") - x) ** 2 + ((number(params, "n") - 10) / 40) ** 2 + (params.kind === "a" ? 0 : 0.3);

function trialsOf(space: Space, count: number, value: (params: Params) => number, seed = 1): readonly FrozenTrial[] {
  return Array.from({ length: count }, (_, index) => {
    const params = drawPoint(space, createRng(seed, "earlier", index));
    const values = [value(params)];
    return {
      number: index,
      state: "complete",
      params,
      distributions: space,
      values,
      intermediate: [],
      userAttrs: {},
      why: null,
    };
  });
}

function earlierOf(space: Space, value: (params: Params) => number, change: Partial<EarlierStudy> = {}): EarlierStudy {
  return { space, directions: ["minimize"], trials: trialsOf(space, 60, value), ...change };
}

async function bestOf(
  earlier: readonly EarlierStudy[],
  options: TransferOptions,
  nTrials = 12,
  seed = 1,
): Promise<number> {
  const study = await createStudy({ space: SPACE, seed, earlier, sampler: transferSampler(randomSampler(), options) });
  await study.optimize(({ params }) => bowl(0.3)(params as Params), { nTrials });
  return study.bestTrial.values?.[0] as number;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const SEEDS = [1, 2, 3, 4, 5];
const medianOf = async (earlier: readonly EarlierStudy[], options: TransferOptions = {}) =>
  median(await Promise.all(SEEDS.map((seed) => bestOf(earlier, options, 12, seed))));

describe("the transfer sampler", () => {
  const near = [
    earlierOf(SPACE, bowl(0.35)),
    earlierOf(SPACE, bowl(0.25), { trials: trialsOf(SPACE, 60, bowl(0.25), 2) }),
  ];
  const against = near.map((study) => ({ ...study, directions: ["maximize"] as const }));

  it.each<TransferOptions>([{ portfolio: 1 }, { strategy: "box" }])(
    "keeps the rules of samplers, with %j",
    async (options) => {
      const sampler = transferSampler(tpeSampler(), options);
      expect(await checkSampler(sampler)).toEqual([]);
      const told = {
        ...sampler,
        propose: (request: Parameters<typeof sampler.propose>[0]) => sampler.propose({ ...request, earlier: near }),
      };
      expect(await checkSampler(told)).toEqual([]);
    },
  );

  it("is the inner sampler without earlier studies, and where they have nothing to say", async () => {
    const inner = tpeSampler();
    const trials = trialsOf(SPACE, 20, bowl(0.3));
    const request = { space: SPACE, trials, running: [], directions: ["minimize"] as const, number: 20, seed: 3 };
    const strange = earlierOf({ other: { type: "float", low: 0, high: 1 } }, ({ other }) => other as number);
    const few = { ...(near[0] as EarlierStudy), trials: trialsOf(SPACE, 4, bowl(0.3)) };
    const several = { ...(near[0] as EarlierStudy), directions: ["minimize", "minimize"] as const };
    for (const earlier of [undefined, [], [strange], [few], [several]])
      expect(await transferSampler(inner).propose({ ...request, ...(earlier && { earlier }) })).toEqual(
        await inner.propose(request),
      );
    const late = await transferSampler(inner, { until: 20 }).propose({ ...request, earlier: near });
    expect(late).toEqual(await inner.propose(request));
  });

  it("begins with points that were good before, and says so", async () => {
    const study = await createStudy({ space: SPACE, earlier: near, sampler: transferSampler(randomSampler()) });
    const { params } = await study.ask();
    expect(bowl(0.3)(params as Params)).toBeLessThan(0.05);
    expect(study.trials[0]?.why).toMatchObject({ rule: "portfolio", note: "earlier studies, trust 0 … 1: 0.50, 0.50" });
  });

  it.each(["ensemble", "box"] as const)("finds more in twelve trials than a cold start, by %s", async (strategy) => {
    expect(await medianOf(near, { strategy })).toBeLessThan(0.5 * (await medianOf([])));
  });

  it("is not led astray for long", async () => {
    for (const seed of SEEDS) {
      const study = await createStudy({
        space: SPACE,
        seed,
        earlier: against,
        sampler: transferSampler(randomSampler()),
      });
      await study.optimize(({ params }) => bowl(0.3)(params as Params), { nTrials: 30 });
      const astray = study.trials.filter(({ why }) => why?.rule !== "random");
      expect(astray.length).toBeLessThanOrEqual(4);
    }
  });

  it("proposes the same whatever ran before, and other points to trials that run at once", async () => {
    const study = async (lag: number) => {
      const made = await createStudy({
        space: SPACE,
        seed: 4,
        lag,
        earlier: near,
        sampler: transferSampler(randomSampler()),
      });
      await made.optimize(({ params }) => bowl(0.3)(params as Params), { nTrials: 16, concurrency: lag + 1 });
      return made.trials.map(({ params }) => JSON.stringify(params));
    };
    expect(await study(0)).toEqual(await study(0));
    const parallel = await study(3);
    expect(new Set(parallel).size).toBe(parallel.length);
  });

  it.each([{ portfolio: -1 }, { until: 0.5 }, { escapeShare: 1.1 }, { strategy: "other" as "box" }])(
    "refuses the options %j",
    (options) => {
      expect(() => transferSampler(randomSampler(), options)).toThrow("OPTION_INVALID");
    },
  );
});

describe("tasks", () => {
  it("have the best points as the new space can have them", () => {
    const old: Space = {
      x: { type: "float", low: -2, high: 2 },
      n: { type: "float", low: 0, high: 100 },
      kind: { type: "categorical", choices: ["a", "z"] },
      gone: { type: "int", low: 0, high: 1 },
    };
    const study = earlierOf(old, (params) => number(params, "x"));
    const [task] = tasksOf(SPACE, [study]);
    expect(task?.best).toHaveLength(10);
    for (const { x, n, kind } of task?.best.slice(0, 3) ?? []) {
      expect([x, kind]).toEqual([0, "a"]);
      expect(Number.isInteger(n) && (n as number) >= 1 && (n as number) <= 40).toBe(true);
    }
  });

  it("are blind to parameters that their study didn't have, and draw them for their points", () => {
    const { x, n } = SPACE as Record<"x" | "n", Space[string]>;
    const study = earlierOf({ x, n }, (params) => number(params, "x"));
    const wider = { ...SPACE, more: { type: "float", low: 0, high: 1 } } as const;
    const [task] = tasksOf(wider, [study]);
    const at = (kind: number, more: number) => task?.predict(Float64Array.of(0.5, 0.5, kind, more)).mean;
    expect(at(1, 0.9)).toBe(at(0, 0.1));
    expect(new Set(task?.best.map(({ more }) => more)).size).toBeGreaterThan(1);
  });

  it("take infeasible trials for the worst", () => {
    const trials = trialsOf(SPACE, 40, bowl(0.3)).map((trial) => ({
      ...trial,
      constraints: [0.5 - number(trial.params, "x")],
    }));
    const [task] = tasksOf(SPACE, [{ space: SPACE, directions: ["minimize"], trials }]);
    expect(Math.min(...(task?.best.map(({ x }) => x as number) ?? []))).toBeGreaterThanOrEqual(0.5);
  });
});

describe("trust", () => {
  const tasks = tasksOf(SPACE, [
    earlierOf(SPACE, bowl(0.3)),
    earlierOf(SPACE, bowl(0.3), { directions: ["maximize"] }),
    earlierOf(SPACE, ({ x }) => createRng(5, x as number).next()),
  ]);
  const prophecy = { space: SPACE, tasks };

  it("is even at first, and soon in those that rank the new trials as they come out", () => {
    expect([...trustIn(prophecy, [], "minimize")]).toEqual([0.5, 0.5, 0.5]);
    const [same, inverted, noise] = [...trustIn(prophecy, trialsOf(SPACE, 20, bowl(0.3), 9), "minimize")];
    expect(same).toBeGreaterThan(0.8);
    expect(inverted).toBe(0);
    expect(noise).toBeLessThan(0.4);
  });

  it("drops what misleads after four trials", () => {
    expect(trustIn(prophecy, trialsOf(SPACE, 4, bowl(0.3), 9), "minimize")[1]).toBe(0);
  });

  it("turns with the direction of the new study", () => {
    const up = trialsOf(SPACE, 20, (params) => -bowl(0.3)(params), 9);
    expect(trustIn(prophecy, up, "maximize")).toEqual(trustIn(prophecy, trialsOf(SPACE, 20, bowl(0.3), 9), "minimize"));
  });
});

describe("the portfolio", () => {
  const tasks = tasksOf(SPACE, [earlierOf(SPACE, bowl(0.1)), earlierOf(SPACE, bowl(0.9))]);
  const portfolio = portfolioOf(SPACE, tasks);

  it("adds the point that helps the task which has least", () => {
    const first = nextOf(portfolio, Float64Array.of(0, 1), Float64Array.of(1, 1), () => true);
    expect(first?.x).toBeGreaterThan(0.6);
    const other = nextOf(portfolio, Float64Array.of(1, 0), Float64Array.of(1, 1), () => true);
    expect(other?.x).toBeLessThan(0.4);
  });

  it("is the greedy choice over all candidates", () => {
    const soFar = Float64Array.of(0.4, 0.7);
    const weights = Float64Array.of(0.3, 0.6);
    const costs = portfolio.ranks.map(([a = 1, b = 1]) => 0.3 * Math.min(0.4, a) + 0.6 * Math.min(0.7, b));
    const best = portfolio.candidates[costs.indexOf(Math.min(...costs))];
    expect(nextOf(portfolio, soFar, weights, () => true)).toEqual(best);
    expect(nextOf(portfolio, soFar, weights, () => false)).toBeNull();
  });
});

describe("the box", () => {
  it("spans the points, and leaves what others depend on as it is", () => {
    const space: Space = {
      ...SPACE,
      rate: { type: "float", low: 0.1, high: 1, step: 0.1, when: { kind: "a" } },
      pair: { type: "int", low: 0, high: 9 },
    };
    const points = [
      { x: 0.2, n: 3, kind: "a", rate: 0.4, pair: 1 },
      { x: 0.4, n: 9, kind: "a", rate: 0.2, pair: 1 },
    ];
    const box = boxOf(space, points, [{ type: "order", params: ["pair", "n"] }]);
    expect(box).toEqual({
      ...space,
      x: { ...space.x, low: 0.2, high: 0.4 },
      rate: { ...space.rate, low: 0.2, high: 0.4 },
    });
    expect(boxOf(SPACE, points).kind).toEqual({ type: "categorical", choices: ["a"] });
    expect(boxOf(SPACE, [])).toEqual(SPACE);
  });
});

describe("the ensemble", () => {
  const rng = createRng(1, "ensemble");
  const y = Float64Array.from({ length: 20 }, () => rng.normal());
  const flat = (mean: number, variance: number): Posterior => ({
    predict: (x) => ({ mean: mean * (x[0] as number), variance }),
    slopes: (x, ofMean, ofVariance) => {
      ofMean.fill(mean);
      ofVariance.fill(0.5);
      return { mean: mean * (x[0] as number), variance };
    },
  });

  it("weighs models by how often they rank best, and leaves out those that only dilute", () => {
    const inverted = y.map((each) => -each);
    const blurred = y.map((each) => each + 0.3 * rng.normal());
    const weights = rankWeights([y, inverted, blurred], y, createRng(2));
    expect(weights.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
    expect([(weights[0] as number) > 0.8, weights[1]]).toEqual([true, 0]);
    expect([...rankWeights([inverted, y], y, createRng(2))]).toEqual([0, 1]);
  });

  it("predicts Σ w·μ and Σ w²·σ², with their gradients", () => {
    const [x, mean, variance] = [Float64Array.of(3), new Float64Array(1), new Float64Array(1)];
    const ensemble = new Ensemble([flat(2, 4), flat(9, 9), flat(-1, 1)], Float64Array.of(0.75, 0, 0.25));
    const expected = { mean: 0.75 * 6 - 0.25 * 3, variance: 0.5625 * 4 + 0.0625 };
    expect(ensemble.predict(x)).toEqual(expected);
    expect(ensemble.slopes(x, mean, variance)).toEqual(expected);
    expect([mean[0], variance[0]]).toEqual([0.75 * 2 - 0.25, (0.5625 + 0.0625) * 0.5]);
    expect(new Stacked(flat(2, 4), 0.5, flat(1, 3)).slopes(x, mean, variance)).toEqual({ mean: 6, variance: 3 });
    expect([mean[0], variance[0]]).toEqual([2, 0.5]);
    expect(new Stacked(flat(2, 4), 0.5, flat(1, 3)).predict(x)).toEqual({ mean: 6, variance: 3 });
  });

  it("leaves each trial out of its own forecast", () => {
    const cells = Float64Array.of(0, 0.3, 0.5, 1);
    const hyper = { theta: Float64Array.of(4), scale: 1, noise: 1e-3 };
    const values = Float64Array.of(1, -1, 0, 2);
    const forecast = leaveOneOut(processOf({ dimensions: ["number"], rows: 4, cells }, values, hyper), values);
    const twin = processOf(
      { dimensions: ["number"], rows: 3, cells: Float64Array.of(0, 0.3, 1) },
      Float64Array.of(1, -1, 2),
      hyper,
    );
    expect(forecast[2]).toBe(twin.predict(Float64Array.of(0.5)).mean);
  });

  it("takes what others say as they say it, or not at all", () => {
    expect(slopeBetween(Float64Array.of(0, 1, 2), Float64Array.of(1, 1.5, 2))).toBeCloseTo(0.5, 14);
    expect(slopeBetween(Float64Array.of(0, 1, 2), Float64Array.of(2, 1, 0))).toBe(0);
    expect(slopeBetween(Float64Array.of(0, 1, 2), Float64Array.of(0, 9, 18))).toBe(2);
    expect(slopeBetween(Float64Array.of(1, 1), Float64Array.of(2, 1))).toBe(0);
  });
});
