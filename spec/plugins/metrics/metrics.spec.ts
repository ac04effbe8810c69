import fc from "fast-check";
import { container } from "tsyringe";
import type { Judged, Metric, Task } from "../../../core/plugin/index.js";
import plugin from "../../../plugins/metrics/metrics.js";
import { BINARY, MULTICLASS, REGRESSION } from "./reference.js";

const METRICS = new Map<string, Metric>();
for (const provider of plugin.metrics ?? [])
  if ("useFactory" in provider) {
    const metric = provider.useFactory(container);
    METRICS.set(metric.name, metric);
  }

const CLASSES: Readonly<Record<Task, readonly string[]>> = {
  binary: ["no", "yes"],
  multiclass: ["a", "b", "c"],
  regression: [],
};

function judgedOf(
  task: Task,
  truth: readonly number[],
  prediction: readonly number[],
  weight?: readonly number[],
): Judged {
  return {
    spec: { task, target: "y", classes: CLASSES[task] },
    truth: Float64Array.from(truth),
    prediction: Float64Array.from(prediction),
    weight: weight ? Float64Array.from(weight) : null,
  };
}

const binary = (truth: readonly number[], positive: readonly number[], weight?: readonly number[]) =>
  judgedOf(
    "binary",
    truth,
    positive.flatMap((p) => [1 - p, p]),
    weight,
  );

function score(name: string, judged: Judged): number {
  const metric = METRICS.get(name);
  if (!metric) throw new Error(`no metric ${name}`);
  return metric.score(judged);
}

const SETS: readonly (readonly [string, Record<string, number>, Judged])[] = [
  ["binary", BINARY.plain, binary(BINARY.y, BINARY.p)],
  ["binary, weighted", BINARY.weighted, binary(BINARY.y, BINARY.p, BINARY.w)],
  ["three classes", MULTICLASS.plain, judgedOf("multiclass", MULTICLASS.y, MULTICLASS.p.flat())],
  [
    "three classes, weighted",
    MULTICLASS.weighted,
    judgedOf("multiclass", MULTICLASS.y, MULTICLASS.p.flat(), MULTICLASS.w),
  ],
  ["regression", REGRESSION.plain, judgedOf("regression", REGRESSION.y, REGRESSION.p)],
  ["regression, weighted", REGRESSION.weighted, judgedOf("regression", REGRESSION.y, REGRESSION.p, REGRESSION.w)],
];

const CASES = SETS.flatMap(([set, scores, judged]) =>
  Object.entries(scores).map(([name, value]) => ({ set, name, value, judged })),
);

test.each(CASES)("$name of $set is scikit-learn's", ({ name, value, judged }) => {
  expect(score(name, judged)).toBeCloseTo(value, 12);
});

test("every metric says its direction, its tasks, and is checked against scikit-learn for each task", () => {
  const checked = new Set(CASES.map(({ name, judged }) => `${name} ${judged.spec.task}`));
  for (const metric of METRICS.values())
    for (const task of metric.tasks) expect(checked).toContain(`${metric.name} ${task}`);
  expect([...METRICS.values()].map(({ name, direction }) => `${name} ${direction}`)).toEqual([
    "roc_auc maximize",
    "log_loss minimize",
    "accuracy maximize",
    "balanced_accuracy maximize",
    "f1 maximize",
    "f1_macro maximize",
    "average_precision maximize",
    "brier minimize",
    "rmse minimize",
    "mae minimize",
    "r2 maximize",
  ]);
});

// scikit-learn's documentation, the examples of each function's page.
describe("the documented examples", () => {
  const scores = [0.1, 0.4, 0.35, 0.8];
  test("roc_auc_score", () => expect(score("roc_auc", binary([0, 0, 1, 1], scores))).toBe(0.75));
  test("average_precision_score", () =>
    expect(score("average_precision", binary([0, 0, 1, 1], scores))).toBeCloseTo(0.8333333, 7));
  test("log_loss", () =>
    expect(score("log_loss", binary([1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65]))).toBeCloseTo(0.21616, 5));
  test("brier_score_loss", () =>
    expect(score("brier", binary([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]))).toBeCloseTo(0.0375, 12));
  test("balanced_accuracy_score", () =>
    expect(score("balanced_accuracy", binary([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]))).toBe(0.625));
  test("f1_score, macro", () => {
    const said = [0, 2, 1, 0, 0, 1].flatMap((code) => [0, 1, 2].map((other) => (other === code ? 1 : 0)));
    expect(score("f1_macro", judgedOf("multiclass", [0, 1, 2, 0, 1, 2], said))).toBeCloseTo(0.26666666, 7);
  });
  test("mean_absolute_error and r2_score", () => {
    const judged = judgedOf("regression", [3, -0.5, 2, 7], [2.5, 0, 2, 8]);
    expect(score("mae", judged)).toBe(0.5);
    expect(score("rmse", judged)).toBeCloseTo(0.6123724, 7);
    expect(score("r2", judged)).toBeCloseTo(0.948608, 6);
  });
});

