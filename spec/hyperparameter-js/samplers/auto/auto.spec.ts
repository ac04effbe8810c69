import { describe, expect, it } from "@jest/globals";
import { autoSampler, checkSampler, createStudy, type FrozenTrial, nopPruner, type Space } from "hyperparameter-js";
import {
  type Arm,
  FRONT_TRIALS,
  GP_TRIALS,
  polishes,
  RULES,
  ruleFor,
  startTrials,
} from "../../../../core/hyperparameter-js/src/samplers/auto/rules.js";
import { type Traits, traitsOf } from "../../../../core/hyperparameter-js/src/samplers/auto/traits.js";
import { BRANIN, MIXED6 } from "../problems.js";
import { bowl, complete, LATTICE, PLANE, requestFor } from "./histories.js";

const MIXED: Space = {
  x: { type: "float", low: 0, high: 1 },
  fixed: { type: "int", low: 3, high: 3 },
  kind: { type: "categorical", choices: ["a", "b"] },
  deep: { type: "int", low: 1, high: 9, when: { kind: "a" } },
};

describe("traits", () => {
  it("count what can vary, and see conditions", () => {
    expect(traitsOf(requestFor(MIXED, []))).toMatchObject({
      numbers: 2,
      floats: 1,
      choices: 1,
      conditional: true,
      told: 0,
    });
    expect(traitsOf(requestFor(PLANE, LATTICE))).toMatchObject({
      numbers: 2,
      choices: 0,
      conditional: false,
      told: 12,
    });
  });

  it("see noise where duplicates were asked for, or a point came out with two values", () => {
    const again = (value: number): FrozenTrial[] => [...LATTICE, complete(12, { x: 2, y: -1 }, value)];
    expect(traitsOf(requestFor(PLANE, LATTICE)).noisy).toBe(false);
    expect(traitsOf(requestFor(PLANE, LATTICE, { duplicates: true })).noisy).toBe(true);
    expect(traitsOf(requestFor(PLANE, again(bowl({ x: 2, y: -1 })))).noisy).toBe(false);
    expect(traitsOf(requestFor(PLANE, again(7))).noisy).toBe(true);
  });

  it("see constraints where trials carry them", () => {
    const measured = [complete(0, { x: 0, y: 0 }, 1, { constraints: [-1] })];
    expect(traitsOf(requestFor(PLANE, measured)).constrained).toBe(true);
  });
});

describe("the rules", () => {
  const plain: Traits = traitsOf(requestFor(PLANE, LATTICE));
  const armOf = (more: Partial<Traits>) => ruleFor({ ...plain, ...more }).arm;

  it("have an answer for everything, each with a reason", () => {
    expect(RULES.at(-1)?.holds(plain)).toBe(true);
    for (const { reason } of RULES) expect(reason.length).toBeGreaterThan(20);
  });

  it.each<[string, Partial<Traits>, Arm]>([
    ["the first trial", { asked: 0, told: 0 }, "centre"],
    ["the first trial of choices alone", { asked: 0, told: 0, numbers: 0, choices: 3 }, "sobol"],
    ["too few trials for a model", { told: 4 }, "sobol"],
    ["a model of one objective", { told: 5 }, "gp"],
    ["too few trials for densities of two", { told: 9, objectives: 2 }, "sobol"],
    ["a model's trials", {}, "gp"],
    ["the last trial that a Gaussian process is quick for", { number: GP_TRIALS - 1 }, "gp"],
    ["a table", { floats: 0 }, "gp"],
    ["many trials of numbers", { number: GP_TRIALS }, "cmaes"],
    ["many trials with choices", { number: GP_TRIALS, choices: 1 }, "tpe"],
    ["many trials with conditions", { number: GP_TRIALS, conditional: true }, "tpe"],
    ["many trials with constraints", { number: GP_TRIALS, constrained: true }, "tpe"],
    ["few trials of two objectives", { objectives: 2 }, "tpe"],
    ["many trials of two objectives", { objectives: 2, number: FRONT_TRIALS }, "nsga2"],
    ["many trials of four objectives", { objectives: 4, number: FRONT_TRIALS }, "nsga3"],
  ])("for %s", (_, traits, arm) => {
    expect(armOf(traits)).toBe(arm);
  });

  it("start with fewer trials where the budget is small", () => {
    expect(startTrials(plain)).toBe(5);
    expect(startTrials({ ...plain, budget: 16 })).toBe(4);
    expect(startTrials({ ...plain, budget: 2 })).toBe(3);
  });

  it("keep the local search from noise, from constraints, from tables and from the start", () => {
    const allowed = (more: Partial<Traits>) => polishes(ruleFor({ ...plain, ...more }), { ...plain, ...more });
    expect(allowed({})).toBe(true);
    const without = [{ noisy: true }, { constrained: true }, { floats: 0 }, { told: 2 }, { objectives: 2 }];
    expect(without.map(allowed)).toEqual([false, false, false, false, false]);
  });
});

