import { openModel } from "../../../../core/evaluator/scoring.js";
import type { FitContext, Labelled, TaskSpec } from "../../../../core/plugin/index.js";
import mlp from "../../../../plugins/learners/mlp/mlp.js";
import { fitLearner, learnerOf, recording } from "../../../support/fitting.js";
import { labelled, rowsWhere, tableOf } from "../../../support/tables.js";
import { noise } from "../linear/oracle.js";

const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };
const VALUE: TaskSpec = { task: "regression", target: "y", classes: [] };
const SMALL = { units: 16, layers: 2, batch: 32, rate: 1e-2, dropout: 0 };

/** Answers that no weighted sum of u and v gives: whether they have the same sign, or their product. */
function product(seed: number, rows: number, answer: (value: number) => number): Labelled {
  const [u, v] = [noise(seed, rows), noise(seed + 1, rows)];
  const values = u.map((value, row) => answer(value * (v[row] as number)));
  return labelled(tableOf({ u, v }), values);
}

const same = (value: number) => (value > 0 ? 1 : 0);
const price = (value: number) => 1_000 + 300 * value;

/** Root mean squared error, or share of wrong classes. */
function errorOf({ truth }: Labelled, prediction: Float64Array, spec: TaskSpec): number {
  if (spec.task === "regression")
    return Math.sqrt(
      truth.reduce((sum, value, row) => sum + (value - (prediction[row] as number)) ** 2, 0) / truth.length,
    );
  return truth.filter((code, row) => (prediction[2 * row + 1] as number) > 0.5 !== (code === 1)).length / truth.length;
}

describe("a multilayer perceptron", () => {
  const lossFor =
    (select: Labelled, spec: TaskSpec): FitContext["loss"] =>
    (prediction) =>
      errorOf(select, prediction, spec);

  it.each([
    ["classes", BINARY, same, 0.1],
    ["values", VALUE, price, 40],
  ] as const)("learns what is no weighted sum: %s", async (_, spec, answer, limit) => {
    const [train, select, fresh] = [1, 11, 21].map((seed) => product(seed, 400, answer)) as [
      Labelled,
      Labelled,
      Labelled,
    ];
    const context = recording(lossFor(select, spec));
    const made = await learnerOf(mlp).fit({ spec, train, select, params: SMALL, seed: 1 }, context);
    const model = await openModel(made.model, spec);
    const error = errorOf(fresh, await model.predict(fresh.table), spec);
    await model.release();
    expect(error).toBeLessThan(limit);
    const losses = context.record.reports.map(([, loss]) => loss);
    // What it gives is the best epoch, not the last one.
    expect(errorOf(select, made.predict(select.table), spec)).toBeCloseTo(Math.min(...losses), 3);
  });

  it("gives rare classes their say where it is asked to", async () => {
    // Nothing tells the classes apart.
    const { table } = product(1, 400, same);
    const order = noise(31, 400);
    const limit = [...order].sort((a, b) => b - a)[60] as number;
    const train = labelled(
      table,
      order.map((value) => (value > limit ? 1 : 0)),
    );
    const share = async (class_weight: string) => {
      const { predict } = await fitLearner(mlp, {
        spec: BINARY,
        train,
        select: rowsWhere(train, () => false),
        params: { ...SMALL, units: 4, layers: 1, class_weight },
      });
      const chances = predict(train.table).filter((_, at) => at % 2 === 1);
      return chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
    };
    expect(Math.abs((await share("none")) - 0.15)).toBeLessThan(0.1);
    expect(Math.abs((await share("balanced")) - 0.5)).toBeLessThan(0.1);
  });

  it("lets rows count by their weight", async () => {
    const { table, truth } = product(1, 400, price);
    const weight = Float64Array.from(truth, (value) => (value > 1_000 ? 1 : 1e-9));
    const made = await fitLearner(mlp, {
      spec: VALUE,
      train: { ...labelled(table, [...truth]), weight },
      params: SMALL,
    });
    const high = made.predict(table).filter((_, row) => (truth[row] as number) > 1_000);
    const own = truth.filter((value) => value > 1_000);
    const error = Math.sqrt(
      own.reduce((sum, value, row) => sum + (value - (high[row] as number)) ** 2, 0) / own.length,
    );
    expect(error).toBeLessThan(60);
  });

  it("trains as many epochs as it settled on, where there are no rows to stop by", async () => {
    const train = product(1, 300, same);
    const first = await fitLearner(mlp, { spec: BINARY, train, select: product(2, 100, same), params: SMALL });
    const nothing = rowsWhere(train, () => false);
    const again = await fitLearner(mlp, {
      spec: BINARY,
      train,
      select: nothing,
      params: { ...SMALL, ...first.settled },
    });
    expect(first.settled?.epochs).toBeGreaterThan(0);
    expect(Buffer.from(again.model).equals(Buffer.from(first.model))).toBe(true);
  });

  it.each([
    ["no_rows", product(1, 0, same)],
    ["one_class", product(1, 20, () => 1)],
    ["target_not_finite", product(1, 20, () => Number.NaN)],
  ])("says why it can't be: %s", async (label, train) => {
    await expect(fitLearner(mlp, { spec: BINARY, train, params: SMALL })).rejects.toMatchObject({ label });
  });
});
