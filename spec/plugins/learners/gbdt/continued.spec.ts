/** Boosting that goes on from another model. */
import { compareParity, probeTable } from "../../../../core/evaluator/parity.js";
import { openModel } from "../../../../core/evaluator/scoring.js";
import type { FitRequest, Labelled, Origin, Prediction, Table, TaskSpec } from "../../../../core/plugin/index.js";
import gbdt from "../../../../plugins/learners/gbdt/gbdt.js";
import linear from "../../../../plugins/learners/linear/linear.js";
import { fitLearner, learnerOf, recording } from "../../../support/fitting.js";
import { type Example, example, labelled, rowsWhere, tableOf } from "../../../support/tables.js";

async function saidBy(spec: TaskSpec, model: Uint8Array, ...tables: readonly Table[]): Promise<Prediction[]> {
  const open = await openModel(model, spec);
  const said: Prediction[] = [];
  for (const table of tables) said.push(await open.predict(table));
  await open.release();
  return said;
}

async function originOf(spec: TaskSpec, model: Uint8Array, { train, select }: Sides): Promise<Origin> {
  const [ofTrain, ofSelect] = await saidBy(spec, model, train.table, select.table);
  return { model, train: ofTrain as Prediction, select: ofSelect as Prediction };
}

interface Sides {
  readonly train: Labelled;
  readonly select: Labelled;
}

const none = (all: Labelled) => rowsWhere(all, () => false);

/** Fits gbdt on from a model, on all rows. */
async function continued(spec: TaskSpec, train: Labelled, model: Uint8Array, params: FitRequest["params"]) {
  const sides = { train, select: none(train) };
  return fitLearner(gbdt, { spec, ...sides, params, base: await originOf(spec, model, sides) });
}

function furthest(some: Prediction, others: Prediction): number {
  return some.reduce((most, value, at) => Math.max(most, Math.abs(value - (others[at] as number))), 0);
}

function threeClasses(): Example {
  const rows = Array.from({ length: 300 }, (_, row) => row);
  const table = tableOf({
    x: rows.map((row) => (row % 11 === 0 ? null : (row * 37) % 101)),
    town: rows.map((row) => ["a", "b", "c", null][row % 4] as string | null),
  });
  const spec = { task: "multiclass", target: "y", classes: ["low", "middle", "high"] } as const;
  return {
    spec,
    all: labelled(
      table,
      rows.map((row) => Math.floor((((row * 37) % 101) + (row % 4) * 20) / 55) % 3),
    ),
  };
}

const TABLES: readonly (readonly [string, Example, FitRequest["params"]])[] = [
  ["two classes", example("attrition.csv", "Attrition"), {}],
  ["three classes", threeClasses(), {}],
  ["a value", example("concrete.csv", "compressive_strength"), {}],
  ["a value, as a count", example("concrete.csv", "compressive_strength"), { objective: "poisson" }],
];

describe.each(TABLES)("from a linear model of %s", (_, { spec, all }, params) => {
  const [old, fresh] = [rowsWhere(all, (row) => row % 2 === 0), rowsWhere(all, (row) => row % 2 === 1)];
  const begun = fitLearner(linear, { spec, train: old, params: { penalty: "l2", l2: 1 } });

  test("no rounds more predict what it predicts", async () => {
    const { model } = await begun;
    const made = await continued(spec, fresh, model, { ...params, rounds: 0 });
    const [before, after] = [await saidBy(spec, model, fresh.table), await saidBy(spec, made.model, fresh.table)];
    const size = spec.task === "regression" ? 80 : 1;
    expect(furthest(before[0] as Prediction, after[0] as Prediction) / size).toBeLessThan(1e-6);
  });

  test("rounds make it better, in one graph that says what predict says", async () => {
    const { model } = await begun;
    const made = await continued(spec, fresh, model, { ...params, rounds: 30, row_sample: 0.8 });
    const probe = probeTable(all.table, { seed: 3 });
    const [base, exported] = [await saidBy(spec, model, probe), await saidBy(spec, made.model, probe)];
    const parity = compareParity(spec, made.predict(probe, base[0]), { prediction: exported[0] as Prediction });
    expect(parity).toMatchObject({ rows: 1_000, labelAgreement: 1 });
    expect(parity.maxAbs).toBeLessThan(1e-5);
    const [before, after] = [await saidBy(spec, model, fresh.table), await saidBy(spec, made.model, fresh.table)];
    expect(lossOf(spec, fresh, after[0] as Prediction)).toBeLessThan(
      0.9 * lossOf(spec, fresh, before[0] as Prediction),
    );
  });
});

/** Log loss, or mean squared error. */
function lossOf({ classes }: TaskSpec, { truth }: Labelled, prediction: Prediction): number {
  const width = classes.length;
  const losses = truth.map((answer, row) =>
    width === 0
      ? (answer - (prediction[row] as number)) ** 2
      : -Math.log(Math.max(prediction[row * width + answer] as number, 1e-7)),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / truth.length;
}

test("20 rounds and 30 more are 50 rounds, of squared loss without sampling", async () => {
  const { spec, all } = example("concrete.csv", "compressive_strength");
  const params = { learning_rate: 0.2, max_leaves: 8 };
  const grown = (rounds: number) =>
    fitLearner(gbdt, { spec, train: all, select: none(all), params: { ...params, rounds } });
  const [whole, first] = [await grown(50), await grown(20)];
  const more = await continued(spec, all, first.model, { ...params, rounds: 30 });
  const [one] = await saidBy(spec, whole.model, all.table);
  const [two] = await saidBy(spec, more.model, all.table);
  const [before] = await saidBy(spec, first.model, all.table);
  expect(furthest(one as Prediction, before as Prediction)).toBeGreaterThan(1);
  expect(furthest(one as Prediction, two as Prediction)).toBeLessThan(1e-3);
});

test("what nothing makes better on the select side stays as it is", async () => {
  const { spec, all } = example("concrete.csv", "compressive_strength");
  const { model } = await fitLearner(linear, { spec, train: all, params: { penalty: "l2", l2: 1 } });
  const sides = { train: rowsWhere(all, (row) => row < 600), select: rowsWhere(all, (row) => row >= 600) };
  const origin = await originOf(spec, model, sides);
  // every round is worse than the one before
  let asked = 0;
  const context = recording(() => asked++);
  const made = await learnerOf(gbdt).fit({ spec, ...sides, params: {}, seed: 1, base: origin }, context);
  expect(made.settled).toEqual({ rounds: 0 });
  const [after] = await saidBy(spec, made.model, sides.select.table);
  expect(furthest(origin.select, after as Prediction)).toBeLessThan(1e-4);
});

test("what older rows taught helps where new ones are few", async () => {
  const { spec, all } = example("churn.csv", "churn");
  const part = (left: number) => rowsWhere(all, (row) => row % 8 === left);
  const [old, fresh, judged] = [rowsWhere(all, (row) => row % 8 > 3), part(0), part(1)];
  const grown = (train: Labelled) => fitLearner(gbdt, { spec, train, select: none(train), params: { rounds: 40 } });
  const more = await continued(spec, fresh, (await grown(old)).model, { rounds: 20 });
  const [alone] = await saidBy(spec, (await grown(fresh)).model, judged.table);
  const [together] = await saidBy(spec, more.model, judged.table);
  expect(lossOf(spec, judged, together as Prediction)).toBeLessThan(0.9 * lossOf(spec, judged, alone as Prediction));
});