describe("the portfolio", () => {
  it("holds to the kit", async () => {
    expect(await checkSampler(autoSampler())).toEqual([]);
  }, 60_000);

  it("begins in the middle, each number on its own axis", async () => {
    const space: Space = { ...PLANE, rate: { type: "float", low: 1e-4, high: 1, log: true } };
    const { params, why } = await autoSampler().propose(requestFor(space, []));
    expect(params).toEqual({ x: 0, y: 0, rate: expect.closeTo(0.01, 12) });
    expect(why.rule).toBe("auto/centre");
  });

  it("says which sampler proposed, and why that one", async () => {
    const rules = async (...more: Parameters<typeof requestFor>) =>
      (await autoSampler().propose(requestFor(...more))).why;
    expect(await rules(PLANE, LATTICE.slice(0, 2))).toMatchObject({
      rule: "auto/sobol",
      note: expect.stringMatching(/spread evenly/),
    });
    expect((await rules(PLANE, LATTICE)).rule).toBe("auto-polish");
    expect(await rules(PLANE, LATTICE, { duplicates: true })).toMatchObject({
      rule: "auto/gp",
      note: expect.stringMatching(/few trials/),
    });
  });

  it("learns from earlier studies, where there are some", async () => {
    const earlier = [{ space: PLANE, directions: ["minimize"] as const, trials: LATTICE }];
    const { params, why } = await autoSampler().propose(requestFor(PLANE, [], { earlier }));
    expect(why.rule).toBe("portfolio");
    expect(params).toEqual({ x: -1, y: -1 });
  });

  it.each([2, 4])("takes %i objectives", async (objectives) => {
    const directions = Array.from({ length: objectives }, () => "minimize" as const);
    const study = await createStudy({ space: MIXED, sampler: autoSampler(), directions, seed: 2 });
    await study.optimize(({ params }) => directions.map((_, at) => Math.abs((params.x as number) - at / 4)), {
      nTrials: 20,
    });
    expect(study.trials.at(-1)?.why?.rule).toBe("auto/tpe");
  });

  it("goes on from records alone as it would have", async () => {
    const run = async (sampler = autoSampler()) => {
      const study = await createStudy({ space: PLANE, sampler, pruner: nopPruner(), seed: 5 });
      await study.optimize(({ params }) => bowl(params), { nTrials: 20 });
      return study.trials;
    };
    const trials = await run();
    for (const number of [11, 15, 19]) {
      const request = requestFor(PLANE, trials.slice(0, number), { seed: 5, duplicates: false });
      expect((await autoSampler().propose(request)).params).toEqual(trials[number]?.params);
    }
  });

  it.each([
    ["Branin", BRANIN, 1e-5],
    ["Mixed-6", MIXED6, 0.2],
  ])("solves %s in 60 trials", async (_, problem, goal) => {
    const study = await createStudy({ space: problem.space, sampler: autoSampler(), pruner: nopPruner(), seed: 1 });
    await study.optimize(({ params }) => problem.value(params), { nTrials: 60 });
    expect(study.bestValue - problem.minimum).toBeLessThan(goal);
  });
});
