import type { FrozenTrial } from "hyperparameter-js";
import { compareRanks, rankOf } from "../../../../core/hyperparameter-js/src/samplers/cmaes/rank.js";

const BLANK: FrozenTrial = {
  number: 0,
  state: "complete",
  params: {},
  distributions: {},
  values: [0],
  intermediate: [],
  userAttrs: {},
  why: null,
};

/** Best first, when minimising. */
const RISING: readonly Partial<FrozenTrial>[] = [
  { values: [Number.NEGATIVE_INFINITY] },
  { values: [-1], constraints: [0, -3] },
  { values: [5] },
  { values: [Number.POSITIVE_INFINITY] },
  { state: "pruned", values: null, intermediate: [[9, 7]] },
  { state: "pruned", values: null, intermediate: [[3, 1]] },
  { state: "pruned", values: null, intermediate: [[3, 2]] },
  { state: "pruned", values: null, intermediate: [[3, Number.NaN]] },
  { state: "pruned", values: null },
  { values: [-9], constraints: [-5, 0.1] },
  { values: [-9], constraints: [1, 1] },
  { state: "failed", values: null },
];

it("trials rank by outcome: value, progress, violation, failure", () => {
  const ranks = RISING.map((change) => rankOf({ ...BLANK, ...change }, 1));
  ranks.forEach((a, i) => {
    ranks.forEach((b, j) => {
      expect(compareRanks(a, b)).toBe(Math.sign(i - j));
    });
  });
});

it("values the other way round when maximising", () => {
  const [low, high] = [rankOf({ ...BLANK, values: [1] }, -1), rankOf({ ...BLANK, values: [2] }, -1)];
  expect(compareRanks(high, low)).toBe(-1);
});