describe("brute-force twins", () => {
  // Few distinct values, so that ties are the rule.
  const rows = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 3 })), {
      minLength: 2,
      maxLength: 40,
    })
    .filter((drawn) => new Set(drawn.map(([y]) => y)).size === 2);
  const judgedFrom = (drawn: readonly (readonly [number, number, number])[], weighted: boolean) =>
    binary(
      drawn.map(([y]) => y),
      drawn.map(([, p]) => p / 7),
      weighted ? drawn.map(([, , w]) => w) : undefined,
    );

  test("roc_auc is the share of pairs in the right order, ties half", () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        let right = 0;
        let pairs = 0;
        for (const [yi, pi, wi] of drawn)
          for (const [yj, pj, wj] of drawn)
            if (yi === 1 && yj === 0) {
              pairs += wi * wj;
              right += wi * wj * (pi > pj ? 1 : pi === pj ? 0.5 : 0);
            }
        expect(score("roc_auc", judgedFrom(drawn, true))).toBeCloseTo(right / pairs, 10);
      }),
    );
  });

  test("average_precision is the sum over thresholds of precision times the recall that they add", () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const positives = drawn.reduce((sum, [y, , w]) => sum + y * w, 0);
        let area = 0;
        let recall = 0;
        for (let threshold = 6; threshold >= 0; threshold--) {
          const taken = drawn.filter(([, p]) => p >= threshold);
          const hits = taken.reduce((sum, [y, , w]) => sum + y * w, 0);
          const all = taken.reduce((sum, [, , w]) => sum + w, 0);
          if (all > 0) area += (hits / positives - recall) * (hits / all);
          recall = hits / positives;
        }
        expect(score("average_precision", judgedFrom(drawn, true))).toBeCloseTo(area, 10);
      }),
    );
  });

  test("a row of weight k scores as k rows", () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const repeated = drawn.flatMap((row) => Array.from({ length: row[2] }, () => row));
        for (const metric of METRICS.values())
          if (metric.tasks.includes("binary"))
            expect(metric.score(judgedFrom(drawn, true))).toBeCloseTo(metric.score(judgedFrom(repeated, false)), 10);
      }),
    );
  });

  test("a metric with losses scores what their mean makes", () => {
    for (const [, , judged] of SETS)
      for (const metric of METRICS.values()) {
        if (!metric.losses || !metric.tasks.includes(judged.spec.task)) continue;
        const losses = metric.losses(judged);
        const weight = judged.weight ?? losses.map(() => 1);
        const mean =
          losses.reduce((sum, loss, row) => sum + loss * (weight[row] ?? 0), 0) / weight.reduce((a, b) => a + b);
        expect(metric.fromMeanLoss?.(mean) ?? mean).toBeCloseTo(metric.score(judged), 12);
      }
  });
});

describe("a score that isn't defined is NaN", () => {
  test.each(["roc_auc", "balanced_accuracy"])("%s of one class only", (name) => {
    expect(score(name, binary([1, 1, 1], [0.2, 0.6, 0.9]))).toBeNaN();
  });
  test("average_precision without a positive row, f1 without any, said or real", () => {
    expect(score("average_precision", binary([0, 0], [0.2, 0.6]))).toBeNaN();
    expect(score("f1", binary([0, 0], [0.2, 0.3]))).toBeNaN();
    expect(score("f1", binary([0, 0], [0.2, 0.6]))).toBe(0);
  });
  test("roc_auc of three classes of which one has no row", () => {
    expect(score("roc_auc", judgedOf("multiclass", [0, 1], [0.5, 0.3, 0.2, 0.1, 0.8, 0.1]))).toBeNaN();
  });
  test("r2 of a constant target", () => expect(score("r2", judgedOf("regression", [2, 2, 2], [1, 2, 3]))).toBeNaN());
  test.each([...METRICS.keys()])("%s of no rows, and of a prediction that is no number", (name) => {
    const task = METRICS.get(name)?.tasks[0] ?? "binary";
    expect(score(name, judgedOf(task, [], []))).toBeNaN();
    const width = Math.max(1, CLASSES[task].length);
    const spoilt = Array.from({ length: 4 * width }, (_, at) => (at === 1 ? Number.NaN : 1 / width));
    expect(score(name, judgedOf(task, [0, 1, 0, 1], spoilt))).toBeNaN();
  });
});

test("log_loss of a certain mistake is finite: -log 2^-23", () => {
  expect(score("log_loss", binary([1], [0]))).toBeCloseTo(23 * Math.LN2, 12);
});

describe("labels of a model's own", () => {
  const judged = binary([0, 0, 1, 1], [0.1, 0.3, 0.4, 0.9]);
  const labels = Float64Array.of(0, 0, 1, 1);

  it.each([
    ["accuracy", 0.75, 1],
    ["balanced_accuracy", 0.75, 1],
    ["f1", 2 / 3, 1],
    ["f1_macro", (2 / 3 + 0.8) / 2, 1],
  ])("count for %s, before the most probable classes", (name, probable, own) => {
    expect(score(name, judged)).toBeCloseTo(probable, 12);
    expect(score(name, { ...judged, labels: null })).toBeCloseTo(probable, 12);
    expect(score(name, { ...judged, labels })).toBeCloseTo(own, 12);
  });

  it.each(["roc_auc", "log_loss", "brier", "average_precision"])("change nothing for %s", (name) => {
    expect(score(name, { ...judged, labels })).toBe(score(name, judged));
  });
});
