import fc from "fast-check";
import { normalCdf } from "../../../../core/hyperparameter-js/src/math/normal.js";
import { deviationOf, startGaussian } from "../../../../core/hyperparameter-js/src/models/cmaes/gaussian.js";
import { type Cell, holdMargin, marginOf } from "../../../../core/hyperparameter-js/src/models/cmaes/margin.js";
import { strategyOf } from "../../../../core/hyperparameter-js/src/models/cmaes/strategy.js";

/** 0 … 1 in ten equal cells. */
const tenths = (coordinate: number): Cell => {
  const cell = Math.min(Math.max(Math.floor(coordinate * 10), 0), 9);
  return [cell === 0 ? Number.NEGATIVE_INFINITY : cell / 10, cell === 9 ? Number.POSITIVE_INFINITY : (cell + 1) / 10];
};

const unit = fc.double({ min: -0.5, max: 1.5, noNaN: true });

it("each neighbour keeps half the margin, the only one of an edge all of it, and the mean stays in its cell", () => {
  fc.assert(
    fc.property(unit, fc.double({ min: -8, max: 0.5, noNaN: true }), fc.integer({ min: 1, max: 12 }), (x, size, d) => {
      const strategy = strategyOf(d, 4 + d, false);
      const gaussian = startGaussian(strategy, { mean: new Float64Array(d).fill(x), sigma: 10 ** size });
      const before = tenths(x);
      holdMargin(gaussian, (j, coordinate) => (j === 0 ? tenths(coordinate) : null));
      const mean = gaussian.mean[0] as number;
      const deviation = gaussian.sigma * (gaussian.scale[0] as number) * deviationOf(gaussian, 0);
      const [below, above] = [normalCdf((before[0] - mean) / deviation), normalCdf((mean - before[1]) / deviation)];
      const alpha = marginOf(gaussian);
      const [low, high] = [Number.isFinite(before[0]), Number.isFinite(before[1])];
      if (low && high) expect(Math.min(below, above)).toBeGreaterThan((alpha / 2) * (1 - 1e-6));
      else expect(low ? below : above).toBeGreaterThan(Math.min(alpha, 0.5) * (1 - 1e-6));
      expect(mean).toBeGreaterThan(low ? before[0] - 1e-12 : Number.NEGATIVE_INFINITY);
      expect(mean).toBeLessThan(high ? before[1] + 1e-12 : Number.POSITIVE_INFINITY);
      expect([...gaussian.mean.subarray(1), ...gaussian.scale.subarray(1)]).toEqual([
        ...new Array(d - 1).fill(x),
        ...new Array(d - 1).fill(1),
      ]);
    }),
  );
});

it("leaves alone what is uncertain enough", () => {
  const gaussian = startGaussian(strategyOf(2, 6, false), { mean: Float64Array.of(0.53, 0.04), sigma: 0.1 });
  holdMargin(gaussian, (_, coordinate) => tenths(coordinate));
  expect([...gaussian.mean, ...gaussian.scale]).toEqual([0.53, 0.04, 1, 1]);
});

// Equations 20 to 23 of arXiv 2205.13482 by hand: m = 0.51 in [0.5, 0.6], σ = 0.01, α/2 = 1/24: p_low = Φ(−1), p_up ≈ 0.
it("solves mean and scale together inside", () => {
  const gaussian = startGaussian(strategyOf(2, 6, false), { mean: Float64Array.of(0.51, 0), sigma: 0.01 });
  holdMargin(gaussian, (j, coordinate) => (j === 0 ? tenths(coordinate) : null));
  const half = 1 / 24;
  const low = 0.15865525393145707;
  const mid = 1 - low;
  const share = (1 - low - half - mid) / (low + half + mid - 3 * half);
  const deviation = 0.01 * (gaussian.scale[0] as number);
  expect(normalCdf((0.5 - (gaussian.mean[0] as number)) / deviation)).toBeCloseTo(low + share * (low - half), 9);
  expect(normalCdf(((gaussian.mean[0] as number) - 0.6) / deviation)).toBeCloseTo(half, 9);
});
