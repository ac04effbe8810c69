import { mergeModels } from "../../core/ensemble/merge.js";
import { firstRounds } from "../../core/ensemble/staged.js";
import { probeTable } from "../../core/evaluator/parity.js";
import { openModel } from "../../core/evaluator/scoring.js";
import type { Prediction, TaskSpec } from "../../core/plugin/index.js";
import { RandomForest } from "../../plugins/learners/gbdt/forest.js";
import gbdt from "../../plugins/learners/gbdt/gbdt.js";
import linear from "../../plugins/learners/linear/linear.js";
import { fitLearner, recording } from "../support/fitting.js";
import { type Example, example, labelled, rowsWhere, tableOf } from "../support/tables.js";

const ATTRITION = few(example("attrition.csv", "Attrition"));
const CONCRETE = few(example("concrete.csv", "compressive_strength"));

function few({ spec, all }: Example): Example {
  return { spec, all: rowsWhere(all, (row) => row < 300) };
}

const THREE = {
  spec: { task: "multiclass", target: "y", classes: ["a", "b", "c"] } as TaskSpec,
  all: labelled(
    tableOf({ x: Array.from({ length: 200 }, (_, row) => (row * 37) % 101) }),
    Array.from({ length: 200 }, (_, row) => Math.floor(((row * 37) % 101) / 34)),
  ),
};

async function saidBy(spec: TaskSpec, model: Uint8Array, table: Parameters<typeof probeTable>[0]): Promise<Prediction> {
  const open = await openModel(model, spec);
  return open.predict(table).finally(() => open.release());
}

describe.each([
  ["two classes", ATTRITION],
  ["three classes", THREE],
  ["a value", CONCRETE],
])("the first rounds of boosted trees of %s", (_, { spec, all }) => {
  const grown = async (rounds: number, seed = 1) => {
    const params = { rounds, learning_rate: 0.2, max_leaves: 6, row_sample: 0.7, column_sample: 0.6 };
    const none = rowsWhere(all, () => false);
    return (await fitLearner(gbdt, { spec, train: all, select: none, params, seed })).model;
  };
  const table = probeTable(all.table, { rows: 200, seed: 2 });

  const alike = async (one: Uint8Array, other: Uint8Array) => {
    const expected = await saidBy(spec, other, table);
    const found = await saidBy(spec, one, table);
    expect(found.every((value, at) => value === expected[at])).toBe(true);
  };

  it("predict what a fit of so many rounds does", async () => {
    const whole = await grown(20);
    for (const rounds of [1, 12]) await alike(firstRounds(whole, rounds), await grown(rounds));
    await alike(firstRounds(whole, 99), whole);
  });

  it("are those of each member of an ensemble, and what isn't boosted stays", async () => {
    const params = { penalty: "l2", l2: 1 };
    const other = (await fitLearner(linear, { spec, train: all, params })).model;
    const forest = await new RandomForest().fit(
      { spec, train: all, select: rowsWhere(all, () => false), params: { min_child_rows: 20 }, seed: 1 },
      recording(),
    );
    const merged = (one: Uint8Array, two: Uint8Array) =>
      mergeModels({
        spec,
        columns: all.table.columns,
        parts: [one, two, other, forest.model].map((model, at) => ({ model, count: 1 + at })),
        calibration: null,
        threshold: null,
      });
    const whole = merged(await grown(20), await grown(15, 2));
    const short = merged(await grown(5), await grown(5, 2));
    await alike(firstRounds(whole, 5), short);
    expect(() => firstRounds(forest.model, 5)).toThrow(expect.objectContaining({ code: "MODEL_NO_ROUNDS" }));
    expect(() => firstRounds(other, 5)).toThrow(expect.objectContaining({ code: "MODEL_NO_ROUNDS" }));
  });
});
