import fc from "fast-check";
import { cardinality, pointKey, type Space } from "hyperparameter-js";
import { rankedPoints } from "../../../core/hyperparameter-js/src/space/grid.js";
import { points } from "../../../core/hyperparameter-js/src/space/points.js";
import { finiteSpace } from "./arbitrary.js";

describe("points by rank", () => {
  it("are those of the listing, in its order", () => {
    fc.assert(
      fc.property(finiteSpace, (space) => {
        const listed = [...points(space)].slice(0, 2000).map(pointKey);
        const { size, pointAt } = rankedPoints(space);
        expect(size).toBe(cardinality(space));
        expect(listed.map((_, rank) => pointKey(pointAt(rank)))).toEqual(listed);
      }),
      { numRuns: 60 },
    );
  });

  it("need no listing: a space of 10^15 points", () => {
    const space: Space = {
      kind: { type: "categorical", choices: ["a", "b"] },
      x: { type: "int", low: 1, high: 1e7 },
      y: { type: "int", low: 1, high: 1e8, when: { kind: "a" } },
    };
    const { size, pointAt } = rankedPoints(space);
    expect(size).toBe(1e15 + 1e7);
    expect(pointAt(0)).toEqual({ kind: "a", x: 1, y: 1 });
    expect(pointAt(1e8)).toEqual({ kind: "a", x: 2, y: 1 });
    expect(pointAt(1e15 - 1)).toEqual({ kind: "a", x: 1e7, y: 1e8 });
    expect(pointAt(size - 1)).toEqual({ kind: "b", x: 1e7 });
  });

  it("are one, without parameters, in a space that has none", () => {
    expect(rankedPoints({}).size).toBe(1);
    expect(rankedPoints({}).pointAt(0)).toEqual({});
  });
});
