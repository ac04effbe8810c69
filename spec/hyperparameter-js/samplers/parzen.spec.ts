import fc from "fast-check";
import { createRng, type Params, pointKey, type Space } from "hyperparameter-js";
import { bandwidths, kernelWeights, parzenMixture } from "../../../core/hyperparameter-js/src/samplers/parzen.js";
import { points } from "../../../core/hyperparameter-js/src/space/points.js";
import { finiteSpace } from "../space/arbitrary.js";
import { twinLogDensity } from "./twin.js";

describe("weights", () => {
  // numpy: concat(linspace(1/m, 1, m - 25), ones(25), [1]), normalised.
  it("are equal up to 25 observations, and the prior's is one of them", () => {
    expect([...kernelWeights(0)]).toEqual([1]);
    expect([...kernelWeights(3)]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(new Set(kernelWeights(25)).size).toBe(1);
  });

  it("fall off with age beyond 25", () => {
    const m28 = kernelWeights(28);
    [0.0012961762799740763, 0.018794556059624108, 0.03629293583927414, 0.03629293583927414].forEach((weight, index) => {
      expect(m28[index]).toBeCloseTo(weight, 15);
    });
    expect(m28.at(-1)).toBeCloseTo(0.03629293583927414, 15);
    expect(kernelWeights(26)[0]).toBeCloseTo(0.0014771048744460856, 15);
  });
});

describe("bandwidths", () => {
  it.each([
    ["the wider gap, ends without their outer gap", [0.2, 0.5, 0.55], [0.3, 0.3, 0.2]],
    ["a lone centre measured to the ends of the range", [0.4], [0.6]],
    ["at least R/(m + 2)", [0.4, 0.4], [0.25, 0.25]],
    ["none without observations", [], []],
  ])("are %s", (_, centres, wanted) => {
    const got = bandwidths(Float64Array.from(centres), 0, 1);
    expect(got.length).toBe(wanted.length);
    wanted.forEach((width, index) => {
      expect(got[index]).toBeCloseTo(width, 12);
    });
  });

  it("are at least a hundredth of the range, however many there are", () => {
    const many = Float64Array.from({ length: 500 }, (_, index) => -3 + index * 0.02);
    expect(Math.min(...bandwidths(many, -3, 7))).toBeCloseTo(0.1, 12);
  });
});

describe("the mixture", () => {
  const space: Space = {
    x: { type: "float", low: 0, high: 1 },
    n: { type: "int", low: 1, high: 8 },
    rate: { type: "float", low: 1e-4, high: 1, log: true },
    kind: { type: "categorical", choices: ["a", "b", "c"] },
  };
  const observed: Params[] = [
    { x: 0.55, n: 3, rate: 1e-3, kind: "a" },
    { x: 0.2, n: 7, rate: 0.1, kind: "c" },
    { x: 0.5, n: 3, rate: 3e-2, kind: "a" },
  ];

  // SciPy's truncnorm and logsumexp on the published rules.
  it.each([
    [{ x: 0.5, n: 3, rate: 1e-2, kind: "a" }, -3.9651703461866585],
    [{ x: 0.95, n: 8, rate: 0.9, kind: "b" }, -6.819038440334415],
    [{ x: 0, n: 1, rate: 1e-4, kind: "c" }, -6.910830337383287],
  ])("has the stored log density at %j", (point, wanted) => {
    expect(parzenMixture(space, observed).logDensity(point)).toBeCloseTo(wanted, 10);
    expect(twinLogDensity(space, observed, point)).toBeCloseTo(wanted, 10);
  });

  it("has mass 1 over a finite space, conditions and all", () => {
    fc.assert(
      fc.property(finiteSpace, fc.nat({ max: 30 }), (tree, count) => {
        const all = [...points(tree)];
        fc.pre(all.length < 400);
        const rng = createRng(count, "mass");
        const seen = Array.from({ length: count }, () => all[rng.int(all.length)] as Params);
        const mixture = parzenMixture(tree, seen);
        const total = all.reduce((sum, point) => sum + Math.exp(mixture.logDensity(point)), 0);
        expect(total).toBeCloseTo(1, 9);
      }),
      { numRuns: 60 },
    );
  });

  it("draws points as often as their mass says", () => {
    const tree: Space = {
      learner: { type: "categorical", choices: ["linear", "tree"] },
      depth: { type: "int", low: 1, high: 4, when: { learner: "tree" } },
      l2: { type: "int", low: 1, high: 16, log: true, when: { learner: "linear" } },
    };
    const seen: Params[] = [
      { learner: "tree", depth: 4 },
      { learner: "tree", depth: 3 },
      { learner: "linear", l2: 2 },
    ];
    const mixture = parzenMixture(tree, seen);
    const draws = 20_000;
    const counts = new Map<string, number>();
    const rng = createRng(6, "draws");
    for (let draw = 0; draw < draws; draw++) {
      const key = pointKey(mixture.draw(rng));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const point of points(tree)) {
      const mass = Math.exp(mixture.logDensity(point));
      const error = Math.sqrt(draws * mass * (1 - mass));
      expect(Math.abs((counts.get(pointKey(point)) ?? 0) - draws * mass)).toBeLessThan(5 * error);
    }
  });

  it("says nothing on a parameter that an observation lacks", () => {
    const tree: Space = {
      learner: { type: "categorical", choices: ["linear", "tree"] },
      depth: { type: "float", low: 0, high: 4, when: { learner: "tree" } },
    };
    const mixture = parzenMixture(tree, [{ learner: "linear" }]);
    // Two kernels: linear with 3/4 of its mass, the uniform prior; depth has the prior's kernel in both.
    const learner = 0.5 * (1 / 4) + 0.5 * 0.5;
    const middle = 1 / (4 * Math.sqrt(2 * Math.PI)) / 0.3829249225480262;
    expect(mixture.logDensity({ learner: "tree", depth: 2 })).toBeCloseTo(Math.log(learner * middle), 12);
  });
});
