import type { Metric } from "../../core/plugin/index.js";
import { pairedTest, rowsNeeded } from "../../core/statistics/compare.js";
import type { Comparison, Judging } from "../../core/statistics/pair.js";
import { accuracy, f1 } from "../../plugins/metrics/labels.js";
import { logLoss } from "../../plugins/metrics/probabilities.js";
import { averagePrecision, rocAuc } from "../../plugins/metrics/ranking.js";
import { mae, r2, rmse } from "../../plugins/metrics/residuals.js";
import { both, decided, judging, values } from "./judging.js";
import { PAIRED, PROC, ROWS } from "./reference.js";

const DEMAND = { margin: 0, alpha: 0.05 };

describe("DeLong's test", () => {
  const result = decided(pairedTest(judging(rocAuc, ROWS.truth), both(ROWS.a), both(ROWS.b), DEMAND));

  test("has pROC's difference, standard error and statistic", () => {
    expect(result).toMatchObject({ test: "delong", n: 120 });
    expect(result.delta).toBeCloseTo(PROC.aucB - PROC.aucA, 12);
    expect(result.se).toBeCloseTo(Math.sqrt(PROC.varianceA + PROC.varianceB - 2 * PROC.covariance), 12);
    expect(result.statistic).toBeCloseTo(PROC.z, 10);
  });

  test("has an interval and a p-value that are a little wider than pROC's normal ones", () => {
    expect(result.low).toBeLessThan(PROC.low);
    expect(result.low).toBeGreaterThan(PROC.low - 0.002);
    expect(result.high).toBeGreaterThan(PROC.high);
    expect(result.p).toBeGreaterThan(PROC.twoSidedP / 2);
    expect(result.p).toBeLessThan(2 * PROC.twoSidedP);
  });

  test("counts a row of weight 2 as one row with twice the say, not as two rows", () => {
    const weight = values(ROWS.truth.map(() => 2));
    const weighted = decided(pairedTest(judging(rocAuc, ROWS.truth, { weight }), both(ROWS.a), both(ROWS.b), DEMAND));
    expect(weighted.se).toBeCloseTo(result.se, 12);
  });

  test("of three classes has the standard error that resampling has", () => {
    const truth = Array.from({ length: 120 }, (_, row) => row % 3);
    const noise = (row: number, salt: number) => ((Math.sin(row * 12.9898 + salt * 78.233) * 43758.5453) % 1) ** 2;
    const predict = (salt: number, signal: number) =>
      Float64Array.from(
        { length: 360 },
        (_, at) => noise(at, salt) + (truth[Math.floor(at / 3)] === at % 3 ? signal : 0),
      );
    const spec = { task: "multiclass", target: "y", classes: ["a", "b", "c"] } as const;
    const [a, b] = [predict(1, 0.2), predict(2, 0.4)];
    const { shape: _, ...unshaped } = rocAuc;
    const fast = decided(pairedTest(judging(rocAuc, truth, { spec }), a, b, DEMAND));
    const slow = decided(pairedTest(judging(unshaped, truth, { spec }), a, b, DEMAND));
    expect([fast.test, slow.test]).toEqual(["delong", "stratified_bootstrap"]);
    expect(slow.delta).toBeCloseTo(fast.delta, 12);
    expect(fast.se / slow.se).toBeGreaterThan(0.92);
    expect(fast.se / slow.se).toBeLessThan(1.08);
  });
});

