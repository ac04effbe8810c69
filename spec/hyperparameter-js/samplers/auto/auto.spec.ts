import { describe, expect, it } from "@jest/globals";
import { autoSampler, checkSampler, createStudy, type FrozenTrial, nopPruner, type Space } from "hyperparameter-js";
import { GP_TRIALS, RULES, ruleFor } from "../../../../core/hyperparameter-js/src/samplers/auto/rules.js";
import { traitsOf } from "../../../../core/hyperparameter-js/src/samplers/auto/traits.js";
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
    expect(traitsOf(requestFor(MIXED, []))).toMatchObject({ numbers: 2, choices: 1, conditional: true, told: 0 });
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
  const plain = traitsOf(requestFor(PLANE, []));

  it("have an answer for everything, each with a reason", () => {
    expect(RULES.at(-1)?.holds(plain)).toBe(true);
    for (const { reason } of RULES) expect(reason.length).toBeGreaterThan(20);
  });

  it("leave the Gaussian process where it becomes slow", () => {
    expect(ruleFor({ ...plain, number: GP_TRIALS - 1 }).arm).toBe("gp");
    expect(ruleFor({ ...plain, number: GP_TRIALS }).arm).not.toBe("gp");
  });

  it("keep the local search from noise, from constraints and from choices alone", () => {
    const polishes = (more: object) => ruleFor(plain).polishes({ ...plain, ...more });
    expect(polishes({})).toBe(true);
    expect([{ noisy: true }, { constrained: true }, { numbers: 0 }].map(polishes)).toEqual([false, false, false]);
  });
});

describe("the portfolio", () => {
  it("holds to the kit", async () => {
    expect(await checkSampler(autoSampler())).toEqual([]);
  }, 60_000);

  it("says which sampler proposed, and why that one", async () => {
    const { why } = await autoSampler().propose(requestFor(PLANE, []));
    expect(why.rule).toBe("auto/gp/gp-startup");
    expect(why.note).toMatch(/few trials/);
    const polished = await autoSampler().propose(requestFor(PLANE, LATTICE));
    expect(polished.why.rule).toBe("auto-polish");
    const noisy = await autoSampler().propose(requestFor(PLANE, LATTICE, { duplicates: true }));
    expect(noisy.why.rule).toBe("auto/gp");
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
