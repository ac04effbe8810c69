import { type Labelled, stoppingLoss, type TaskSpec } from "../../core/plugin/index.js";
import { tableOf } from "../support/tables.js";

const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };
const side = (weight: Float64Array | null): Labelled => ({
  table: tableOf({ x: [1, 2, 3, 4] }),
  truth: Float64Array.of(0, 0, 0, 1),
  weight,
  group: null,
});
const PREDICTION = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.5, 0.5, 0.7, 0.3);
const SURPRISES = [-Math.log(0.9), -Math.log(0.8), -Math.log(0.5), -Math.log(0.3)] as const;
const mean = (...weights: readonly number[]) =>
  weights.reduce((sum, weight, row) => sum + weight * (SURPRISES[row] as number), 0) /
  weights.reduce((sum, weight) => sum + weight, 0);

test("a regression stops by the recipe's metric", () => {
  const loss = stoppingLoss({ task: "regression", target: "y", classes: [] }, side(null), false);
  expect(loss(Float64Array.of(1, 2, 3, 4), 0.25)).toBe(0.25);
});

test("classes stop by the log loss, weighed as the rows are", () => {
  expect(stoppingLoss(BINARY, side(null), false)(PREDICTION, 7)).toBeCloseTo(mean(1, 1, 1, 1), 12);
  const weighed = stoppingLoss(BINARY, side(Float64Array.of(1, 2, 1, 4)), false);
  expect(weighed(PREDICTION, 7)).toBeCloseTo(mean(1, 2, 1, 4), 12);
});

test("where the fit gives each class the same weight, so does the loss", () => {
  expect(stoppingLoss(BINARY, side(null), true)(PREDICTION, 7)).toBeCloseTo(mean(1, 1, 1, 3), 12);
  const weighed = stoppingLoss(BINARY, side(Float64Array.of(1, 2, 1, 9)), true);
  expect(weighed(PREDICTION, 7)).toBeCloseTo(mean(1, 2, 1, 4), 12);
});

test("rows of one class, or none, have a loss or none, and no error", () => {
  const one = { ...side(null), truth: Float64Array.of(1, 1, 1, 1) };
  expect(stoppingLoss(BINARY, one, true)(PREDICTION, 7)).toBeGreaterThan(0);
  const none = { ...side(null), truth: new Float64Array(), table: tableOf({ x: [] }) };
  expect(() => stoppingLoss(BINARY, none, true)).not.toThrow();
});
