import fc from "fast-check";
import { createRng } from "hyperparameter-js";
import { nonDominatedBoxes } from "../../../core/hyperparameter-js/src/pareto/boxes.js";
import { crowdingDistance, thinByCrowding } from "../../../core/hyperparameter-js/src/pareto/crowding.js";
import {
  exclusiveVolume,
  hypervolumeContributions,
  hypervolumeOf,
} from "../../../core/hyperparameter-js/src/pareto/hypervolume.js";
import { weaklyDominates } from "../../../core/hyperparameter-js/src/pareto/point.js";
import { referenceFor, selectByHypervolume } from "../../../core/hyperparameter-js/src/pareto/subset.js";
import { bestSubsetVolume, pointsOf, volumeByInclusion, WIDTHS } from "./twin.js";

const [LOW, HIGH] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const reference = (width: number) => Array.from({ length: width }, (_, k) => 4.5 + 0.25 * k);

describe("hypervolume", () => {
  it.each(WIDTHS)("is the volume by inclusion and exclusion, for %p objectives", (width) => {
    fc.assert(
      fc.property(pointsOf(width, 7), (points) => {
        const top = reference(width);
        expect(hypervolumeOf(points, top)).toBeCloseTo(volumeByInclusion(points, top), 8);
      }),
    );
  });

  // The limits of the fronts' own hypervolumes, by integrals: 1.1² − ∫ f2 df1 over the front.
  it.each([
    ["ZDT1", (x: number) => 1 - Math.sqrt(x), 1.21 - 1 / 3],
    ["ZDT2", (x: number) => 1 - x * x, 1.21 - 2 / 3],
    ["DTLZ2, two objectives", (x: number) => Math.sqrt(1 - x * x), 1.21 - Math.PI / 4],
  ])("of a dense %s front is the published one", (_, front, limit) => {
    const points = Array.from({ length: 20_001 }, (_, k) => [k / 20_000, front(k / 20_000)]);
    expect(hypervolumeOf(points, [1.1, 1.1])).toBeCloseTo(limit, 3);
  });

  /** Points of the part of the unit sphere where all coordinates are positive. */
  function octant(width: number, count: number): number[][] {
    const rng = createRng(1, "sphere", width);
    return Array.from({ length: count }, () => {
      const raw = Array.from({ length: width }, () => Math.abs(rng.normal()));
      const norm = Math.hypot(...raw);
      return raw.map((x) => x / norm);
    });
  }

  it("of a dense octant of a sphere is the cube without the ball", () => {
    expect(hypervolumeOf(octant(3, 20_000), [1, 1, 1])).toBeCloseTo(1 - Math.PI / 6, 2);
  });

  it.each([4, 5, 6])("is the share of random points that are dominated, for %p objectives", (width) => {
    const points = octant(width, 40);
    const rng = createRng(2, "samples", width);
    const samples = Array.from({ length: 20_000 }, () => points[0]?.map(() => rng.next()) as number[]);
    const share = samples.filter((sample) => points.some((point) => weaklyDominates(point, sample))).length / 20_000;
    const volume = hypervolumeOf(points, points[0]?.map(() => 1) as number[]);
    expect(Math.abs(volume - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 20_000));
  });

  it("counts nothing that is no better than the reference, and has no bound where one is missing", () => {
    expect(hypervolumeOf([], [1, 1])).toBe(0);
    expect(hypervolumeOf([[0, 1]], [1, 1])).toBe(0);
    expect(hypervolumeOf([[HIGH, LOW]], [1, 1])).toBe(0);
    expect(hypervolumeOf([[LOW, 0]], [1, 1])).toBe(HIGH);
    expect(hypervolumeOf([[0, 0]], [1, HIGH])).toBe(HIGH);
  });
});

describe("contributions", () => {
  it.each(WIDTHS)("are what is lost without the point, for %p objectives", (width) => {
    fc.assert(
      fc.property(pointsOf(width, 7), (points) => {
        const top = reference(width);
        const whole = volumeByInclusion(points, top);
        const lost = points.map((_, index) => whole - volumeByInclusion(points.toSpliced(index, 1), top));
        const found = hypervolumeContributions(points, top);
        lost.forEach((volume, index) => {
          expect(found[index]).toBeCloseTo(volume, 8);
        });
      }),
    );
  });

  it("of a point beside others is what they gain", () => {
    expect(
      exclusiveVolume(
        [1, 1],
        [
          [0, 2],
          [2, 0],
        ],
        [3, 3],
      ),
    ).toBe(1);
    expect(exclusiveVolume([1, 1], [[1, 1]], [3, 3])).toBe(0);
    expect(exclusiveVolume([LOW, 2], [[0, 0]], [3, 3])).toBe(HIGH);
    expect(exclusiveVolume([LOW, 2], [[LOW, 1]], [3, 3])).toBe(0);
  });
});

