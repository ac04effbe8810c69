import fc from "fast-check";
import { SOBOL_DIMENSIONS } from "../../../core/hyperparameter-js/src/math/directions.js";
import { owenScramble, scrambledSobol, sobolWord } from "../../../core/hyperparameter-js/src/math/sobol.js";

describe("Sobol's sequence", () => {
  // scipy.stats.qmc.Sobol(d=160, scramble=False).random(300), SciPy 1.10: rows 5, 200 and 299.
  it.each([
    [5, [0, 1, 2, 3, 4, 5, 6, 7], [0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375]],
    [200, [0, 1, 2, 63, 100, 159], [0.20703125, 0.38671875, 0.41015625, 0.35546875, 0.99609375, 0.40234375]],
    [
      299,
      [0, 1, 2, 63, 100, 127, 159],
      [0.490234375, 0.669921875, 0.162109375, 0.326171875, 0.619140625, 0.888671875, 0.783203125],
    ],
  ])("has SciPy's point %i", (index, dimensions, wanted) => {
    expect(dimensions.map((dimension) => sobolWord(index, dimension) / 2 ** 32)).toEqual(wanted);
  });
});

/** How many of the points lie in each of the boxes with 2^a × 2^b cells. */
function counts(points: readonly Float64Array[], [x, y]: readonly [number, number], [a, b]: readonly [number, number]) {
  const found = new Map<number, number>();
  for (const point of points) {
    const cell = Math.floor((point[x] as number) * 2 ** a) * 2 ** b + Math.floor((point[y] as number) * 2 ** b);
    found.set(cell, (found.get(cell) ?? 0) + 1);
  }
  return found;
}

describe("the scrambled sequence", () => {
  it("has each dyadic interval of each coordinate once, beyond the table too", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 9 }), fc.nat({ max: 1000 }), (seed, m, block) => {
        const dimensions = SOBOL_DIMENSIONS + 5;
        const at = scrambledSobol(dimensions, seed);
        const points = Array.from({ length: 2 ** m }, (_, index) => at(block * 2 ** m + index));
        for (const dimension of [0, 1, 7, SOBOL_DIMENSIONS - 1, SOBOL_DIMENSIONS, dimensions - 1]) {
          const cells = new Set(points.map((point) => Math.floor((point[dimension] as number) * 2 ** m)));
          expect(cells.size).toBe(2 ** m);
        }
      }),
      { numRuns: 8 },
    );
  });

  it("has each dyadic box of the first two coordinates once, as a (0, m, 2)-net has", () => {
    const at = scrambledSobol(2, 11);
    const points = Array.from({ length: 256 }, (_, index) => at(512 + index));
    for (let a = 0; a <= 8; a++) expect(new Set(counts(points, [0, 1], [a, 8 - a]).values())).toEqual(new Set([1]));
    expect(counts(points, [0, 1], [4, 4]).size).toBe(256);
  });

  it("is uniform over scrambles and has nothing left of the plain one", () => {
    const seeds = Array.from({ length: 2000 }, (_, seed) => scrambledSobol(2, seed)(3));
    const [first, second] = [0, 1].map((at) => seeds.map((point) => point[at] as number)) as [number[], number[]];
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(first)).toBeCloseTo(0.5, 1);
    expect(mean(first.map((x) => x * x))).toBeCloseTo(1 / 3, 1);
    expect(Math.abs(mean(first.map((x, at) => (x - 0.5) * ((second[at] as number) - 0.5))))).toBeLessThan(0.009);
  });

  it("integrates a smooth function far better than chance", () => {
    const n = 1024;
    const errors = Array.from({ length: 20 }, (_, seed) => {
      const at = scrambledSobol(5, seed);
      let sum = 0;
      for (let index = 0; index < n; index++) sum += at(index).reduce((product, x) => product * (1 + (x - 0.5)), 1);
      return (sum / n - 1) ** 2;
    });
    const rms = Math.sqrt(errors.reduce((sum, error) => sum + error, 0) / errors.length);
    // Chance: sqrt(((1 + 1/12)^5 − 1)/1024) = 0.0219.
    expect(rms).toBeLessThan(0.0022);
  });

  it("stays in the open unit interval and depends on each seed bit", () => {
    const points = [0, 1, 2 ** 52, 2 ** 53 - 1].map((seed) => scrambledSobol(3, seed)(2 ** 32 - 1));
    for (const point of points) for (const x of point) expect(x > 0 && x < 1).toBe(true);
    expect(new Set(points.map((point) => point[0])).size).toBe(4);
  });
});

describe("the scramble", () => {
  it("keeps two words together just as far as their leading bits agree", () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(word, word, word, (a, b, key) => {
        const [x, y] = [owenScramble(a, key), owenScramble(b, key)];
        expect(Math.clz32(x ^ y)).toBe(Math.clz32(a ^ b));
      }),
    );
  });
});
