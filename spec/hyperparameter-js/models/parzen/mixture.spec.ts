import fc from "fast-check";
import { createRng, type Params, pointKey, type Space } from "hyperparameter-js";
import { points } from "../../../../core/hyperparameter-js/src/space/points.js";
import { finiteSpace } from "../../space/arbitrary.js";
import { mixtureOf } from "./mixtures.js";
import { byRank, type TwinRules, twinLogDensity } from "./twin.js";

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
    expect(mixtureOf(space, observed).logDensity(point)).toBeCloseTo(wanted, 6);
    expect(twinLogDensity(space, observed, point)).toBeCloseTo(wanted, 10);
  });

  it("has mass 1 over a finite space, conditions and all", () => {
    fc.assert(
      fc.property(finiteSpace, fc.nat({ max: 30 }), (tree, count) => {
        const all = [...points(tree)];
        fc.pre(all.length < 400);
        const rng = createRng(count, "mass");
        const seen = Array.from({ length: count }, () => all[rng.int(all.length)] as Params);
        const mixture = mixtureOf(tree, seen);
        const total = all.reduce((sum, point) => sum + Math.exp(mixture.logDensity(point)), 0);
        expect(total).toBeCloseTo(1, 6);
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
    const mixture = mixtureOf(tree, seen);
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
    const mixture = mixtureOf(tree, [{ learner: "linear" }]);
    // Two kernels: linear with 3/4 of its mass, the uniform prior; depth has the prior's kernel in both.
    const learner = 0.5 * (1 / 4) + 0.5 * 0.5;
    const middle = 1 / (4 * Math.sqrt(2 * Math.PI)) / 0.3829249225480262;
    expect(mixture.logDensity({ learner: "tree", depth: 2 })).toBeCloseTo(Math.log(learner * middle), 8);
  });

  const RULES: TwinRules = { weights: (m) => [...byRank(m), 0.3], floor: () => 0.07, same: true, smoothing: () => 0.1 };

  it("has the density of the twin, whatever weights, widths and smoothing", () => {
    // On a grid: of two values that are a rounding apart, which one the wider gap belongs to is rounding too.
    const number = fc.integer({ min: 0, max: 4096 }).map((step) => step / 4096);
    const point = fc.record({
      x: number,
      n: fc.integer({ min: 1, max: 8 }),
      rate: number.map((u) => 1e-4 ** u),
      kind: fc.constantFrom("a", "b", "c"),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), point, fc.boolean(), (seen, at, same) => {
        const rules = { ...RULES, same };
        const mixture = mixtureOf(space, seen, rules);
        expect(mixture.logDensity(at)).toBeCloseTo(twinLogDensity(space, seen, at, rules), 5);
      }),
      { numRuns: 60 },
    );
  });

  it("sums up its kernels from the newest on, and no further than it has to", () => {
    const rng = createRng(1, "over");
    const seen = Array.from({ length: 200 }, () => ({ x: rng.next(), n: 1 + rng.int(8), rate: 0.1, kind: "a" }));
    const { mixture, coordinates } = mixtureOf(space, seen, RULES);
    for (const at of [seen[7], seen[150], { x: 0.99, n: 8, rate: 1e-4, kind: "c" }]) {
      const point = coordinates(at as Params);
      const density = mixture.logDensity(point);
      expect(Math.log(mixture.densityOver(point, density - 3, Number.POSITIVE_INFINITY))).toBeCloseTo(3, 6);
      const limit = 0.1;
      const part = mixture.densityOver(point, density, limit);
      expect(part).toBeGreaterThan(limit);
      expect(part).toBeLessThan(1 + 1e-6);
    }
  });
});
