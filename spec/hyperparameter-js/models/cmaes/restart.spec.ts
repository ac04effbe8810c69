import { createRng } from "hyperparameter-js";
import { startGaussian } from "../../../../core/hyperparameter-js/src/models/cmaes/gaussian.js";
import {
  firstRun,
  hasStopped,
  nextRun,
  noteValues,
  type Restarts,
  startCourse,
} from "../../../../core/hyperparameter-js/src/models/cmaes/restart.js";
import { strategyOf } from "../../../../core/hyperparameter-js/src/models/cmaes/strategy.js";

const gaussianOf = () => startGaussian(strategyOf(3, 7, false), { mean: new Float64Array(3).fill(0.5), sigma: 0.2 });

function runs(kind: Restarts, count: number, trials: (population: number) => number) {
  const rng = createRng(4, "runs");
  const all = [firstRun(8)];
  while (all.length < count) {
    const last = all.at(-1) ?? firstRun(8);
    all.push(nextRun(last, kind, { first: 8, trials: trials(last.population), rng }));
  }
  return all;
}

describe("the next run", () => {
  it("of ipop has twice the population and the same sigma", () => {
    const all = runs("ipop", 5, (population) => 100 * population);
    expect(all.map(({ population }) => population)).toEqual([8, 16, 32, 64, 128]);
    expect(all.every(({ sigmaShare }) => sigmaShare === 1)).toBe(true);
  });

  it("of bipop is the kind that has had fewer trials", () => {
    const all = runs("bipop", 40, (population) => 100 * population);
    const spent = { large: 0, small: 800 };
    all.slice(1).forEach(({ small, population, doublings, sigmaShare }) => {
      expect(small).toBe(doublings > 0 && spent.small < spent.large);
      if (small) {
        expect(population).toBeGreaterThanOrEqual(8);
        expect(population).toBeLessThanOrEqual(8 * 2 ** (doublings - 1));
        expect(sigmaShare).toBeGreaterThanOrEqual(0.01);
        expect(sigmaShare).toBeLessThanOrEqual(1);
      } else expect([population, sigmaShare]).toEqual([8 * 2 ** doublings, 1]);
      spent[small ? "small" : "large"] += 100 * population;
    });
    expect(all.filter(({ small }) => small).length).toBeGreaterThan(3);
    expect(new Set(all.filter(({ small }) => small).map(({ population }) => population)).size).toBeGreaterThan(2);
  });
});

describe("a run ends", () => {
  it("when its best values stay the same beside what one generation spans, in any unit", () => {
    for (const unit of [1e-9, 1, 1e9]) {
      const gaussian = gaussianOf();
      const course = startCourse(gaussian);
      expect(course.bests.length).toBe(10 + Math.ceil(90 / 7));
      const steps = [];
      for (let g = 1; g <= 90 && !hasStopped(gaussian, course); g++) {
        gaussian.generation = g;
        noteValues(course, g, { best: unit * (3 + 2 ** (-2 * g)), range: g === 1 ? unit : 0 });
        steps.push(g);
      }
      // 4^−g falls below a unit in the last place of 3, 4.4e-16, at g = 26; 23 generations are looked back at.
      expect(steps.at(-1)).toBeGreaterThan(44);
      expect(steps.at(-1)).toBeLessThan(52);
    }
  });

  it("when all values are equal, infinite ones too", () => {
    for (const best of [1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const gaussian = gaussianOf();
      const course = startCourse(gaussian);
      gaussian.generation = course.bests.length;
      for (let g = 1; g <= course.bests.length; g++) noteValues(course, g, { best, range: 0 });
      expect(hasStopped(gaussian, course)).toBe(true);
    }
  });

  it.each<[string, (gaussian: ReturnType<typeof gaussianOf>) => void]>([
    ["when steps are 1e-12 of the first", (g) => Object.assign(g, { sigma: 1e-13 })],
    ["when sigma explodes", (g) => Object.assign(g, { sigma: 3000 })],
    ["when the covariance is all but singular", (g) => g.deviations.set([1e-8, 1, 1])],
    ["when a step changes no coordinate", (g) => g.mean.set([1e9, 0.5, 0.5]) ?? Object.assign(g, { sigma: 1e-8 })],
  ])("%s", (_, change) => {
    const gaussian = gaussianOf();
    const course = startCourse(gaussian);
    expect(hasStopped(gaussian, course)).toBe(false);
    change(gaussian);
    expect(hasStopped(gaussian, course)).toBe(true);
  });
});
