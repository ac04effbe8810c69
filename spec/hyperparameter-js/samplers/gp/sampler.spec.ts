import {
  cardinality,
  checkSampler,
  createStudy,
  type FrozenTrial,
  gpSampler,
  type Params,
  type ProposeRequest,
  type Relation,
  type Space,
  type TrialState,
} from "hyperparameter-js";
import { BRANIN, CONDITIONAL, MIXED6, type Problem } from "../problems.js";

function trial(number: number, params: Params, value: number | null, state: TrialState = "complete"): FrozenTrial {
  const values = state === "complete" ? [value as number] : null;
  return { number, state, params, distributions: {}, values, intermediate: [], userAttrs: {}, why: null };
}

function request(space: Space, trials: readonly FrozenTrial[], more: Partial<ProposeRequest> = {}): ProposeRequest {
  return { space, trials, running: [], directions: ["minimize"], number: trials.length, seed: 3, ...more };
}

const LINE: Space = { x: { type: "float", low: 0, high: 1 } };
/** A parabola with its minimum at 0.3, measured on a grid that misses it. */
const PARABOLA = Array.from({ length: 12 }, (_, i) => trial(i, { x: i / 11 }, (i / 11 - 0.3) ** 2));

async function regret(problem: Problem, nTrials: number, seed: number): Promise<number> {
  const study = await createStudy({ space: problem.space, sampler: gpSampler(), seed });
  await study.optimize(({ params }) => problem.value(params), { nTrials });
  return (study.bestTrial.values?.[0] as number) - problem.minimum;
}

