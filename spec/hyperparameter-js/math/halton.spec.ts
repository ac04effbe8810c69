import { primeAt, radicalInverse, scrambledHalton } from "../../../core/hyperparameter-js/src/math/halton.js";

describe("Halton's sequence", () => {
  // scipy.stats.qmc.Halton(d=50, scramble=False).random(1001), SciPy 1.10: rows 7 and 1000.
  it.each([
    [7, [0, 1, 2, 3, 4], [0.875, 0.5555555555555556, 0.44, 0.02040816326530612, 0.6363636363636364]],
    [1000, [0, 1, 2, 9, 49], [0.0927734375, 0.3475080018289895, 0.00512, 0.4887449259912255, 0.3668885032703419]],
  ])("has SciPy's point %i", (index, dimensions, wanted) => {
    dimensions.forEach((dimension, at) => {
      expect(radicalInverse(index, primeAt(dimension))).toBeCloseTo(wanted[at] as number, 15);
    });
  });

  it("has the primes as bases", () => {
    expect([0, 1, 2, 3, 24, 167, 999].map(primeAt)).toEqual([2, 3, 5, 7, 97, 997, 7919]);
  });
});

describe("the scrambled sequence", () => {
  it.each([
    [0, 2, 9],
    [1, 3, 6],
    [2, 5, 4],
    [9, 29, 2],
    [60, 283, 1],
  ])("has in coordinate %i each interval of length %i^−%i once", (dimension, base, digits) => {
    const cells = base ** digits;
    for (const seed of [0, 1, 2 ** 53 - 1]) {
      const at = scrambledHalton(dimension + 1, seed);
      const found = new Set<number>();
      // A hair inward: a sum of digits may round onto the border.
      for (let k = 0; k < cells; k++) found.add(Math.floor((at(3 * cells + k)[dimension] as number) * cells + 1e-9));
      expect(found.size).toBe(cells);
    }
  });

  it("pairs digits as independent draws without repetition would", () => {
    // Base 5: first digits of points 0 and 1 over scrambles; each ordered pair of different digits has chance 1/20.
    const seen = new Map<number, number>();
    const seeds = 8000;
    for (let seed = 0; seed < seeds; seed++) {
      const at = scrambledHalton(3, seed);
      const [a, b] = [0, 1].map((index) => Math.floor(5 * (at(index)[2] as number))) as [number, number];
      seen.set(5 * a + b, (seen.get(5 * a + b) ?? 0) + 1);
    }
    expect(seen.size).toBe(20);
    for (const count of seen.values()) expect(Math.abs(count - seeds / 20)).toBeLessThan(5 * Math.sqrt(seeds / 20));
  });

  it("fills many dimensions, and is uniform in each", () => {
    const at = scrambledHalton(200, 3);
    const points = Array.from({ length: 500 }, (_, index) => at(index));
    for (const dimension of [0, 50, 199]) {
      const mean = points.reduce((sum, point) => sum + (point[dimension] as number), 0) / 500;
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
    }
  });
});
