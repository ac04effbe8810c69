import { createRng, type FrozenTrial } from "hyperparameter-js";
import { gamma, LARGEST_ABOVE, splitTrials } from "../../../../core/hyperparameter-js/src/samplers/tpe/split.js";
import { trial } from "../trials.js";

const HISTORY = Array.from({ length: 20 }, (_, number) => {
  if (number === 4) return trial(number, "failed", null);
  return number === 11 ? trial(number, "stale", null) : trial(number, "complete", (number * 7) % 20);
});

describe("the split into good and other trials", () => {
  it("takes a tenth, rounded up, and 25 at most; of several objectives 100", () => {
    expect([0, 1, 10, 11, 100, 249, 1000].map((n) => gamma(n))).toEqual([0, 1, 1, 2, 10, 25, 25]);
    expect(gamma(5000, 2)).toBe(100);
  });

  it("has the good ones best first, the others by age, failed ones too, and stale ones nowhere", () => {
    const { below, above, scored } = splitTrials(HISTORY, ["minimize"]);
    expect(below).toEqual([0, 3]);
    expect(above).toEqual([1, 2, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(scored).toBe(18);
  });

  it("keeps the newest of the others alone", () => {
    const long = Array.from({ length: 3000 }, (_, number) => trial(number, "complete", number));
    const { below, above } = splitTrials(long, ["minimize"]);
    expect(below).toEqual(Array.from({ length: 25 }, (_, k) => k));
    expect(above).toEqual(Array.from({ length: LARGEST_ABOVE }, (_, k) => 3000 - LARGEST_ABOVE + k));
  });
});

describe("several objectives", () => {
  const front = (number: number, x: number, y: number): FrozenTrial => trial(number, "complete", 0, { values: [x, y] });

  it("take whole fronts, and of the next one what adds the most hypervolume", () => {
    // Two trials of 20 are good. The front is 0 … 4; 2 dominates the most, then an end that is far from it.
    const trials = [front(0, 0, 1), front(1, 0.24, 0.7), front(2, 0.3, 0.3), front(3, 0.7, 0.28), front(4, 0.9, 0)];
    for (let number = 5; number < 20; number++) trials.push(front(number, 2, 2 + number));
    const { below } = splitTrials(trials, ["minimize", "minimize"]);
    expect(below).toHaveLength(2);
    expect(below).toContain(2);
    const mirrored = trials.map((each) => ({ ...each, values: (each.values ?? []).map((value) => -value) }));
    expect(splitTrials(mirrored, ["maximize", "maximize"]).below).toEqual(below);
  });

  it("come before pruned and infeasible trials", () => {
    const rng = createRng(4, "front");
    const trials = Array.from({ length: 30 }, (_, number) => {
      if (number < 2) return front(number, rng.next(), rng.next());
      if (number < 5) return trial(number, "pruned", null, { intermediate: [[number, 1]] });
      return { ...front(number, -1, -1), constraints: [number] };
    });
    expect(splitTrials(trials, ["minimize", "minimize"]).below).toEqual([0, 1, 4]);
  });
});
