/** What is promised of the decision as a whole: how often it promotes nothing better, and how often it finds what it says it can. */
import type { SideSummary } from "../../core/data/snapshot.js";
import type { Evidence, Metric } from "../../core/plugin/index.js";
import { smallestEffect } from "../../core/promotion/power.js";
import { normalQuantile } from "../../core/statistics/normal.js";
import { minEffect } from "../../plugins/gates/minEffect.js";
import { accuracy, f1 } from "../../plugins/metrics/labels.js";
import { logLoss } from "../../plugins/metrics/probabilities.js";
import { rocAuc } from "../../plugins/metrics/ranking.js";
import { mae, rmse } from "../../plugins/metrics/residuals.js";
import { binaryEvidence, contender } from "../plugins/gates/evidence.js";

const ALPHA = 0.05;
const TARGET_STD = 3;

interface Round {
  readonly truth: Float64Array;
  readonly champion: Float64Array;
  readonly candidate: Float64Array;
}

/** A round of two models, the candidate better by `gain` in the metric's unit. */
type Simulation = (rows: number, gain: number, random: ReturnType<typeof source>) => Round;

/**
 * Random numbers without a call of Math, which jest's realm makes fifty times as slow: Park and Miller's generator, and
 * normal ones as sums of twelve.
 */
function source(seed: number) {
  let state = 1 + ((seed * 7919 + 12345) % 2147483646);
  const uniform = () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
  const normal = () => {
    let sum = -6;
    for (let term = 0; term < 12; term++) sum += uniform();
    return sum;
  };
  for (let warm = 0; warm < 10; warm++) uniform();
  return { uniform, normals: (rows: number) => Float64Array.from({ length: rows }, normal) };
}

const pairs = (positive: Float64Array) => {
  const both = new Float64Array(2 * positive.length);
  positive.forEach((p, row) => {
    both[2 * row] = 1 - p;
    both[2 * row + 1] = p;
  });
  return both;
};
const alternating = (rows: number) => Float64Array.from({ length: rows }, (_, row) => row % 2);

/** Normal scores with areas 0.8 and 0.8 + gain, whose noise has a correlation of 0.82; the areas then have about 0.8. */
const ranked: Simulation = (rows, gain, { normals }) => {
  const truth = alternating(rows);
  const shared = normals(rows);
  const scores = (area: number) => {
    const own = normals(rows);
    const distance = Math.SQRT2 * normalQuantile(area);
    return pairs(truth.map((y, row) => distance * y + 0.9055 * (shared[row] ?? 0) + 0.4243 * (own[row] ?? 0)));
  };
  return { truth, champion: scores(0.8), candidate: scores(0.8 + gain) };
};

/** Both right on 80 % of the rows, both wrong on 14 %, and apart on 6 %. */
const labelled: Simulation = (rows, gain, { uniform }) => {
  const truth = alternating(rows);
  const draws = truth.map(uniform);
  const said = (isRight: (draw: number) => boolean) =>
    pairs(truth.map((y, row) => (isRight(draws[row] ?? 0) ? 0.1 + 0.8 * y : 0.9 - 0.8 * y)));
  const edge = 0.8 + 0.03 + gain / 2;
  return {
    truth,
    candidate: said((draw) => draw < edge),
    champion: said((draw) => draw < 0.8 || (draw >= edge && draw < 0.86)),
  };
};

/** Log-losses that differ with a standard deviation of 0.2. */
const surprised: Simulation = (rows, gain, { normals }) => {
  const truth = alternating(rows);
  const loss = normals(rows).map((z) => 1.5 + 0.3 * z);
  const noise = normals(rows);
  const said = (losses: Float64Array) =>
    pairs(losses.map((x, row) => (truth[row] === 1 ? Math.exp(-x) : 1 - Math.exp(-x))));
  return { truth, champion: said(loss), candidate: said(loss.map((x, row) => x - gain + 0.2 * (noise[row] ?? 0))) };
};

/** Residuals half as wide as the target, with a correlation of 0.9; the candidate's narrower by `gain` times `unit`. */
const residuals =
  (unit: number): Simulation =>
  (rows, gain, { normals }) => {
    const truth = normals(rows).map((z) => TARGET_STD * z);
    const first = normals(rows);
    const second = normals(rows).map((z, row) => 0.9 * (first[row] ?? 0) + 0.43589 * z);
    const width = TARGET_STD / 2;
    const off = (z: Float64Array, sigma: number) => truth.map((y, row) => y + sigma * (z[row] ?? 0));
    return { truth, champion: off(first, width), candidate: off(second, width - gain * unit) };
  };

