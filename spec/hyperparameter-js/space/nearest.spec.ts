import fc from "fast-check";
import { contains, createRng, drawPoint, nearestPoint, type Space } from "hyperparameter-js";
import { anySpace } from "./arbitrary.js";

const SPACE: Space = {
  kind: { type: "categorical", choices: ["a", "b"] },
  rate: { type: "float", low: 0.01, high: 1, log: true },
  size: { type: "int", low: 2, high: 10, step: 2 },
  only: { type: "float", low: 0, high: 1, when: { kind: "b" } },
};

describe("nearestPoint", () => {
  it("moves numbers to the nearest member, drops unknown names and fills the middle in", () => {
    expect(nearestPoint(SPACE, { rate: 7, size: 5.1, other: 1 })).toEqual({ kind: "a", rate: 1, size: 6 });
    expect(nearestPoint(SPACE, { kind: "b" })).toEqual({ kind: "b", rate: expect.closeTo(0.1), size: 6, only: 0.5 });
  });

  it("has no point for a choice that isn't there", () => {
    expect(nearestPoint(SPACE, { kind: "c" })).toBeNull();
    expect(nearestPoint(SPACE, { rate: "fast" })).toBeNull();
  });

  it("is a point of any space, and the point itself where it is one", () => {
    fc.assert(
      fc.property(anySpace, fc.nat(), (space, seed) => {
        const point = drawPoint(space, createRng(seed, "nearest"));
        expect(nearestPoint(space, point)).toEqual(point);
        expect(contains(space, nearestPoint(space, {}) ?? {})).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
