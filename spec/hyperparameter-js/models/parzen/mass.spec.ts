import fc from "fast-check";
import { logNormalMass, normalCdf } from "../../../../core/hyperparameter-js/src/math/normal.js";
import { logCellMass, upperTail } from "../../../../core/hyperparameter-js/src/models/parzen/mass.js";

describe("the tail", () => {
  it("is 1 − Φ within 1e-10, by interpolation", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9, noNaN: true }), (z) => {
        expect(Math.abs(upperTail(z) - normalCdf(-z))).toBeLessThan(1e-10);
      }),
    );
    expect([upperTail(8), upperTail(100)]).toEqual([0, 0]);
  });
});

describe("the mass of a cell", () => {
  it("is that of the normal, of a narrow cell to the second order", () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, fc.double({ min: 0.01, max: 1, noNaN: true }), unit, (centre, width, left) => {
        for (const size of [0.001, 0.02, 0.124, 0.126, 0.5]) {
          const [a, b] = [(left - centre) / width, (left - centre) / width + size];
          const got = logCellMass(centre, width, [left, left + size * width]);
          const far = Math.max(Math.abs(a), Math.abs(b));
          if (far < 12) expect(Math.abs(got - logNormalMass(a, b))).toBeLessThan(1e-6 * (1 + far ** 4));
        }
      }),
    );
  });
});