describe("selection by hypervolume", () => {
  it.each([2, 3, 4])("takes fronts in order and dominates 63 %% of the best choice, for %p objectives", (width) => {
    fc.assert(
      fc.property(pointsOf(width, 9), fc.nat({ max: 9 }), (points, count) => {
        const top = reference(width);
        const kept = selectByHypervolume(points, count, top);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect(kept.length).toBe(Math.min(count, points.length));
        const volume = volumeByInclusion(
          kept.map((index) => points[index] as number[]),
          top,
        );
        expect(volume).toBeGreaterThanOrEqual((1 - 1 / Math.E) * bestSubsetVolume(points, count, top) - 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it.each([2, 3])("takes at each step what adds most, for %p objectives", (width) => {
    const rng = createRng(4, "greedy", width);
    const front = Array.from({ length: 30 }, () => {
      const raw = Array.from({ length: width }, () => rng.next());
      const norm = Math.hypot(...raw);
      return raw.map((x) => x / norm);
    });
    const top = Array.from({ length: width }, () => 1.1);
    const left = new Set(front.keys());
    for (let count = 1; count <= 12; count++) {
      const taken = front.filter((_, index) => !left.has(index));
      const gains = [...left].map((index) => ({ index, gain: exclusiveVolume(front[index] as number[], taken, top) }));
      const best = gains.reduce((a, b) => (b.gain > a.gain ? b : a));
      left.delete(best.index);
      expect(selectByHypervolume(front, count, top)).toEqual([...front.keys()].filter((index) => !left.has(index)));
    }
  });

  it("lies a tenth beyond the worst finite value", () => {
    expect([
      ...referenceFor([
        [1, -2, 0, HIGH],
        [3, -5, 0, HIGH],
        [LOW, HIGH, 0, LOW],
      ]),
    ]).toEqual([1.1 * 3, 0.9 * -2, 1e-12, 1e-12]);
  });

  it("prefers points without bound, and takes those beyond the reference last", () => {
    const points = [
      [HIGH, LOW],
      [2, 2],
      [1, 3],
      [LOW, HIGH],
    ];
    expect(selectByHypervolume(points, 2)).toEqual([1, 2]);
    expect(
      selectByHypervolume(
        [
          [LOW, 3],
          [2, 2],
          [1, 2.5],
        ],
        1,
      ),
    ).toEqual([0]);
  });
});

describe("boxes that nothing dominates", () => {
  it.each([1, 2, 3])("hold each free point once, and no other, for %p objectives", (width) => {
    const cases = fc.tuple(
      pointsOf(width, 10),
      fc.array(
        pointsOf(width, 1).filter((p) => p.length === 1),
        { maxLength: 8 },
      ),
    );
    fc.assert(
      fc.property(cases, ([points, samples]) => {
        const top = reference(width);
        const boxes = nonDominatedBoxes(points, top);
        expect(boxes.length).toBeLessThanOrEqual(width < 3 ? points.length + 1 : 2 * points.length + 1);
        for (const [sample] of samples as [number[]][]) {
          // Off the faces, as boxes share those.
          const y = sample.map((x, k) => x + 1e-7 * (k + 1));
          const free = y.every((x, k) => x <= (top[k] as number)) && !points.some((point) => weaklyDominates(point, y));
          const holding = boxes.filter(({ lower, upper }) =>
            y.every((x, k) => x > (lower[k] as number) && x <= (upper[k] as number)),
          );
          expect(holding.length).toBe(free ? 1 : 0);
        }
      }),
    );
  });

  it.each([1, 2, 3])("and the hypervolume fill the whole together, for %p objectives", (width) => {
    fc.assert(
      fc.property(pointsOf(width, 10), (points) => {
        const top = reference(width);
        const free = nonDominatedBoxes(points, top).reduce((sum, { lower, upper }) => {
          return sum + upper.reduce((volume, high, k) => volume * (high - Math.max(0, lower[k] as number)), 1);
        }, 0);
        const whole = top.reduce((volume, high) => volume * high, 1);
        expect(free + hypervolumeOf(points, top)).toBeCloseTo(whole, 8);
      }),
    );
  });

  it("refuses more than three objectives", () => {
    expect(() => nonDominatedBoxes([], [1, 1, 1, 1])).toThrow("expected one to three objectives, got 4");
  });
});

describe("crowding distance", () => {
  it("is infinite at the ends and the sum of the neighbours' gaps between", () => {
    const front = [
      [0, 10],
      [4, 2],
      [1, 6],
      [8, 0],
    ];
    expect([...crowdingDistance(front)]).toEqual([HIGH, 7 / 8 + 6 / 10, 4 / 8 + 8 / 10, HIGH]);
  });

  it("is 0 for one of many equal points, and never NaN", () => {
    expect([
      ...crowdingDistance([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    ]).toEqual([HIGH, 0, HIGH]);
    const odd = [
      [LOW, HIGH],
      [LOW, 3],
      [0, 0],
      [HIGH, LOW],
      [HIGH, LOW],
    ];
    expect([...crowdingDistance(odd)].some(Number.isNaN)).toBe(false);
    expect([...crowdingDistance([])]).toEqual([]);
    expect([...crowdingDistance([[3, 4]])]).toEqual([HIGH]);
  });

  it.each([1, 2, 3, 150])(
    "thins a front one by one, the most crowded point first (%p objectives or points)",
    (width) => {
      const rng = createRng(6, "thin", width);
      const [count, objectives] = width > 3 ? [width, 2] : [30, width];
      const front = Array.from({ length: count }, () => Array.from({ length: objectives }, () => rng.int(40)));
      let left = [...front.keys()];
      while (left.length > 12) {
        const room = crowdingDistance(left.map((index) => front[index] as number[]));
        const least = room.lastIndexOf(Math.min(...room));
        left = left.toSpliced(least, 1);
      }
      const { kept, distances } = thinByCrowding(front, 12);
      expect(kept).toEqual(left);
      expect([...distances]).toEqual([...crowdingDistance(left.map((index) => front[index] as number[]))]);
    },
  );
});
