import fc from "fast-check";
import { nearest } from "../core/nearest.js";

/** Distance by exhaustive recursion over the definition; the oracle for short words. */
function distance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const options = [
    distance(a.slice(1), b) + 1,
    distance(a, b.slice(1)) + 1,
    distance(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
  ];
  if (a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0])
    options.push(distance(a.slice(2), b.slice(2)) + 1);
  return Math.min(...options);
}

describe("nearest", () => {
  it.each([
    ["taget", ["target", "task", "time"], "target"],
    ["chrun", ["churn", "state"], "churn"],
    ["Churn", ["churn", "state"], "churn"],
    ["serach", ["split", "search"], "search"],
  ])("takes %s for what was meant", (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant);
  });

  it("says nothing when no word is near", () => {
    expect(nearest("label", ["state", "churn", "account_length"])).toBeNull();
    expect(nearest("x", [])).toBeNull();
  });

  it("breaks ties alphabetically, whatever the order of the candidates", () => {
    expect(nearest("cat", ["hat", "bat"])).toBe("bat");
    expect(nearest("cat", ["bat", "hat"])).toBe("bat");
  });

  it("finds the candidate that exhaustive search finds", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 5 });
    fc.assert(
      fc.property(word, fc.array(word, { minLength: 1, maxLength: 4 }), (asked, candidates) => {
        const near = candidates
          .map((candidate) => ({ candidate, d: distance(asked, candidate) }))
          .filter(({ candidate, d }) => d <= Math.floor(Math.max(asked.length, candidate.length) / 3))
          .sort((x, y) => x.d - y.d || (x.candidate < y.candidate ? -1 : 1));
        expect(nearest(asked, candidates)).toBe(near[0]?.candidate ?? null);
      }),
      { numRuns: 200 },
    );
  });
});
