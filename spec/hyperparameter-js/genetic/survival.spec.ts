import fc from "fast-check";
import type { FrozenTrial, ProposeRequest } from "hyperparameter-js";
import { divisionsFor, simplexLattice, surviveByNiche } from "../../../core/hyperparameter-js/src/genetic/niches.js";
import { type Ground, type Member, populationOf } from "../../../core/hyperparameter-js/src/genetic/population.js";
import { surviveByCrowding } from "../../../core/hyperparameter-js/src/genetic/survival.js";
import { pointsOf, ranksByPeeling } from "../pareto/twin.js";
import { trialWith } from "../space/arbitrary.js";

const [LOW, HIGH] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

function members(points: readonly (readonly number[])[], constraints: readonly number[] = []): Member[] {
  return points.map((values, number) => {
    const constraint = constraints[number];
    const measured = constraint === undefined ? {} : { constraints: [constraint] };
    return { trial: { ...trialWith({}, number), values, ...measured }, values, row: new Float64Array(0) };
  });
}

function ground(width: number): Ground {
  return { space: {}, directions: Array.from({ length: width }, () => "minimize" as const), seed: 3 };
}

const numbers = (kept: readonly Member[]) => kept.map(({ trial }) => trial.number).sort((a, b) => a - b);

describe.each([
  ["crowding", surviveByCrowding],
  ["niches", surviveByNiche(null)],
])("survival by %s", (_, survive) => {
  it.each([1, 2, 3, 4])("keeps whole fronts while they fit, of %p objectives", (width) => {
    fc.assert(
      fc.property(pointsOf(width, 20), fc.integer({ min: 1, max: 20 }), (points, capacity) => {
        const ranks = ranksByPeeling(points);
        const standing = survive(members(points), capacity, { ground: ground(width), generation: 0 });
        const kept = numbers(standing.members);
        expect(kept.length).toBe(Math.min(capacity, points.length));
        expect(new Set(kept).size).toBe(kept.length);
        const worst = Math.max(0, ...kept.map((index) => ranks[index] as number));
        ranks.forEach((rank, index) => {
          if (rank < worst) expect(kept).toContain(index);
        });
        standing.members.forEach(({ trial }, at) => {
          expect(standing.ranks[at]).toBe(ranks[trial.number]);
        });
      }),
      { numRuns: 50 },
    );
  });

  it("keeps feasible members first, then those that violate least", () => {
    const points = [0, 1, 2, 3, 4].map((x) => [x, x]);
    const standing = survive(members(points, [2, 0, 1, -1, 0.5]), 3, { ground: ground(2), generation: 0 });
    expect(numbers(standing.members)).toEqual([1, 3, 4]);
  });

  it("bears infinite and equal values", () => {
    const points = [
      [LOW, HIGH],
      [HIGH, LOW],
      [0, 0],
      [0, 0],
      [LOW, HIGH],
      [1, -1],
    ];
    for (const capacity of [1, 2, 3, 4, 5]) {
      const standing = survive(members(points), capacity, { ground: ground(2), generation: 0 });
      expect(standing.members.length).toBe(capacity);
    }
  });
});

describe("reference directions", () => {
  it("are the points of the simplex whose coordinates are multiples of 1/divisions", () => {
    expect(simplexLattice(2, 3)).toEqual([
      [0, 1],
      [1 / 3, 2 / 3],
      [2 / 3, 1 / 3],
      [1, 0],
    ]);
    expect(simplexLattice(3, 12).length).toBe(91);
    expect(simplexLattice(5, 6).length).toBe(210);
    for (const point of simplexLattice(4, 5)) expect(point.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(simplexLattice(1, 1)).toEqual([[1]]);
  });

  it("are no more than members by default", () => {
    for (const width of [2, 3, 4, 6, 10])
      for (const most of [10, 50, 91, 200]) {
        const divisions = divisionsFor(width, most);
        expect(simplexLattice(width, divisions + 1).length).toBeGreaterThan(most);
        if (divisions > 1) expect(simplexLattice(width, divisions).length).toBeLessThanOrEqual(most);
      }
  });

  it("each get their nearest member, whatever the scales of the objectives", () => {
    const angles = Array.from({ length: 31 }, (_, k) => (k * Math.PI) / 60);
    const points = angles.map((angle) => [5 + 1000 * Math.cos(angle), -3 + 0.01 * Math.sin(angle)]);
    const { members: kept } = surviveByNiche(3)(members(points), 4, { ground: ground(2), generation: 1 });
    // atan(1/2) and atan(2) in steps of 3 degrees.
    expect(numbers(kept)).toEqual([0, 9, 21, 30]);
  });
});

describe("the population", () => {
  const request = (trials: readonly FrozenTrial[]): ProposeRequest => ({
    space: SPACE,
    trials,
    running: [],
    directions: ["maximize"],
    number: trials.length,
    seed: 1,
  });
  const SPACE = { x: { type: "float", low: 0, high: 1 } } as const;
  const ended = (number: number, value: number | null): FrozenTrial => ({
    ...trialWith({ x: 0.5 }, number),
    state: value === null ? "failed" : "complete",
    values: value === null ? null : [value],
  });

  it("starts with the first complete trials, and then changes with each block of them", () => {
    const at = populationOf({ population: 3, offspring: 2 }, surviveByCrowding);
    const values = [1, null, 5, 2, 9, null, 0, 7, 8];
    const sizes = values.map((_, end) => {
      const trials = values.slice(0, end + 1).map((value, number) => ended(number, value));
      return numbers(at(request(trials)).members);
    });
    const [none, first, second, third] = [[], [0, 2, 3], [2, 3, 4], [4, 7, 8]];
    expect(sizes).toEqual([none, none, none, first, first, first, second, second, third]);
  });

  it("leaves out trials of another number of objectives", () => {
    const at = populationOf({ population: 2, offspring: 1 }, surviveByCrowding);
    const trials = [ended(0, 1), { ...ended(1, 1), values: [1, 2] }, ended(2, 3)];
    expect(numbers(at(request(trials)).members)).toEqual([0, 2]);
  });
});