function share(
  metric: Metric,
  rounds: number,
  { simulation, rows, gain }: { simulation: Simulation; rows: number; gain: number },
): number {
  const binary = binaryEvidence(2, { candidate: 1, champion: 1 });
  let passed = 0;
  for (let round = 0; round < rounds; round++) {
    const { truth, champion, candidate } = simulation(rows, gain, source(round));
    const evidence: Evidence = {
      ...binary,
      spec: metric.tasks.includes("regression") ? { task: "regression", target: "y", classes: [] } : binary.spec,
      metric,
      truth,
      champion: contender("a", champion),
      candidate: contender("c", candidate),
      alpha: ALPHA,
      seed: round,
    };
    const verdict = minEffect.judge(evidence, {});
    if ("outcome" in verdict && verdict.outcome === "PASS") passed++;
  }
  return passed / rounds;
}

const summary = (rows: number): SideSummary => ({
  rows,
  classCounts: [rows / 2, rows / 2],
  targetMean: 0,
  targetStd: TARGET_STD,
});

const MODELS = [
  { metric: rocAuc, simulation: ranked },
  { metric: accuracy, simulation: labelled },
  { metric: logLoss, simulation: surprised },
  { metric: rmse, simulation: residuals(1) },
  { metric: mae, simulation: residuals(Math.sqrt(Math.PI / 2)) },
];

describe("a candidate that is as good as the champion", () => {
  // 300 rounds at alpha 5 %: three standard deviations above it are 8.8 %.
  test.each(MODELS)(
    "passes min_effect by $metric.name in no more than alpha of the rounds",
    ({ metric, simulation }) => {
      expect(share(metric, 300, { simulation, rows: 100, gain: 0 })).toBeLessThanOrEqual(
        ALPHA + 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / 300),
      );
    },
  );
});

describe("the smallest effect that is promised", () => {
  // 200 rounds at power 80 %: three standard deviations are 8.5 %; the area's error is Hanley and McNeil's approximation.
  test.each(MODELS)("is found by $metric.name in about 80 % of the rounds", ({ metric, simulation }) => {
    const gain = smallestEffect(summary(300), metric.shape, { alpha: ALPHA })?.effect ?? 0;
    const power = share(metric, 200, { simulation, rows: 300, gain });
    expect(power).toBeGreaterThan(0.71);
    expect(power).toBeLessThan(0.91);
  });

  // knowledge/promotion.md §3.2: with 6 % disagreement 2 % needs about 930 rows, 1 % about 3,700, 0.5 % about 14,800.
  test.each([
    [930, 0.02],
    [3700, 0.01],
    [14_800, 0.005],
  ])("of accuracy with %p rows is the published %p", (rows, effect) => {
    expect(smallestEffect(summary(rows), "rate", { alpha: 0.05 })?.effect).toBeCloseTo(effect, 4);
  });

  // Hanley and McNeil 1982: area 0.8, 50 abnormal and 50 normal: 0.0447 by their formula.
  test("of an area rests on Hanley and McNeil's standard error", () => {
    const effect = smallestEffect(summary(100), "ranking", { alpha: 0.05 })?.effect ?? 0;
    const q1 = 0.8 / 1.2;
    const q2 = (2 * 0.64) / 1.8;
    const error = Math.sqrt((0.8 * 0.2 + 49 * (q1 - 0.64) + 49 * (q2 - 0.64)) / 2500);
    expect(effect).toBeCloseTo((normalQuantile(0.95) + normalQuantile(0.8)) * error * Math.sqrt(0.4), 10);
  });

  test("shrinks with rows, grows with a smaller alpha, and never exceeds what few rows allow", () => {
    for (const shape of [
      "ranking",
      "rate",
      "class_rate",
      "log",
      "probability",
      "squared_error",
      "absolute_error",
      "explained",
    ] as const) {
      const effect = (rows: number, alpha: number) =>
        smallestEffect(summary(rows), shape, { alpha })?.effect ?? Number.NaN;
      expect(effect(2000, 0.05)).toBeLessThan(effect(500, 0.05));
      expect(effect(500, 0.001)).toBeGreaterThan(effect(500, 0.05));
    }
  });

  test("is unknown for a metric without a shape, and for a side that lacks a class", () => {
    expect(smallestEffect(summary(100), undefined, { alpha: 0.05 })).toBeNull();
    expect(smallestEffect({ ...summary(100), classCounts: [100, 0] }, "ranking", { alpha: 0.05 })).toBeNull();
    expect(smallestEffect({ ...summary(100), targetStd: null }, "squared_error", { alpha: 0.05 })).toBeNull();
    expect(f1.shape).toBe("class_rate");
  });
});
