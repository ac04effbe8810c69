import { warmStart } from "../../../../core/hyperparameter-js/src/models/cmaes/warm.js";

const COLD = { mean: Float64Array.of(0.5, 0.5, 0.5), sigma: 0.2 };

describe("a warm start", () => {
  // cmaes 0.9.1: get_warm_start_mgd of 40 points x_i = (.2 + .01 i, .7 − .02 i, .5 + .03 (7 i mod 5)), values i; γ = α = 0.1.
  it("is the stored distribution", () => {
    const good = Array.from({ length: 4 }, (_, i) =>
      Float64Array.of(0.2 + 0.01 * i, 0.7 - 0.02 * i, 0.5 + 0.03 * ((7 * i) % 5)),
    );
    const { mean, sigma, covariance } = warmStart(good, COLD);
    [0.215, 0.67, 0.5525].forEach((value, j) => {
      expect(mean[j]).toBeCloseTo(value, 12);
    });
    expect(sigma).toBeCloseTo(0.1040629581831713, 12);
    const wanted = [
      0.9349808097101858, -0.02308594591877002, 0.017314459439078157, -0.02308594591877002, 0.9696097285883408,
      -0.03462891887815631, 0.017314459439078157, -0.03462891887815631, 1.1052396608611215,
    ];
    wanted.forEach((value, at) => {
      expect(covariance?.[at]).toBeCloseTo(value, 12);
    });
  });

  it("knows nothing of a coordinate that no good point has", () => {
    const { mean, sigma, covariance } = warmStart([Float64Array.of(0.1, Number.NaN, 0.3)], COLD);
    expect([...mean]).toEqual([0.1, 0.5, 0.3]);
    const deviations = [0, 1, 2].map((j) => sigma * Math.sqrt(covariance?.[4 * j] as number));
    [0.1, 0.2, 0.1].forEach((wanted, j) => {
      expect(deviations[j]).toBeCloseTo(wanted, 12);
    });
  });

  it("without good points is the cold one", () => {
    expect(warmStart([], COLD)).toBe(COLD);
  });
});