describe("the paired t test", () => {
  test("is scipy's ttest_rel on the rows' losses, and ttest_1samp against the margin", () => {
    const compare = (margin: number) =>
      decided(pairedTest(judging(mae, PAIRED.truth), values(PAIRED.a), values(PAIRED.b), { margin, alpha: 0.05 }));
    const result = compare(0);
    expect(result).toMatchObject({ test: "paired_t", n: 30 });
    expect(result.delta).toBeCloseTo(0.71, 12);
    expect(result.statistic).toBeCloseTo(3.366070585736012, 10);
    expect(result.p).toBeCloseTo(0.0010816382515688447, 10);
    expect(result.lower).toBeCloseTo(0.3516057958050809, 10);
    expect([result.low, result.high]).toEqual([
      expect.closeTo(0.27860291282432925, 10),
      expect.closeTo(1.1413970871756705, 10),
    ]);
    expect(compare(0.2).statistic).toBeCloseTo(2.4178816883455854, 10);
    expect(compare(0.2).p).toBeCloseTo(0.011061123696386302, 10);
  });

  test("is in units of the score where that is a function of the mean: rmse agrees with resampling", () => {
    const { losses: _, ...resampled } = rmse;
    const rows = judging(rmse, PAIRED.truth);
    const t = decided(pairedTest(rows, values(PAIRED.a), values(PAIRED.b), DEMAND));
    const drawn = decided(pairedTest({ ...rows, metric: resampled }, values(PAIRED.a), values(PAIRED.b), DEMAND));
    expect(t.test).toBe("paired_t");
    expect(t.delta).toBeCloseTo(
      rmse.score({ ...rows, prediction: values(PAIRED.a) }) - rmse.score({ ...rows, prediction: values(PAIRED.b) }),
      12,
    );
    expect(t.se / drawn.se).toBeGreaterThan(0.85);
    expect(t.se / drawn.se).toBeLessThan(1.2);
  });

  test("takes a group as one piece of evidence: rows that are copied into groups tell no more than they did", () => {
    const copied = (numbers: readonly number[]) => numbers.flatMap((number) => [number, number, number]);
    const group = Int32Array.from(copied(PAIRED.truth.map((_, row) => row)));
    const single = decided(pairedTest(judging(mae, PAIRED.truth), values(PAIRED.a), values(PAIRED.b), DEMAND));
    const grouped = decided(
      pairedTest(
        judging(mae, copied(PAIRED.truth), { group }),
        values(copied(PAIRED.a)),
        values(copied(PAIRED.b)),
        DEMAND,
      ),
    );
    expect(grouped.se).toBeCloseTo(single.se, 12);
    expect(grouped.p).toBeCloseTo(single.p, 12);
  });
});

describe("the paired bootstrap", () => {
  const ask = (extra: Partial<Judging> = {}, demand = DEMAND) =>
    decided(pairedTest(judging(averagePrecision, ROWS.truth, extra), both(ROWS.a), both(ROWS.b), demand));

  const single = ask();

  test("has other numbers for another seed", () => expect(ask({ seed: 2 }).low).not.toBe(single.low));

  test("agrees with the t test where both can be had", () => {
    const { losses: _, ...resampled } = mae;
    const t = decided(pairedTest(judging(mae, PAIRED.truth), values(PAIRED.a), values(PAIRED.b), DEMAND));
    const drawn = decided(pairedTest(judging(resampled, PAIRED.truth), values(PAIRED.a), values(PAIRED.b), DEMAND));
    expect(drawn.test).toBe("paired_bootstrap");
    expect(Math.abs(drawn.lower - t.lower)).toBeLessThan(0.1 * t.se * 2);
    expect(Math.abs(drawn.low - t.low)).toBeLessThan(0.2 * t.se);
  });

  test("draws whole groups: copies of rows tell no more than the rows", () => {
    const copied = (numbers: readonly number[]) => numbers.flatMap((number) => [number, number, number]);
    const group = Int32Array.from(copied(ROWS.truth.map((_, row) => row)));
    const rows = judging(averagePrecision, copied(ROWS.truth), { group });
    const grouped = decided(pairedTest(rows, both(copied(ROWS.a)), both(copied(ROWS.b)), DEMAND));
    expect(grouped.delta).toBeCloseTo(single.delta, 12);
    expect(grouped.se / single.se).toBeGreaterThan(0.8);
    expect(grouped.se / single.se).toBeLessThan(1.25);
  });
});

test("of many rows batches give the standard error that the formula gives", () => {
  const truth = Array.from({ length: 6000 }, (_, row) => (row % 3 === 0 ? 1 : 0));
  const noise = (row: number, salt: number) => (Math.sin(row * 12.9898 + salt * 78.233) * 43758.5453) % 1;
  const predict = (salt: number) => both(truth.map((y, row) => 1 / (1 + Math.exp(-y - 2 * noise(row, salt)))));
  const [a, b] = [predict(1), predict(2)];
  const { losses: _, ...resampled } = logLoss;
  const t = decided(pairedTest(judging(logLoss, truth), a, b, DEMAND));
  const batched = decided(pairedTest(judging(resampled, truth), a, b, DEMAND));
  expect(batched).toMatchObject({ test: "paired_batches", n: 6000 });
  expect(batched.delta).toBeCloseTo(t.delta, 12);
  // A standard deviation of 50 batches errs by 10 %.
  expect(batched.se / t.se).toBeGreaterThan(0.75);
  expect(batched.se / t.se).toBeLessThan(1.25);
});