describe("the Gaussian process's sampler", () => {
  it("holds to the kit", async () => {
    expect(await checkSampler(gpSampler())).toEqual([]);
  }, 60_000);

  it.each([0, -1, 1.5, Number.NaN])("refuses startup %d", (startup) => {
    expect(() => gpSampler({ startup })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", where: "gp.startup" }),
    );
  });

  it("spreads its first trials", async () => {
    const { params, why } = await gpSampler().propose(request(LINE, PARABOLA.slice(0, 4)));
    expect(why.rule).toBe("gp-startup");
    expect(params).not.toEqual((await gpSampler().propose(request(LINE, PARABOLA.slice(0, 3)))).params);
  });

  it("goes to the minimum that the values let expect, and says why", async () => {
    const { params, why } = await gpSampler().propose(request(LINE, PARABOLA));
    expect(params.x).toBeCloseTo(0.3, 1);
    expect(why).toMatchObject({ rule: "gp", acquisition: expect.any(Number), nearest: [3, 4, 2] });
  });

  it("goes to the maximum where that is asked for", async () => {
    const { params } = await gpSampler().propose(request(LINE, PARABOLA, { directions: ["maximize"] }));
    expect(params.x).toBeGreaterThan(0.95);
  });

  it("goes elsewhere while a point is being tried", async () => {
    const sampler = gpSampler({ startup: 4 });
    const waves = [0, 0.2, 0.45, 0.7, 1].map((x, i) => trial(i, { x }, Math.cos(20 * x)));
    const first = (await sampler.propose(request(LINE, waves))).params.x as number;
    const running = [trial(5, { x: first }, null, "running")];
    const second = (await sampler.propose(request(LINE, waves, { running, number: 5 }))).params.x as number;
    expect(Math.abs(second - first)).toBeGreaterThan(0.02);
  });

  it("leaves a region where trials fail", async () => {
    const trials = PARABOLA.map(({ params }, i) =>
      (params.x as number) < 0.5 ? trial(i, params, null, "failed") : trial(i, params, -(params.x as number) / 100),
    );
    const { params } = await gpSampler({ startup: 5 }).propose(request(LINE, trials));
    expect(params.x).toBeGreaterThan(0.5);
  });

  it("keeps its view of good values when others are huge or infinite", async () => {
    const odd = [1e9, Number.POSITIVE_INFINITY, 1e300];
    const trials = PARABOLA.map((each, i) => (i < 9 ? each : trial(i, each.params, odd[i - 9] as number)));
    const { params } = await gpSampler().propose(request(LINE, trials));
    expect(params.x).toBeCloseTo(0.3, 1);
  });

  it("holds to relations", async () => {
    const space: Space = { a: { type: "float", low: 0, high: 1 }, b: { type: "float", low: 0, high: 1 } };
    const relations: readonly Relation[] = [{ type: "order", params: ["a", "b"] }];
    const study = await createStudy({ space, relations, sampler: gpSampler(), seed: 5 });
    await study.optimize(({ params: { a, b } }) => ((b as number) - 0.3) ** 2 - (a as number), { nTrials: 25 });
    for (const { params } of study.trials) expect(params.a as number).toBeLessThanOrEqual(params.b as number);
    const rules = new Set(study.trials.slice(8).map(({ why }) => why?.rule));
    expect(rules).toEqual(new Set(["gp", "gp-explore", "gp-refine"]));
  });

  it("looks where black-box constraints hold", async () => {
    const space: Space = { a: { type: "float", low: 0, high: 1 }, b: { type: "float", low: 0, high: 1 } };
    const trials: FrozenTrial[] = [];
    const sampler = gpSampler();
    for (let number = 0; number < 30; number++) {
      const { params } = await sampler.propose(request(space, [...trials]));
      const [a, b] = [params.a as number, params.b as number];
      trials.push({ ...trial(number, params, a + b), constraints: [0.6 - a, 0.3 + 0.2 * Math.sin(9 * a) - b] });
    }
    const feasible = trials.filter(({ constraints }) => constraints?.every((each) => each <= 0));
    expect(feasible.length).toBeGreaterThan(8);
    // The least of a + 0.3 + 0.2·sin 9a for a ≥ 0.6, by numpy on a grid.
    expect(Math.min(...feasible.map(({ values }) => values?.[0] as number)) - 0.7454).toBeLessThan(0.02);
  });

  it("looks for points that hold where none is known yet", async () => {
    const trials = PARABOLA.map((each, i) => ({ ...each, constraints: [2 - i / 11] }));
    expect((await gpSampler().propose(request(LINE, trials))).params.x).toBeGreaterThan(0.9);
  });

  it.each([2, 3])("spreads %d objectives over their front", async (count) => {
    const space: Space = { a: { type: "float", low: 0, high: 1 }, b: { type: "float", low: 0, high: 1 } };
    const corners = [
      [0.2, 0.2],
      [0.8, 0.2],
      [0.5, 0.8],
    ].slice(0, count);
    const directions = corners.map(() => "minimize" as const);
    const trials: FrozenTrial[] = [];
    const sampler = gpSampler();
    for (let number = 0; number < 24; number++) {
      const { params } = await sampler.propose(request(space, [...trials], { directions }));
      const squares = corners.map(
        ([a = 0, b = 0]) => ((params.a as number) - a) ** 2 + ((params.b as number) - b) ** 2,
      );
      trials.push({ ...trial(number, params, 0), values: squares });
    }
    const inHull = trials.slice(8).filter(({ values }) => values?.every((each) => each < 0.48));
    expect(inHull.length).toBeGreaterThan(8);
    for (const at of corners.keys())
      expect(Math.min(...trials.map(({ values }) => values?.[at] as number))).toBeLessThan(0.02);
  });

  it("refuses four objectives", async () => {
    const directions = ["minimize", "minimize", "maximize", "minimize"] as const;
    await expect(gpSampler().propose(request(LINE, PARABOLA, { directions }))).rejects.toMatchObject({
      code: "OBJECTIVES_UNSUPPORTED",
    });
  });

  it("tries each point of a finite space once", async () => {
    const space: Space = {
      a: { type: "int", low: 0, high: 5 },
      b: { type: "categorical", choices: ["x", "y", "z"] },
      c: { type: "float", low: 0, high: 1, step: 0.5, when: { b: ["x", "y"] } },
    };
    const study = await createStudy({ space, sampler: gpSampler(), seed: 1 });
    const nTrials = cardinality(space);
    await study.optimize(({ params: { a, b } }) => Math.abs((a as number) - 3) + (b === "y" ? 0 : 1), { nTrials });
    expect(new Set(study.trials.map(({ params }) => JSON.stringify(params))).size).toBe(nTrials);
  });

  it.each<[string, Problem, number, number]>([
    ["Branin", BRANIN, 40, 1e-3],
    ["a mixed space", MIXED6, 32, 0.2],
    ["a conditional space", CONDITIONAL, 35, 0.05],
  ])("finds the minimum of %s", async (_, problem, nTrials, within) => {
    const regrets = await Promise.all([1, 2, 3].map((seed) => regret(problem, nTrials, seed)));
    expect(regrets.sort((a, b) => a - b)[1]).toBeLessThan(within);
  });
});
