import { compareParity, probeTable } from "../../../../core/evaluator/parity.js";
import { openModel } from "../../../../core/evaluator/scoring.js";
import type { NumberColumn, TaskSpec } from "../../../../core/plugin/index.js";
import neighbours from "../../../../plugins/learners/neighbours/neighbours.js";
import { keptRows } from "../../../../plugins/learners/neighbours/rows.js";
import { strengthsOf } from "../../../../plugins/learners/neighbours/strengths.js";
import { fitLearner } from "../../../support/fitting.js";
import { example, labelled, rowsWhere, tableOf } from "../../../support/tables.js";
import { noise } from "../linear/oracle.js";

const VALUE: TaskSpec = { task: "regression", target: "y", classes: [] };
const ROWS = 200;
const [U, V, W] = [noise(1, ROWS), noise(2, ROWS), noise(3, ROWS)];

it("is the mean of near rows, by the distance of their ranks, as a plain search finds it", async () => {
  const table = tableOf({ u: U, v: V });
  const train = labelled(
    table,
    U.map((value, row) => value + Math.abs(V[row] as number)),
  );
  const k = 7;
  const made = await fitLearner(neighbours, { spec: VALUE, train, params: { k, focus: 0 } });
  const ranked = table.columns.map((column) => ranks([...(column as NumberColumn).values]));
  const mean = train.truth.reduce((sum, value) => sum + value, 0) / ROWS;
  const expected = Array.from({ length: ROWS }, (_, row) => {
    const far = U.map((__, other) =>
      ranked.reduce((sum, column) => sum + ((column[row] as number) - (column[other] as number)) ** 2, 0),
    );
    const reach = 1.5 * ([...far].sort((a, b) => a - b)[k - 1] as number) + 1e-6;
    const near = far.map((distance) => Math.max(0, 1 - distance / reach));
    const sum = near.reduce((total, share, other) => total + share * (train.truth[other] as number), 0);
    return (sum + 0.1 * mean) / (near.reduce((total, share) => total + share, 0) + 0.1);
  });
  made.predict(table).forEach((value, row) => {
    expect(value).toBeCloseTo(expected[row] as number, 3);
  });
});

/** Of values that all differ: mid-ranks as shares, standardised. */
function ranks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const shares = values.map((value) => (sorted.indexOf(value) + 0.5) / values.length);
  const mean = shares.reduce((sum, value) => sum + value, 0) / shares.length;
  const deviation = Math.sqrt(shares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / shares.length);
  return shares.map((value) => (value - mean) / deviation);
}

it("gives numbers that tell of the answer more say, whichever way they tell it", () => {
  const numbers = Float32Array.from(
    { length: 3 * ROWS },
    (_, at) => ([U, V, W][at % 3] as number[])[Math.floor(at / 3)] as number,
  );
  const values = Float64Array.from(U, (value, row) => value + 3 * Math.abs(V[row] as number));
  const told = { numbers, width: 3, values, weight: new Float64Array(ROWS).fill(1) };
  const [u = 0, v = 0, w = 0] = strengthsOf(told, 1);
  expect(v).toBeGreaterThan(1.5 * u);
  expect(u).toBeGreaterThan(1.5 * w);
  expect(w).toBeGreaterThan(0);
});

it("breaks no ties: many equally near rows count alike in both worlds", async () => {
  const spec: TaskSpec = { task: "multiclass", target: "y", classes: ["a", "b", "c"] };
  const levels = ["p", "q", "r", "s"];
  const level = (step: number) => U.map((_, row) => levels[Math.floor(row / step) % 4] as string);
  const table = tableOf({ one: level(1), two: level(4), three: level(3) });
  const train = labelled(
    table,
    U.map((_, row) => row % 3),
  );
  for (const k of [1, 5, 40]) {
    const made = await fitLearner(neighbours, { spec, train, params: { k } });
    const model = await openModel(made.model, spec);
    const probe = probeTable(table, { seed: k });
    const parity = compareParity(spec, made.predict(probe), await model.answer(probe));
    await model.release();
    expect(parity.labelAgreement).toBe(1);
    expect(parity.maxAbs).toBeLessThan(1e-6);
  }
});

it("remembers as many rows as fit, the same ones for a seed", () => {
  expect([...keptRows(5, 3, 1)]).toEqual([0, 1, 2, 3, 4]);
  const kept = keptRows(100_000, 1_000, 1);
  expect(kept).toHaveLength(1_000);
  expect(kept).toEqual(keptRows(100_000, 1_000, 1));
  expect(kept).not.toEqual(keptRows(100_000, 1_000, 2));
  expect([...kept].every((row, at) => at === 0 || row > (kept[at - 1] as number))).toBe(true);
  expect(kept.reduce((sum, row) => sum + row, 0) / 1_000 / 100_000).toBeCloseTo(0.5, 1);
});

it("churn: parity on rows without a match, and nothing to settle", async () => {
  const { spec, all } = example("churn.csv", "churn");
  const [train, select] = [rowsWhere(all, (row) => row % 5 !== 0), rowsWhere(all, (row) => row % 5 === 0)];
  const made = await fitLearner(neighbours, { spec, train, select });
  expect(made.settled).toEqual({});
  const model = await openModel(made.model, spec);
  const probe = probeTable(select.table, { seed: 11 });
  expect(compareParity(spec, made.predict(probe), await model.answer(probe)).maxAbs).toBeLessThan(1e-6);
  await model.release();
});
