import { fitGp } from "../../../../core/hyperparameter-js/src/models/gp/fit.js";
import { logHypervolumeImprovement } from "../../../../core/hyperparameter-js/src/models/gp/improvement.js";
import type { Posterior } from "../../../../core/hyperparameter-js/src/models/gp/posterior.js";
import { NUMBERS, numericGradient, VALUES } from "./data.js";

function constant(mean: number, deviation: number): Posterior {
  const prediction = { mean, variance: deviation ** 2 };
  return { predict: () => prediction, slopes: () => prediction };
}

const FRONT = [
  [1, 4],
  [2, 2],
  [4, 1],
];

/** mpmath, 400 digits: the sum over the four boxes of what E max(0, a − Y) leaves; mean, deviation, log of the improvement. */
const EXACT = [
  [[2, 2], [1, 0.5], 0.18769919275094518],
  [[3, 3], [0.2, 0.2], -17.66059188918898],
  [[0, 0], [1, 1], 2.6532796397197314],
  [[1.5, 3], [0.3, 2], 0.5105142553407972],
  [[20, 30], [1, 1], -507.17657279554805],
] as const;

describe("log of the expected hypervolume improvement", () => {
  it.each(EXACT)("of a normal at %j with deviations %j is the integral", ([m0, m1], [d0, d1], exact) => {
    const posteriors = [constant(m0, d0), constant(m1, d1)];
    const { value } = logHypervolumeImprovement(posteriors, FRONT, Float64Array.of(5, 5), 1);
    expect(value(Float64Array.of(0)) / exact).toBeCloseTo(1, 10);
  });

  it.each([
    [1, [[-0.4]]],
    [2, FRONT.map((point) => point.map((each) => each / 3))],
    [
      3,
      [
        [0.5, 0.2, 1],
        [0.1, 0.9, 0.3],
        [-0.6, 1.2, 0.4],
      ],
    ],
  ])("has the slopes that finite differences have, for %d objectives", (count, front) => {
    const values = [VALUES, VALUES.toReversed(), VALUES.map((y) => -y)].slice(0, count);
    const posteriors = values.map((y) => fitGp(NUMBERS, y));
    const acquisition = logHypervolumeImprovement(posteriors, front, new Float64Array(count).fill(2), 3);
    for (const x of [Float64Array.of(0.2, 0.9, 0.4), Float64Array.of(0.7, 0.3, 0.9)]) {
      const gradient = new Float64Array(3);
      expect(acquisition.slopes(x, gradient)).toBe(acquisition.value(x));
      expect(acquisition.values([x, x])).toEqual([acquisition.value(x), acquisition.value(x)]);
      numericGradient((at) => acquisition.value(at), x).forEach((each, p) => {
        expect(Math.abs((gradient[p] as number) - each)).toBeLessThan(1e-5 * Math.max(1, Math.abs(each)));
      });
    }
  });
});
