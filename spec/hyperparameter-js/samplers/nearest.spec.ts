import fc from "fast-check";
import { createRng, drawPoint, type FrozenTrial, type Params, type Space, type TrialState } from "hyperparameter-js";
import { nearestTrials } from "../../../core/hyperparameter-js/src/samplers/nearest.js";

const SPACE: Space = {
  kind: { type: "categorical", choices: ["a", "b"] },
  rate: { type: "float", low: 1e-4, high: 1, log: true },
  depth: { type: "int", low: 1, high: 9, when: { kind: "a" } },
};

function trial(number: number, params: Params, state: TrialState = "complete"): FrozenTrial {
  const values = state === "complete" ? [0] : null;
  return { number, state, params, distributions: {}, values, intermediate: [], userAttrs: {}, why: null };
}

function drawn(count: number, seed: number): FrozenTrial[] {
  return Array.from({ length: count }, (_, number) => trial(number, drawPoint(SPACE, createRng(seed, number))));
}

/** Distances by their definition. */
function far(a: Params, b: Params): number {
  const share = (name: string, of: (value: number) => number) => {
    const [x, y] = [a[name], b[name]];
    if (x === y) return 0;
    return typeof x === "number" && typeof y === "number" ? Math.abs(of(x) - of(y)) : 1;
  };
  const depth = share("depth", (value) => value / 9);
  return (a.kind === b.kind ? 0 : 1) + share("rate", (value) => Math.log10(value) / 4) + depth;
}

describe("the nearest trials", () => {
  it("are those with the smallest distances, nearest first", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.nat(), (count, seed) => {
        const trials = drawn(count, seed);
        const point = drawPoint(SPACE, createRng(seed, "point"));
        const wanted = trials
          .map(({ params }) => far(params, point))
          .sort((a, b) => a - b)
          .slice(0, 3);
        const got = nearestTrials(SPACE, point, trials).map((number) =>
          far((trials[number] as FrozenTrial).params, point),
        );
        expect(got.length).toBe(wanted.length);
        got.forEach((distance, index) => {
          expect(distance).toBeCloseTo(wanted[index] as number, 9);
        });
      }),
      { numRuns: 50 },
    );
  });

  it("are the older ones where distances are equal", () => {
    const trials = Array.from({ length: 5 }, (_, number) => trial(number, { kind: "b", rate: 0.1 }));
    expect(nearestTrials(SPACE, { kind: "b", rate: 0.01 }, trials)).toEqual([0, 1, 2]);
  });

  it("leave out stale trials", () => {
    const trials = [trial(0, { kind: "b", rate: 0.1 }, "stale"), trial(1, { kind: "a", rate: 1, depth: 3 }, "failed")];
    expect(nearestTrials(SPACE, { kind: "b", rate: 0.1 }, trials)).toEqual([1]);
  });

  it("are looked for among the newest of a long history", () => {
    const trials = Array.from({ length: 8000 }, (_, number) =>
      trial(number, { kind: "b", rate: number === 100 || number === 7900 ? 0.1 : 1 }),
    );
    expect(nearestTrials(SPACE, { kind: "b", rate: 0.1 }, trials)[0]).toBe(7900);
  });
});
