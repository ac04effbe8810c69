import type { Space } from "hyperparameter-js";
import type { SnapshotSummary } from "../../core/data/snapshot.js";
import { metaFeatures, unlikeness } from "../../core/search/meta-features.js";
import { openingOf } from "../../core/search/opening.js";
import { snapshot } from "../store/examples.js";

const SPACE: Space = {
  learner: { type: "categorical", choices: ["trees", "lines", "stranger"] },
  "trees.rate": { type: "float", low: 0.01, high: 0.3, log: true, when: { learner: "trees" } },
  "trees.growth": { type: "categorical", choices: ["leaf"], when: { learner: "trees" } },
  "lines.l2": { type: "float", low: 0, high: 1, when: { learner: "lines" } },
  "stranger.size": { type: "int", low: 1, high: 9, when: { learner: "stranger" } },
};

const PORTFOLIO = [
  { learner: "trees", params: { rate: 1, growth: "leaf", forgotten: 3 } },
  { learner: "gone", params: {} },
  { learner: "lines", params: { l2: 0.5 } },
  { learner: "trees", params: { rate: 0.1, growth: "depth" } },
  { learner: "lines", params: {} },
  { learner: "lines", params: { l2: 0.25 } },
];

const trees = (rate: number) => ({ learner: "trees", "trees.rate": rate, "trees.growth": "leaf" });
const lines = (l2: number) => ({ learner: "lines", "lines.l2": l2 });

describe("a study's opening", () => {
  it("has own winners, the head of the portfolio, others' winners, strangers and the rest, each point once", () => {
    const own = [{ params: trees(0.2), from: "churn, trial 7" }];
    const others = [
      { params: lines(0.5), from: "like, trial 1" },
      { params: lines(0.75), from: "like, trial 2" },
    ];
    expect(openingOf(SPACE, { portfolio: PORTFOLIO, own, others, most: 20 })).toEqual([
      { params: trees(0.2), from: "churn, trial 7" },
      { params: trees(0.3), from: "portfolio 1" },
      { params: lines(0.5), from: "portfolio 3" },
      { params: lines(0.75), from: "like, trial 2" },
      { params: { learner: "stranger", "stranger.size": 5 }, from: "the middle of stranger" },
      { params: lines(0.25), from: "portfolio 6" },
    ]);
  });

  it("keeps a configuration of the portfolio without the weight of classes that isn't searched", () => {
    const space = {
      ...SPACE,
      "lines.class_weight": { type: "categorical", choices: ["none"], when: { learner: "lines" } },
    };
    const portfolio = [{ learner: "lines", params: { l2: 0.5, class_weight: "balanced" } }];
    const [first] = openingOf(space as Space, { portfolio, own: [], others: [], most: 1 });
    expect(first?.params).toEqual({ ...lines(0.5), "lines.class_weight": "none" });
  });

  it("is no longer than it may be", () => {
    const opening = openingOf(SPACE, { portfolio: PORTFOLIO, own: [], others: [], most: 2 });
    expect(opening.map(({ from }) => from)).toEqual(["portfolio 1", "portfolio 3"]);
  });
});

describe("meta-features", () => {
  const { summary } = snapshot("a".repeat(64));
  const [column] = summary.columns as [SnapshotSummary["columns"][number]];
  const of = (changes: Partial<SnapshotSummary>) => metaFeatures({ ...summary, ...changes });
  const withRows = (rows: number, classCounts: readonly number[]) => ({
    sides: { ...summary.sides, train: { ...summary.sides.train, rows, classCounts } },
  });

  it("tell tables of other sizes, columns and classes apart, and twins not", () => {
    expect(unlikeness(of({}), of({}))).toBe(0);
    const hundreds = of(withRows(1_000, [400, 600]));
    expect(unlikeness(of(withRows(2_000, [800, 1_200])), hundreds)).toBeLessThan(0.5);
    expect(unlikeness(of(withRows(20_000, [8_000, 12_000])), hundreds)).toBeGreaterThan(1);
    expect(unlikeness(of({ columns: [{ ...column, kind: "text" }] }), of({}))).toBeGreaterThanOrEqual(1);
    const rare = unlikeness(of(withRows(1_000, [5, 995])), hundreds);
    expect(rare).toBeGreaterThan(1);
  });
});
