import fc from "fast-check";
import { createRng } from "hyperparameter-js";
import { constrainedRanks, violationOf } from "../../../core/hyperparameter-js/src/pareto/constraints.js";
import { dominates, weaklyDominates } from "../../../core/hyperparameter-js/src/pareto/point.js";
import { frontOf, groupByRank, nonDominatedRanks } from "../../../core/hyperparameter-js/src/pareto/ranks.js";
import { dominatesPlainly, pointsOf, ranksByPeeling, WIDTHS } from "./twin.js";

const [LOW, HIGH] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

describe("dominance", () => {
  it.each([
    [[1, 2], [1, 2], false, true],
    [[1, 2], [1, 3], true, true],
    [[1, 3], [2, 2], false, false],
    [[LOW, 0], [0, 0], true, true],
    [[HIGH, 0], [HIGH, 1], true, true],
    [[HIGH, 0], [0, HIGH], false, false],
  ])("%p over %p", (a, b, strictly, weakly) => {
    expect(dominates(a, b)).toBe(strictly);
    expect(weaklyDominates(a, b)).toBe(weakly);
  });
});

describe("non-dominated sorting", () => {
  it.each(WIDTHS)("gives the ranks of peeling, for %p objectives", (width) => {
    fc.assert(
      fc.property(pointsOf(width, 24), (points) => {
        expect([...nonDominatedRanks(points)]).toEqual(ranksByPeeling(points));
      }),
    );
  });

  it.each(WIDTHS)("finds the front alone, for %p objectives", (width) => {
    fc.assert(
      fc.property(pointsOf(width, 24), (points) => {
        const front = points.flatMap((point, index) =>
          points.some((other) => dominatesPlainly(other, point)) ? [] : [index],
        );
        expect(frontOf(points)).toEqual(front);
      }),
    );
  });

  it("takes infinities as numbers like others", () => {
    const points = [
      [LOW, HIGH],
      [HIGH, LOW],
      [HIGH, HIGH],
      [0, 0],
      [LOW, 0],
      [0, LOW],
    ];
    expect([...nonDominatedRanks(points)]).toEqual(ranksByPeeling(points));
    const solid = points.map(([x, y]) => [x as number, y as number, HIGH]);
    expect([...nonDominatedRanks(solid)]).toEqual(ranksByPeeling(points));
  });

  it("sorts 10,000 points of three objectives into the fronts of peeling", () => {
    const rng = createRng(3, "ranks");
    const points = Array.from({ length: 10_000 }, () => [rng.next(), rng.next(), rng.next()]);
    const ranks = nonDominatedRanks(points);
    for (let index = 0; index < points.length; index += 97) {
      const over = points.flatMap((other, at) =>
        dominatesPlainly(other, points[index] as number[]) ? [ranks[at] as number] : [],
      );
      expect(ranks[index]).toBe(over.length === 0 ? 0 : 1 + Math.max(...over));
    }
  });

  it("groups indexes by rank", () => {
    expect(groupByRank(Int32Array.of(1, 0, 2, 0))).toEqual([[1, 3], [0], [2]]);
    expect(groupByRank(Int32Array.of())).toEqual([]);
  });
});

describe("constrained domination", () => {
  it("adds up what is violated, and nothing else", () => {
    expect(violationOf([])).toBe(0);
    expect(violationOf([-3, 0, 0.5, 2])).toBe(2.5);
    expect(violationOf([LOW, HIGH])).toBe(HIGH);
  });

  it("puts feasible points first, and ranks the others by their violation", () => {
    const points = [
      [0, 0],
      [5, 5],
      [1, 9],
      [6, 6],
      [9, 1],
    ];
    expect([...constrainedRanks(points, [2, 0, 0.5, 0, 2])]).toEqual([3, 0, 2, 1, 3]);
  });

  it("ranks as the definition says", () => {
    const cases = pointsOf(2, 16).chain((points) =>
      fc.tuple(
        fc.constant(points),
        fc.array(fc.constantFrom(0, 0, 1, 2, HIGH), { minLength: points.length, maxLength: points.length }),
      ),
    );
    const over = (a: readonly number[], va: number, b: readonly number[], vb: number) =>
      va === 0 && vb === 0 ? dominatesPlainly(a, b) : va < vb;
    fc.assert(
      fc.property(cases, ([points, violations]) => {
        const ranks = constrainedRanks(points, violations);
        points.forEach((b, j) => {
          const above = points.flatMap((a, i) =>
            over(a, violations[i] as number, b, violations[j] as number) ? [ranks[i] as number] : [],
          );
          expect(ranks[j]).toBe(above.length === 0 ? 0 : 1 + Math.max(...above));
        });
      }),
    );
  });
});
