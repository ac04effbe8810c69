import fc from "fast-check";
import { lnGamma, regularizedBeta } from "../../core/statistics/beta.js";
import { normalCdf, normalQuantile } from "../../core/statistics/normal.js";
import { studentCdf, studentQuantile } from "../../core/statistics/student.js";

/** Relative, for values that span 300 powers of ten. */
function expectNear(value: number, reference: number, relative: number): void {
  expect(Math.abs(value - reference)).toBeLessThanOrEqual(relative * Math.max(Math.abs(reference), 1e-300));
}

// Reference values: scipy 1.10.1 (stats.norm, stats.t, special.betainc, special.gammaln).
describe("the normal distribution", () => {
  test.each([
    [-37, 5.7255712225239266e-300],
    [-20, 2.7536241186061556e-89],
    [-8, 6.22096057427174e-16],
    [-7.1, 6.237844463331586e-13],
    [-7, 1.279812543885835e-12],
    [-3, 0.0013498980316300933],
    [-1.96, 0.024997895148220435],
    [-0.5, 0.3085375387259869],
    [0, 0.5],
    [0.1, 0.539827837277029],
    [1, 0.8413447460685429],
    [2.5, 0.9937903346742238],
    [6, 0.9999999990134123],
  ])("has P(Z ≤ %p) = %p", (x, p) => expectNear(normalCdf(x), p, 1e-8));

  test.each([
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798409],
    [1e-10, -6.361340902404056],
    [1e-5, -4.264890793922825],
    [0.0003, -3.431614403623269],
    [0.01, -2.3263478740408408],
    [0.025, -1.9599639845400545],
    [0.05, -1.6448536269514729],
    [0.075, -1.4395314709384563],
    [0.3, -0.5244005127080409],
    [0.77, 0.7388468491852137],
    [0.975, 1.959963984540054],
    [0.999999, 4.753424308817087],
  ])("has its quantile of %p at %p", (p, x) => expectNear(normalQuantile(p), x, 1e-14));

  test("has infinite ends, the middle at 0, and nothing outside", () => {
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity]);
    expect([normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(Number.NaN)]).toEqual([NaN, NaN, NaN]);
  });
});

describe("the incomplete beta function", () => {
  test.each([
    [0.5, 1, 1, 0.5],
    [0.2, 2, 3, 0.1808],
    [0.9, 0.5, 0.5, 0.7951672353008662],
    [0.01, 10, 0.5, 1.7700349655285743e-21],
    [0.99, 500, 0.5, 0.0015273578790525328],
    [0.3, 30, 70, 0.5116251045586067],
    [0.999, 49999, 0.5, 1.4878319881530443e-23],
    [1e-8, 0.5, 3, 0.00018749999875000006],
  ])("I_%p(%p, %p) = %p", (x, a, b, value) => expectNear(regularizedBeta(x, a, b), value, 1e-9));

  test.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [2.5, 0.2846828704729192],
    [10, 12.801827480081469],
    [171.5, 709.1431630309283],
    [49999.5, 490979.01338992966],
  ])("ln Γ(%p) = %p", (x, value) => expectNear(lnGamma(x), value, 1e-13));
});

describe("Student's t distribution", () => {
  test.each([
    [-2, 1, 0.1475836176504332],
    [1.5, 2.5, 0.876081773456852],
    [-3, 10, 0.006671827511284783],
    [0.3, 30, 0.6168769473578236],
    [-4, 99, 6.112576378555667e-5],
    [2.5, 999, 0.9937106362077454],
    [-2, 50000, 0.022752831522148704],
    [-3, 2e5, 0.0013500642313883946],
    [-30, 4, 3.6764280488306617e-6],
  ])("has P(T ≤ %p) at %p degrees of freedom = %p", (t, df, p) => expectNear(studentCdf(t, df), p, 1e-9));

  test.each([
    [0.025, 1, -12.706204736432102],
    [0.05, 4.7, -2.043811091845067],
    [0.975, 10, 2.2281388519649385],
    [0.001, 30, -3.3851848668182165],
    [0.0304, 199, -1.8856429720906063],
    [0.99, 999, 2.3300864190394535],
    [0.025, 1e6, -1.959966356814107],
    [1e-6, 3, -103.29946802190557],
  ])("has its quantile of %p at %p degrees of freedom at %p", (p, df, t) =>
    expectNear(studentQuantile(p, df), t, 1e-8),
  );

  test("has a quantile that is the inverse of its distribution", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        fc.double({ min: 0.5, max: 1e7, noNaN: true }),
        (p, df) => expectNear(studentCdf(studentQuantile(p, df), df), p, 1e-9),
      ),
      { numRuns: 200 },
    );
  });
});
