import fc from "fast-check";
import { exp, log, quickExp } from "../../../core/hyperparameter-js/src/math/elementary.js";
import {
  erfcx,
  logNormalCdf,
  logNormalMass,
  normalCdf,
  normalQuantile,
} from "../../../core/hyperparameter-js/src/math/normal.js";

const near = (got: number, wanted: number, relative: number) =>
  expect(Math.abs(got - wanted)).toBeLessThanOrEqual(relative * Math.max(Math.abs(wanted), Number.MIN_VALUE));

describe("exp and log", () => {
  it("agree with the engine's own to one unit in the last place", () => {
    const ulp = 2.3e-16;
    fc.assert(fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => near(exp(x), Math.exp(x), ulp)));
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true }), (x) =>
        near(log(x), Math.log(x), ulp),
      ),
    );
  });

  it("have a quick one to 11 digits", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => near(quickExp(x), Math.exp(x), 2e-12)),
    );
    expect([quickExp(-Infinity), quickExp(-709), quickExp(710), quickExp(0)]).toEqual([0, 0, Infinity, 1]);
  });

  it("keep to the ends of the range", () => {
    expect([exp(-Infinity), exp(-746), exp(710), exp(0)]).toEqual([0, 0, Infinity, 1]);
    expect([exp(-745), exp(-720)]).toEqual([5e-324, Math.exp(-720)]);
    expect([log(0), log(-1), log(Infinity), log(1), exp(Number.NaN), log(Number.NaN)]).toEqual([
      -Infinity,
      Number.NaN,
      Infinity,
      0,
      Number.NaN,
      Number.NaN,
    ]);
  });
});

// Reference values: mpmath 1.3 at 60 digits; quantiles: CPython's statistics.NormalDist.
describe("the normal distribution", () => {
  it.each([
    [0, 1],
    [0.5, 0.6156903441929259],
    [1, 0.427583576155807],
    [3.75, 0.14558972127503855],
    [10, 0.05614099274382259],
    [25, 0.02254957243264136],
  ])("erfcx(%d)", (x, wanted) => near(erfcx(x), wanted, 5e-16));

  it.each([
    [-40, -804.6084420137538],
    [-30, -454.3212439563432],
    [-8, -35.01343715991455],
    [-1, -1.8410216450092636],
    [0, -Math.LN2],
    [3, -0.0013508099647481938],
    [8, -6.220960574271786e-16],
  ])("log of the distribution function at %d", (z, wanted) => near(logNormalCdf(z), wanted, 1e-11));

  it.each([
    [-31, -30, -454.32124395634327],
    [29, 30, -424.7874199097303],
    [-1, 2, -0.2001662943244626],
    [5, 5.00001, -24.931888998087402],
    [-0.5, 0.5, -0.9599163336956223],
    [12, 12.000001, -86.73445509191151],
    [-20.5, -20.4, -212.15469075061202],
  ])("log of the mass between %d and %d", (a, b, wanted) => near(logNormalMass(a, b), wanted, 1e-10));

  it.each([
    [1e-300, -37.0470962993612],
    [1e-12, -7.034483825301132],
    [1e-5, -4.2648907939228256],
    [0.02, -2.0537489106318225],
    [0.3, -0.5244005127080407],
    [0.8, 0.8416212335729144],
    [0.999, 3.090232306167813],
  ])("quantile of %d", (p, wanted) => near(normalQuantile(p), wanted, 1e-15));

  it("has the quantile as the inverse of the distribution function, and infinite ends", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) =>
        near(normalCdf(normalQuantile(p)), p, 1e-13),
      ),
    );
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });
});
