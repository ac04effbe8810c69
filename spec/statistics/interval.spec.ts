import { createRng } from "hyperparameter-js";
import type { Judged, Metric } from "../../core/plugin/index.js";
import { scoreInterval } from "../../core/statistics/interval.js";
import { accuracy, f1 } from "../../plugins/metrics/labels.js";
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

const near = (value: number, digits = 10) => expect.closeTo(value, digits);

test("roc_auc has DeLong's interval, a little wider than pROC's normal one", () => {
  for (const [scores, auc, [low, high]] of [
    [ROWS.a, PROC.aucA, PROC.intervalA],
    [ROWS.b, PROC.aucB, PROC.intervalB],
  ] as const) {
    const interval = scoreInterval(rocAuc, binary(ROWS.truth, scores), 1);
    expect(interval).toEqual({ point: near(auc), low: near(low, 2), high: near(high, 2) });
    expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeGreaterThan(high - low);
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

// Of 120 samples 95 % are 114, with a standard deviation of 2.4.
test.each([
  [rocAuc, 0.7602],
  [f1, 0.6915],
] as const)("the interval of $name holds the truth as often as it says", (metric: Metric, truth: number) => {
  let held = 0;
  for (let sample = 0; sample < 120; sample++) {
    const rng = createRng(5, metric.name, sample);
    const classes = Array.from({ length: 100 }, (_, row) => row % 2);
    // Normal scores one deviation apart: area Φ(1/√2), and with the threshold half way recall, precision and F1 Φ(1/2).
    const score = classes.map((y) => 1 / (1 + Math.exp(-(rng.normal() + (y === 1 ? 0.5 : -0.5)))));
    const interval = scoreInterval(metric, binary(classes, score), sample);
    if (interval && interval.low <= truth && truth <= interval.high) held++;
  }
  expect(held).toBeGreaterThanOrEqual(107);
  expect(held).toBeLessThanOrEqual(119);
});

test("r2 has an interval by resampling", () => {
  const interval = scoreInterval(r2, regression(PAIRED.truth, PAIRED.b), 1);
  expect(interval?.low).toBeGreaterThan(0.6);
  expect(interval?.low).toBeLessThan(interval?.point ?? 0);
  expect(interval?.high).toBeLessThan(1);
});
