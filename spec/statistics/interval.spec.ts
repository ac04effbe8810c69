import { createRng } from "hyperparameter-js";
import type { Judged } from "../../core/plugin/index.js";
import { scoreInterval } from "../../core/statistics/interval.js";
import { normalCdf } from "../../core/statistics/normal.js";
import { accuracy } from "../../plugins/metrics/labels.js";
import { rocAuc } from "../../plugins/metrics/ranking.js";
import { mae, r2, rmse } from "../../plugins/metrics/residuals.js";
import { PAIRED, PROC, ROWS } from "./reference.js";

type Rows = Judged & { readonly group: Int32Array | null };

const regression = (truth: readonly number[], prediction: readonly number[]): Rows => ({
  spec: { task: "regression", target: "y", classes: [] },
  truth: Float64Array.from(truth),
  prediction: Float64Array.from(prediction),
  weight: null,
  group: null,
});

const binary = (truth: readonly number[], positive: readonly number[]): Rows => ({
  ...regression(
    truth,
    positive.flatMap((p) => [1 - p, p]),
  ),
  spec: { task: "binary", target: "y", classes: ["no", "yes"] },
});

const width = (interval: { low: number; high: number } | null) => (interval?.high ?? 0) - (interval?.low ?? 0);

const near = (value: number, digits = 10) => expect.closeTo(value, digits);

test("roc_auc has DeLong's interval, a little wider than pROC's normal one", () => {
  for (const [scores, auc, [low, high]] of [
    [ROWS.a, PROC.aucA, PROC.intervalA],
    [ROWS.b, PROC.aucB, PROC.intervalB],
  ] as const) {
    const interval = scoreInterval(rocAuc, binary(ROWS.truth, scores), 1);
    expect(interval).toEqual({ point: near(auc), low: near(low, 2), high: near(high, 2) });
    expect(width(interval)).toBeGreaterThan(high - low);
  }
});

test("mae has scipy's t interval, and rmse the square roots of that of the squared error", () => {
  const judged = regression(PAIRED.truth, PAIRED.a);
  expect(scoreInterval(mae, judged, 1)).toEqual({
    point: near(mae.score(judged)),
    low: near(1.2521263365858388),
    high: near(1.941206996747494),
  });
  const { fromMeanLoss: _, ...mse } = { ...rmse, score: (rows: Judged) => rmse.score(rows) ** 2 };
  const squared = scoreInterval(mse, judged, 1);
  expect(scoreInterval(rmse, judged, 1)?.low).toBeCloseTo(Math.sqrt(squared?.low ?? 0), 12);
  expect(scoreInterval(rmse, judged, 1)?.high).toBeCloseTo(Math.sqrt(squared?.high ?? 0), 12);
});

// scipy 1.10.1: binomtest(27, 30) and binomtest(30, 30), proportion_ci(method="wilson").
test("accuracy has Wilson's interval, which is never empty", () => {
  const truth = Array.from({ length: 30 }, (_, row) => row % 2);
  const wrong = (rows: number) =>
    binary(
      truth,
      truth.map((y, row) => (row < rows ? 1 - y : y)),
    );
  expect(scoreInterval(accuracy, wrong(3), 1)).toEqual({
    point: near(0.9),
    low: near(0.7437891742081592),
    high: near(0.9654001112526657),
  });
  expect(scoreInterval(accuracy, wrong(0), 1)).toEqual({ point: 1, low: near(0.8864866068260312), high: near(1) });
});

test("classes told apart by every row leave a doubt of the size that the smaller class allows", () => {
  const truth = Array.from({ length: 30 }, (_, row) => (row < 10 ? 1 : 0));
  expect(scoreInterval(rocAuc, binary(truth, truth), 1)).toEqual({ point: 1, low: near(0.025 ** 0.1), high: 1 });
});

test("a score that isn't defined has no interval", () => {
  expect(scoreInterval(rocAuc, binary([1, 1, 1], [0.1, 0.2, 0.3]), 1)).toBeNull();
  expect(scoreInterval(mae, regression([1], [2]), 1)).toBeNull();
});

// Of 200 samples 95 % are 190, with a standard deviation of 3.1.
test("the interval of roc_auc holds the truth as often as it says", () => {
  const truth = normalCdf(Math.SQRT1_2); // of normal scores one deviation apart
  let held = 0;
  for (let sample = 0; sample < 200; sample++) {
    const rng = createRng(5, "coverage", sample);
    const classes = Array.from({ length: 100 }, (_, row) => row % 2);
    const score = classes.map((y) => 1 / (1 + Math.exp(-(rng.normal() + y))));
    const interval = scoreInterval(rocAuc, binary(classes, score), sample);
    if (interval && interval.low <= truth && truth <= interval.high) held++;
  }
  expect(held).toBeGreaterThanOrEqual(180);
  expect(held).toBeLessThanOrEqual(199);
});

test("resampling gives the interval that the formula gives, where there is one", () => {
  const { losses: _, ...resampled } = mae;
  const judged = regression(PAIRED.truth, PAIRED.a);
  const [drawn, exact] = [scoreInterval(resampled, judged, 1), scoreInterval(mae, judged, 1)];
  expect(drawn?.point).toBe(exact?.point);
  // 30 rows: percentiles are narrower than t by a factor of about √(29/30)·1.96/2.05, 6 %.
  expect(width(drawn) / width(exact)).toBeGreaterThan(0.87);
  expect(width(drawn) / width(exact)).toBeLessThan(1.02);
});

test("r2 has an interval by resampling", () => {
  const interval = scoreInterval(r2, regression(PAIRED.truth, PAIRED.b), 1);
  expect(interval?.low).toBeGreaterThan(0.6);
  expect(interval?.low).toBeLessThan(interval?.point ?? 0);
  expect(interval?.high).toBeLessThan(1);
});
