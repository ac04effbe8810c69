import fc from "fast-check";
import { createRng } from "hyperparameter-js";
import { CROSSOVERS, type Crossing, MUTATIONS } from "../../../core/hyperparameter-js/src/genetic/operators.js";

const unit = fc.oneof(fc.constantFrom(0, 1, 0.5), fc.double({ min: 0, max: 1, noNaN: true }));
const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
/** Halves of these are exact. */
const dyadic = fc.nat({ max: 4095 }).map((k) => k / 4096);
const crossings = Object.entries(CROSSOVERS).flatMap(([name, all]) => all.map((each) => [name, each] as const));
const sbx = CROSSOVERS.sbx[0] as Crossing;
const vsbx = CROSSOVERS.vsbx[0] as Crossing;

/** The child below the middle of SBX within [0, 1], as Deb and Beyer (2001) write it. */
function lowerChild(y1: number, y2: number, u: number, eta: number): number {
  const beta = 1 + (2 * y1) / (y2 - y1);
  const alpha = 2 - beta ** -(eta + 1);
  const betaq = u <= 1 / alpha ? (u * alpha) ** (1 / (eta + 1)) : (1 / (2 - u * alpha)) ** (1 / (eta + 1));
  return 0.5 * (y1 + y2 - betaq * (y2 - y1));
}

/** Deb's polynomial mutation within [0, 1], as in the code of NSGA-II by its authors. */
function mutatedPlainly(y: number, u: number, eta: number): number {
  const value =
    u <= 0.5 ? 2 * u + (1 - 2 * u) * (1 - y) ** (eta + 1) : 2 * (1 - u) + 2 * (u - 0.5) * (1 - (1 - y)) ** (eta + 1);
  return u <= 0.5 ? y + value ** (1 / (eta + 1)) - 1 : y + 1 - value ** (1 / (eta + 1));
}

describe("crossovers", () => {
  it.each(crossings)("of %s stay on the axis", (_, cross) => {
    fc.assert(
      fc.property(unit, unit, chance, fc.constantFrom(0, 2, 20), (first, second, u, index) => {
        fc.pre(first !== second);
        const child = cross(first, second, u, index);
        expect(child).toBeGreaterThanOrEqual(0);
        expect(child).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("of SBX are the published ones, mirrored for the child above the middle", () => {
    fc.assert(
      fc.property(unit, unit, dyadic, fc.constantFrom(0, 2, 20), (first, second, u, index) => {
        fc.pre(Math.abs(first - second) > 1e-6);
        const [low, high] = [Math.min(first, second), Math.max(first, second)];
        expect(sbx(first, second, u / 2, index)).toBeCloseTo(lowerChild(low, high, u, index), 9);
        expect(sbx(first, second, 0.5 + u / 2, index)).toBeCloseTo(1 - lowerChild(1 - high, 1 - low, u, index), 9);
      }),
    );
  });

  it("of vSBX lie on both sides of both parents alike", () => {
    const rng = createRng(7, "vsbx");
    const sides = [0, 0, 0, 0];
    for (let draw = 0; draw < 4000; draw++) {
      const child = vsbx(0.3, 0.7, rng.next(), 20);
      const side = child < 0.3 ? 0 : child < 0.5 ? 1 : child < 0.7 ? 2 : 3;
      sides[side] = (sides[side] as number) + 1;
    }
    for (const count of sides) expect(Math.abs(count - 1000)).toBeLessThan(110);
  });

  it("of BLX reach half of the gap beyond the parents, and are uniform there", () => {
    const [blx] = CROSSOVERS.blx as readonly [Crossing];
    expect(blx(0.4, 0.6, 0, 0)).toBeCloseTo(0.3, 12);
    expect(blx(0.6, 0.4, 0.25, 0)).toBeCloseTo(0.4, 12);
    expect(blx(0.1, 0.9, 0, 0)).toBe(0);
  });
});

describe("polynomial mutation", () => {
  it("is the published one", () => {
    fc.assert(
      fc.property(unit, chance, fc.constantFrom(0, 5, 20), (x, u, index) => {
        expect(MUTATIONS.polynomial(x, u, index)).toBeCloseTo(mutatedPlainly(x, u, index), 9);
      }),
    );
  });
});
