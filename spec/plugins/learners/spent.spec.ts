/** Learners end where their work is spent, with what they have by then. */
import { openModel } from "../../../core/evaluator/scoring.js";
import type { Labelled, Learner, Prediction } from "../../../core/plugin/index.js";
import { ExtraTrees, RandomForest } from "../../../plugins/learners/gbdt/forest.js";
import gbdt from "../../../plugins/learners/gbdt/gbdt.js";
import linear from "../../../plugins/learners/linear/linear.js";
import mlp from "../../../plugins/learners/mlp/mlp.js";
import { learnerOf, recording } from "../../support/fitting.js";
import { example, rowsWhere } from "../../support/tables.js";

const { spec, all } = example("concrete.csv", "compressive_strength");
const train = rowsWhere(all, (row) => row % 2 === 0);
const select = rowsWhere(all, (row) => row % 2 === 1);

function errorOf({ truth }: Labelled, prediction: Prediction): number {
  const squares = truth.map((value, row) => (value - (prediction[row] as number)) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

const spread = errorOf(
  select,
  train.truth.map(() => train.truth.reduce((sum, value) => sum + value, 0) / train.truth.length),
);

describe.each<[Learner, object]>([
  [learnerOf(gbdt), { learning_rate: 0.05 }],
  [new RandomForest(), {}],
  [new ExtraTrees(), {}],
  [learnerOf(linear), { penalty: "l1", l1: 1e-6 }],
  [learnerOf(mlp), { units: 16, layers: 1, batch: 32 }],
])("%#", (learner, params) => {
  async function fitted(most?: number, side = select) {
    const context = recording((prediction) => errorOf(select, prediction), most);
    const made = await learner.fit({ spec, train, select: side, params: { ...params }, seed: 1 }, context);
    return { made, work: context.record.work };
  }

  test(`${learner.name} does less, in the same way each time, and tells more than nothing`, async () => {
    const whole = await fitted();
    const part = await fitted(whole.work / 4);
    expect(part.work).toBeLessThan(whole.work / 2);
    const own = part.made.predict(select.table);
    expect(errorOf(select, own)).toBeLessThan(0.9 * spread);
    const open = await openModel(part.made.model, spec);
    const graph = await open.predict(select.table).finally(() => open.release());
    own.forEach((value, row) => {
      expect(Math.abs(value - (graph[row] as number))).toBeLessThan(1e-3);
    });
    expect(Buffer.compare((await fitted(whole.work / 4)).made.model, part.made.model)).toBe(0);
  });

  test(`${learner.name} ends without rows to judge by, too`, async () => {
    const nothing = rowsWhere(select, () => false);
    const [whole, part] = [await fitted(undefined, nothing), await fitted(1, nothing)];
    expect(part.work).toBeLessThan(whole.work);
    expect(part.made.predict(select.table).every(Number.isFinite)).toBe(true);
  });
});
