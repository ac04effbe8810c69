import { compareParity, probeTable } from "../../../core/evaluator/parity.js";
import { openModel } from "../../../core/evaluator/scoring.js";
import type { FitRequest, TaskSpec } from "../../../core/plugin/index.js";
import dummy from "../../../plugins/learners/dummy.js";
import { fitLearner, learnerOf } from "../../support/fitting.js";
import { labelled, tableOf } from "../../support/tables.js";

const THREE: TaskSpec = { task: "multiclass", target: "label", classes: ["a", "b", "c"] };
const VALUE: TaskSpec = { task: "regression", target: "y", classes: [] };
const TABLE = tableOf({ label: ["x", "y", "z", null], x: [1, 2, 3, 4] });

async function predicted(request: Pick<FitRequest, "spec" | "train">): Promise<number[]> {
  const fitted = await fitLearner(dummy, request);
  const model = await openModel(fitted.model, request.spec);
  const probe = probeTable(TABLE, { seed: 1 });
  expect(compareParity(request.spec, fitted.predict(probe), await model.answer(probe)).maxAbs).toBeLessThan(1e-7);
  const prediction = await model.predict(tableOf({ label: ["new"], x: [Number.NaN] }));
  await model.release();
  return [...prediction].map((value) => Number(value.toFixed(6)));
}

describe("dummy", () => {
  test("is the baseline, for every task, with nothing to search", () => {
    const learner = learnerOf(dummy);
    expect([learner.baseline, learner.tasks, learner.space(THREE)]).toEqual([
      true,
      ["binary", "multiclass", "regression"],
      {},
    ]);
  });

  test("predicts the share of each class for every row", async () => {
    expect(await predicted({ spec: THREE, train: labelled(TABLE, [0, 0, 1, 0]) })).toEqual([0.75, 0.25, 0]);
  });

  test("weights count", async () => {
    expect(await predicted({ spec: THREE, train: labelled(TABLE, [0, 0, 1, 2], [1, 1, 2, 4]) })).toEqual([
      0.25, 0.25, 0.5,
    ]);
    expect(await predicted({ spec: VALUE, train: labelled(TABLE, [1, 2, 3, 10], [1, 1, 1, 0]) })).toEqual([2]);
  });

  test("predicts the mean of a regression target", async () => {
    expect(await predicted({ spec: VALUE, train: labelled(TABLE, [1, 2, 3, 10]) })).toEqual([4]);
  });

  test("rows or columns that are not there are a labelled failure", async () => {
    const noRows = fitLearner(dummy, { spec: VALUE, train: labelled(tableOf({ x: [] }), []) });
    await expect(noRows).rejects.toMatchObject({ name: "LearnerFailure", label: "no_rows" });
    const weightless = fitLearner(dummy, { spec: THREE, train: labelled(TABLE, [0, 0, 1, 2], [0, 0, 0, 0]) });
    await expect(weightless).rejects.toMatchObject({ label: "no_rows" });
    const noColumns = fitLearner(dummy, { spec: VALUE, train: labelled({ rows: 1, columns: [] }, [1]) });
    await expect(noColumns).rejects.toMatchObject({ label: "no_features" });
  });
});