describe("nothing is decided", () => {
  const flat = (rows: number) => Array.from({ length: rows }, (_, row) => row % 2);
  const reasonOf = (metric: Metric, truth: readonly number[], extra: Partial<Judging> = {}, a?: Float64Array) => {
    const prediction = metric.tasks.includes("regression") ? values(truth) : both(truth.map(() => 0.4));
    const result = pairedTest(judging(metric, truth, extra), a ?? prediction, prediction, DEMAND);
    return result.test === null ? result.reason : "decided";
  };

  test("with few rows", () => expect(reasonOf(mae, flat(19))).toBe("there are only 19 rows, and 20 are the least"));
  test("with many rows of which few have any weight", () => {
    const weight = values(Array.from({ length: 400 }, (_, row) => (row < 10 ? 1 : 1e-6)));
    expect(reasonOf(mae, flat(400), { weight })).toBe("there are only 10 rows, and 20 are the least");
  });
  test("with few groups", () => {
    const group = Int32Array.from(flat(100));
    expect(reasonOf(mae, flat(100), { group })).toBe("there are only 2 groups of rows, and 8 are the least");
  });
  test.each([rocAuc, accuracy, f1, logLoss])("with one class only: $name", (metric) => {
    expect(
      reasonOf(
        metric,
        flat(60).map(() => 1),
      ),
    ).toBe("all rows are of one class");
  });
  test("with few rows of one class", () => {
    expect(
      reasonOf(
        rocAuc,
        flat(60).map((_, row) => (row < 4 ? 1 : 0)),
      ),
    ).toBe("one class has only 4 rows, and 5 are the least");
  });
  test("with a model that predicts no numbers", () => {
    expect(reasonOf(logLoss, flat(60), {}, new Float64Array(120).fill(Number.NaN))).toBe(
      "log_loss isn't defined for both models on these rows",
    );
  });
  test("with a metric that is wrong about itself", () => {
    const gini: Metric = { ...rocAuc, name: "gini", score: (judged) => 2 * rocAuc.score(judged) - 1 };
    expect(() => pairedTest(judging(gini, ROWS.truth), both(ROWS.a), both(ROWS.b), DEMAND)).toThrow(
      /^gini scores 0.54.* makes 0.77/,
    );
  });
});

test("a model against itself gains nothing, whatever the test", () => {
  for (const metric of [rocAuc, accuracy, f1]) {
    const same = decided(pairedTest(judging(metric, ROWS.truth), both(ROWS.a), both(ROWS.a), DEMAND));
    expect([same.delta, same.lower, same.upper, same.p]).toEqual([0, 0, 0, 1]);
  }
  const same = decided(pairedTest(judging(r2, PAIRED.truth), values(PAIRED.a), values(PAIRED.a), DEMAND));
  expect([same.delta, same.lower, same.upper, same.p]).toEqual([0, 0, 0, 1]);
});

test("swapping the models mirrors the gain and its interval", () => {
  for (const metric of [rocAuc, accuracy, logLoss]) {
    const there = decided(pairedTest(judging(metric, ROWS.truth), both(ROWS.a), both(ROWS.b), DEMAND));
    const back = decided(pairedTest(judging(metric, ROWS.truth), both(ROWS.b), both(ROWS.a), DEMAND));
    expect([back.delta, back.low, back.high]).toEqual(
      [-there.delta, -there.high, -there.low].map((x) => expect.closeTo(x, 12)),
    );
  }
});

// knowledge/promotion.md §3.2: a disagreement of 6 % and a gain of 2 % need about 930 rows at alpha 0.05 and power 0.8.
test("rows needed are those of the published formula", () => {
  const measured: Comparison = {
    ...decided(pairedTest(judging(rocAuc, ROWS.truth), both(ROWS.a), both(ROWS.b), DEMAND)),
  };
  const n = 400;
  const result = { ...measured, n, delta: 0.02, se: Math.sqrt(0.06 / n) };
  expect(rowsNeeded(result, DEMAND)).toBe(Math.ceil((6.1825572 * 0.06) / 0.02 ** 2));
  expect(rowsNeeded(result, { margin: 0.02, alpha: 0.05 })).toBeNull();
});

describe("answers with labels of their own", () => {
  const truth = Array.from({ length: 120 }, (_, row) => row % 2);
  const prediction = both(truth.map((code, row) => (code === 1 ? 0.2 : 0.1) + (row % 7) / 100));
  const labels = Float64Array.from(truth);

  test.each([accuracy, f1])("are judged by these for $name, whatever the probabilities say", (metric) => {
    const result = decided(pairedTest(judging(metric, truth), prediction, { prediction, labels }, DEMAND));
    expect(result.delta).toBeCloseTo(metric === f1 ? 1 : 0.5, 12);
    expect(result.lower).toBeGreaterThan(0);
  });

  test("are judged by probabilities for a metric that looks at them alone", () => {
    const result = decided(pairedTest(judging(logLoss, truth), prediction, { prediction, labels }, DEMAND));
    expect(result).toMatchObject({ delta: 0, se: 0 });
  });
});
