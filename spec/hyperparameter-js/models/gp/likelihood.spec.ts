import { likelihoodOf, SCALE_WEIGHT } from "../../../../core/hyperparameter-js/src/models/gp/likelihood.js";
import { inUnits, unitOf } from "../../../../core/hyperparameter-js/src/models/gp/posterior.js";
import { MIXED, NUMBERS, numericGradient, VALUES } from "./data.js";

const UNIT = unitOf(VALUES);
const Y = inUnits(VALUES, UNIT);
const LENGTHS = [0.5, 0.8, 1.7];
const PARAMETERS = Float64Array.of(...LENGTHS.map((length) => -2 * Math.log(length)), Math.log(1e-3));

describe("marginal likelihood", () => {
  it("is scikit-learn's, at the best scale", () => {
    const likelihood = likelihoodOf(NUMBERS, Y);
    const value = likelihood.value(PARAMETERS, new Float64Array(4));
    // numpy 1.24: slogdet and solve on scikit-learn 1.2.1's 1 + Matern(length_scale, nu=2.5)(X) + 1e-3·I.
    expect(likelihood.scale()).toBeCloseTo(1.073413723480641, 10);
    expect(value).toBeCloseTo(-8.86414456023335, 10);
    // log_marginal_likelihood of GaussianProcessRegressor(ConstantKernel(1.3) + 1.3 * Matern + WhiteKernel(1.3e-3)) on the centred values.
    const n = VALUES.length;
    const logDeterminant = 2 * value - (n + SCALE_WEIGHT) * Math.log(likelihood.scale());
    const quadratic = ((n + SCALE_WEIGHT) * likelihood.scale() - SCALE_WEIGHT) * UNIT.deviation ** 2;
    const logLikelihood = -0.5 * (quadratic / 1.3 + n * Math.log(1.3) + logDeterminant + n * Math.log(2 * Math.PI));
    expect(logLikelihood).toBeCloseTo(-7.268995290774028, 8);
  });

  it.each([
    ["numbers", NUMBERS],
    ["numbers and categories", MIXED],
  ])("has the gradient that finite differences have, for %s", (_, inputs) => {
    const likelihood = likelihoodOf(inputs, Y);
    for (const parameters of [PARAMETERS, PARAMETERS.map((p, k) => p + 1 - k), PARAMETERS.map(() => 0)]) {
      const gradient = new Float64Array(4);
      likelihood.value(parameters, gradient);
      const expected = numericGradient((p) => likelihood.value(p, new Float64Array(4)), parameters);
      expected.forEach((each, k) => {
        expect(gradient[k]).toBeCloseTo(each, 6);
      });
    }
  });

  it("is worse than any where rows can't be told apart and there is no noise", () => {
    const close = { ...NUMBERS, rows: 12, cells: Float64Array.from({ length: 36 }, (_, at) => 1e-5 * at) };
    const parameters = Float64Array.of(0, 0, 0, -60);
    const value = likelihoodOf(close, Y).value(parameters, new Float64Array(4));
    expect(value).toBe(Number.POSITIVE_INFINITY);
  });
});
