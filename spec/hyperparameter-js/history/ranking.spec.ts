import fc from "fast-check";
import type { FrozenTrial, TrialState } from "hyperparameter-js";
import { rankingOf } from "../../../core/hyperparameter-js/src/history/ranking.js";
import { trial } from "../samplers/trials.js";

const HISTORY = [
  trial(0, "complete", 5),
  trial(1, "running", null),
  trial(2, "complete", 1),
  trial(3, "pruned", null, { intermediate: [[4, 0.1]] }),
  trial(4, "failed", null),
  trial(5, "complete", 5),
  trial(6, "pruned", null),
  trial(7, "pruned", null, { intermediate: [[9, 7]] }),
  trial(8, "pruned", null, { intermediate: [[9, Number.NaN]] }),
  trial(9, "complete", Number.NEGATIVE_INFINITY),
  trial(10, "complete", -7, { constraints: [-1, 2, 0.5] }),
  trial(11, "complete", 9, { constraints: [0.1] }),
  trial(12, "stale", null),
  trial(13, "complete", 2, { constraints: [-3, 0] }),
];

describe("the ranking", () => {
  it("has complete trials by value, then pruned ones by how far they got and their last report, then what is infeasible", () => {
    expect(rankingOf(HISTORY, ["minimize"]).rows).toEqual([9, 2, 13, 0, 5, 7, 8, 3, 6, 11, 10]);
    expect(rankingOf(HISTORY, ["maximize"]).rows).toEqual([0, 5, 13, 2, 9, 7, 8, 3, 6, 11, 10]);
    expect(rankingOf(HISTORY, ["minimize"]).complete).toBe(5);
  });

  it("keeps the complete ones of several objectives in order of their numbers", () => {
    expect(rankingOf(HISTORY, ["minimize", "minimize"]).rows).toEqual([0, 2, 5, 9, 13, 7, 8, 3, 6, 11, 10]);
  });

  it("is the same from a history that grew as from a copy", () => {
    const state = fc.constantFrom<TrialState>("complete", "pruned", "failed", "stale");
    const one = fc.record({ state, score: fc.integer({ min: 0, max: 5 }), violation: fc.integer({ min: -2, max: 2 }) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), (drawn) => {
        const grown: FrozenTrial[] = [];
        drawn.forEach(({ state, score, violation }, number) => {
          grown.push(trial(number, state, score, { constraints: [violation], intermediate: [[score, violation]] }));
          rankingOf(grown, ["minimize"]);
        });
        expect(rankingOf(grown, ["minimize"])).toEqual(rankingOf([...grown], ["minimize"]));
      }),
    );
  });
});
