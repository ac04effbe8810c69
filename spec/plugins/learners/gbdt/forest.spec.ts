import { openModel } from "../../../../core/evaluator/scoring.js";
import type { Labelled, Learner } from "../../../../core/plugin/index.js";
import { areaUnderRoc } from "../../../../core/statistics/ranking.js";
import { ExtraTrees, RandomForest } from "../../../../plugins/learners/gbdt/forest.js";
import { recording } from "../../../support/fitting.js";
import { example, rowsWhere } from "../../../support/tables.js";

/**
 * Forests of 200 trees by scikit-learn 1.2.1 with max_features 0.4 on the even rows, judged on the odd ones; levels as
 * numbers, and of concrete min_samples_leaf 2.
 */
const FORESTS: readonly { readonly forest: Learner; readonly peer: { readonly auc: number; readonly rmse: number } }[] =
  [
    { forest: new RandomForest(), peer: { auc: 0.7789, rmse: 5.275 } },
    { forest: new ExtraTrees(), peer: { auc: 0.7927, rmse: 5.902 } },
  ];

function halves(all: Labelled) {
  return { train: rowsWhere(all, (row) => row % 2 === 0), select: rowsWhere(all, (row) => row % 2 === 1) };
}

describe.each(FORESTS)("$forest.name", ({ forest, peer }) => {
  test("is about as good on employees as that of another library, or better", async () => {
    const { spec, all } = example("attrition.csv", "Attrition");
    const { train, select } = halves(all);
    const fitted = await forest.fit({ spec, train, select, params: {}, seed: 1 }, recording());
    const prediction = fitted.predict(select.table);
    const { value } = areaUnderRoc({ spec, truth: select.truth, prediction, weight: null });
    expect(value).toBeGreaterThan(peer.auc - 0.01);
  });

  test("and on concrete; it predicts nothing beyond what it saw, through onnxruntime too", async () => {
    const { spec, all } = example("concrete.csv", "compressive_strength");
    const { train, select } = halves(all);
    const fitted = await forest.fit({ spec, train, select, params: { min_child_rows: 2 }, seed: 1 }, recording());
    const own = fitted.predict(select.table);
    const misses = own.map((value, row) => (value - (select.truth[row] as number)) ** 2);
    expect(Math.sqrt(misses.reduce((sum, miss) => sum + miss, 0) / misses.length)).toBeLessThan(peer.rmse + 0.3);
    expect(Math.min(...own)).toBeGreaterThanOrEqual(Math.min(...train.truth));
    expect(Math.max(...own)).toBeLessThanOrEqual(Math.max(...train.truth));
    const open = await openModel(fitted.model, spec);
    const graph = await open.predict(select.table);
    await open.release();
    own.forEach((value, row) => {
      expect(Math.abs(value - (graph[row] as number))).toBeLessThan(1e-4);
    });
  });
});

test("a forest of bootstraps is another one, about as good", async () => {
  const { spec, all } = example("concrete.csv", "compressive_strength");
  const { train, select } = halves(all);
  const misses = [];
  for (const rows of ["share", "bootstrap"]) {
    const params = { min_child_rows: 2, rows };
    const { predict } = await new RandomForest().fit({ spec, train, select, params, seed: 1 }, recording());
    const squares = predict(select.table).map((value, row) => (value - (select.truth[row] as number)) ** 2);
    misses.push(Math.sqrt(squares.reduce((sum, miss) => sum + miss, 0) / squares.length));
  }
  const [share = 0, bootstrap = 0] = misses;
  expect(bootstrap).not.toBe(share);
  expect(Math.abs(bootstrap - share)).toBeLessThan(0.3);
});
