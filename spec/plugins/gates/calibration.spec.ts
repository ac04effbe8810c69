import { createRng } from "hyperparameter-js";
import type { Evidence } from "../../../core/plugin/index.js";
import { type Claims, calibrationError, recalibration, spiegelhalter } from "../../../plugins/gates/reliability.js";
import { rmse } from "../../../plugins/metrics/residuals.js";
import { binaryEvidence, contender } from "./evidence.js";
import { judge } from "./judging.js";

/** Claims p of which p^1.4 come true: what they are was computed with numpy 1.24, scipy 1.10 and scikit-learn 1.2. */
const claimed = Float64Array.from({ length: 300 }, (_, i) => (((i * 37) % 300) + 0.5) / 300);
const CLAIMS: Claims = {
  claimed,
  happened: claimed.map((p, i) => Number(((i * 7919) % 1009) / 1009 < p ** 1.4)),
  weight: null,
  group: null,
  alpha: 0.05,
};

describe("measures of calibration", () => {
  test("the corrected error over 15 bins of equal mass is that of 200,000 resampled bins", () => {
    expect(calibrationError(CLAIMS).value).toBeCloseTo(0.06918, 3);
    const doubled = { ...CLAIMS, weight: new Float64Array(300).fill(2) };
    expect(calibrationError(doubled).value).toBeCloseTo(calibrationError(CLAIMS).value, 10);
  });

  test("Cox's intercept and slope are those of logistic regression, with sandwich errors", () => {
    const fit = recalibration(CLAIMS);
    expect(fit?.intercept.value).toBeCloseTo(-0.49034043, 5);
    expect(fit?.slope.value).toBeCloseTo(1.02717392, 5);
    const t = 1.6499657674263084;
    expect(((fit?.slope.upper ?? 0) - (fit?.slope.value ?? 0)) / t).toBeCloseTo(0.1675812, 5);
    expect(((fit?.intercept.value ?? 0) - (fit?.intercept.lower ?? 0)) / t).toBeCloseTo(0.15076627, 5);
    const weighted = recalibration({ ...CLAIMS, weight: claimed.map((_, i) => 1 + (i % 3)) });
    expect(weighted?.intercept.value).toBeCloseTo(-0.4616155, 5);
    expect(weighted?.slope.value).toBeCloseTo(1.05267466, 5);
  });

  test("aren't defined where claims are all alike, or tell all apart", () => {
    expect(recalibration({ ...CLAIMS, claimed: new Float64Array(300).fill(0.4) })).toBeNull();
    const sure = CLAIMS.happened.map((y) => 0.1 + 0.8 * y);
    expect(recalibration({ ...CLAIMS, claimed: sure })).toBeNull();
  });

  test("Spiegelhalter's Z is its formula's, and not told of weighted or grouped rows", () => {
    expect(spiegelhalter(CLAIMS)?.z).toBeCloseTo(-0.4892678316312846, 10);
    expect(spiegelhalter(CLAIMS)?.p).toBeCloseTo(0.6246520921893783, 10);
    expect(spiegelhalter({ ...CLAIMS, group: new Int32Array(300) })).toBeNull();
    expect(spiegelhalter({ ...CLAIMS, claimed: CLAIMS.happened })).toBeNull();
  });

  test("the correction takes off what chance adds: claims that are right have a smaller error", () => {
    const errors = Array.from({ length: 40 }, (_, round) => {
      const rng = createRng(round, "right");
      const chances = Float64Array.from({ length: 400 }, () => (rng.int(1000) + 0.5) / 1000);
      const happened = chances.map((p) => Number(rng.int(1e6) / 1e6 < p));
      return calibrationError({ ...CLAIMS, claimed: chances, happened }).value;
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    // 15 bins of 27 rows: E|N(0, s)| = 0.80 s = 0.061 without the correction, and (2 · 0.80 − 1.13) s = 0.036 with it
    expect(mean).toBeLessThan(0.04);
  });
});

/** Evidence of a candidate that claims f(p) where p is true. */
function claiming(f: (p: number) => number, rows = 2000): Evidence {
  const rng = createRng(6, "claims");
  const chances = Float64Array.from({ length: rows }, () => (rng.int(1000) + 0.5) / 1000);
  const truth = chances.map((p) => Number(rng.int(1e6) / 1e6 < p));
  const prediction = Float64Array.from([...chances].flatMap((p) => [1 - f(p), f(p)]));
  return {
    ...binaryEvidence(rows, { candidate: 1, champion: 1 }),
    truth,
    candidate: contender("c".repeat(64), prediction),
  };
}

const sharpened = (p: number) => p ** 3 / (p ** 3 + (1 - p) ** 3);

describe("calibration", () => {
  test("passes probabilities that are right, by every measure", async () => {
    const limits = { ece: 0.05, brier: 0.2, slope: 0.2, intercept: 0.2, spiegelhalter: 0.01 };
    const verdict = await judge(
      "calibration",
      claiming((p) => p),
      limits,
    );
    expect(verdict.outcome).toBe("PASS");
    expect(verdict.reason).toMatch(
      /^On 2,000 rows probabilities mean what they say: calibration error 0\.0\d+ \(\S+ to 0\.0\d+\), limit 0\.05; Brier score 0\.1\d+ .*; Cox slope .*; Cox intercept .*; Spiegelhalter's Z .*\.$/,
    );
    expect(verdict.figures).toMatchObject({ n: 2000, limits, slope: { value: expect.any(Number) } });
  });

  test("fails overconfidence, and names what shows it", async () => {
    const verdict = await judge("calibration", claiming(sharpened), { slope: 0.2, spiegelhalter: 0.01 });
    expect(verdict).toMatchObject({
      outcome: "FAIL",
      reason: expect.stringMatching(
        /^On 2,000 rows probabilities don't mean what they say: calibration error 0\.1\d+ .*; Cox slope 0\.3\d+ .*; Spiegelhalter's Z/,
      ),
    });
  });

  test("is unsure where rows are too few for the limit", async () => {
    expect(
      (
        await judge(
          "calibration",
          claiming((p) => p, 100),
          { ece: 0.02 },
        )
      ).outcome,
    ).toBe("INCONCLUSIVE");
  });

  test("of more than two classes judges what the label claims", async () => {
    const { truth, candidate, ...rest } = claiming((p) => p);
    const three: Evidence = {
      ...rest,
      spec: { task: "multiclass", target: "y", classes: ["a", "b", "c"] },
      truth: truth.map((y, row) => (y === 1 ? row % 3 : (row + 1) % 3)),
      candidate: contender("c".repeat(64), new Float64Array(3 * truth.length)),
    };
    for (const [row] of truth.entries()) {
      const p = Math.max(0.34, candidate.prediction[2 * row + 1] as number);
      three.candidate.prediction.fill((1 - p) / 2, 3 * row, 3 * row + 3);
      three.candidate.prediction[3 * row + (row % 3)] = p;
    }
    const { figures, outcome } = await judge("calibration", three, {});
    expect(outcome).toBe("FAIL"); // those below 0.34 were raised
    expect(figures).toMatchObject({ n: 2000, brier: { value: expect.any(Number) } });
  });

  test.each([
    ["a regression", { spec: { task: "regression", target: "y", classes: [] } }, "see the gate coverage"],
    ["rows of one class", { truth: new Float64Array(2000) }, "All rows are of one class."],
    ["hardly any rows", binaryEvidence(12, { candidate: 1, champion: 1 }), "There are only 12 rows"],
  ] as const)("has no opinion of %s", async (_, changes, reason) => {
    const verdict = await judge("calibration", { ...claiming((p) => p), ...changes } as Evidence);
    expect(verdict).toMatchObject({ outcome: "INCONCLUSIVE", reason: expect.stringContaining(reason) });
  });
});

describe("coverage", () => {
  const rows = 2000;
  const values = Float64Array.from({ length: rows }, (_, row) => ((row * 7919) % rows) / rows);
  const regression = (prediction: Float64Array): Evidence => ({
    ...binaryEvidence(rows, { candidate: 1, champion: 1 }),
    spec: { task: "regression", target: "y", classes: [] },
    metric: rmse,
    truth: values,
    candidate: contender("c".repeat(64), prediction),
  });
  const constant = (at: number) => regression(new Float64Array(rows).fill(at));

  test.each([
    [
      0.9,
      "PASS",
      /^90 % of 2,000 values are at or below the prediction \(88\.\d % to 91\.\d %\), within 90 % ± 2 points\.$/,
    ],
    [0.97, "FAIL", /outside of 90 % ± 2 points/],
    [0.85, "FAIL", /outside of/],
    [0.915, "INCONCLUSIVE", /too unsure for/],
  ])("of a model that is above %d of the values is %s", async (share, outcome, reason) => {
    expect(await judge("coverage", constant(share), { level: 0.9 })).toMatchObject({
      outcome,
      reason: expect.stringMatching(reason),
    });
  });

  test("has no opinion of classes", async () => {
    expect((await judge("coverage", binaryEvidence(50, { candidate: 1, champion: 1 }), { level: 0.9 })).outcome).toBe(
      "INCONCLUSIVE",
    );
  });
});

describe("negative_flips", () => {
  const rows = 1000;
  /** Labels of which these rows are wrong. */
  const model = (isWrong: (row: number) => boolean) =>
    contender(
      "d".repeat(64),
      Float64Array.from(
        Array.from({ length: rows }, (_, row) => (isWrong(row) ? 1 - (row % 2) : row % 2)).flatMap((y) => [1 - y, y]),
      ),
    );
  const pair = (candidate: (row: number) => boolean, champion: (row: number) => boolean): Evidence => ({
    ...binaryEvidence(rows, { candidate: 1, champion: 1 }),
    candidate: model(candidate),
    champion: model(champion),
  });

  test("keeps the identity: accuracy gained is positive less negative flips", async () => {
    const { figures } = await judge(
      "negative_flips",
      pair(
        (row) => row % 10 < 2,
        (row) => row % 15 < 5,
      ),
      { max: 0.5 },
    );
    const wrong = (count: number) => count / rows;
    const [candidate, champion] = [200, 335].map(wrong) as [number, number];
    expect((figures.pfr as number) - (figures.nfr as number)).toBeCloseTo(champion - candidate, 12);
    expect(figures.relative).toBeCloseTo((figures.nfr as number) / ((1 - champion) * candidate), 12);
    expect(figures.nfi).toBeCloseTo((figures.nfr as number) / candidate, 12);
  });

  test("passes few, fails many though accuracy rose, and is unsure between", async () => {
    const few = await judge(
      "negative_flips",
      pair(
        (row) => row < 3,
        (row) => row > 900,
      ),
      { max: 0.02 },
    );
    expect(few).toMatchObject({
      outcome: "PASS",
      reason: expect.stringMatching(
        /^3 rows of 1,000 turned from right to wrong, against 99 the other way \(0\.003 of the rows, 0\.000\d+ to 0\.00\d+\): within the limit of 0\.02\.$/,
      ),
    });
    const many = await judge(
      "negative_flips",
      pair(
        (row) => row < 60,
        (row) => row > 800,
      ),
      { max: 0.02 },
    );
    expect(many).toMatchObject({ outcome: "FAIL", reason: expect.stringContaining("above the limit of 0.02") });
    expect(
      (
        await judge(
          "negative_flips",
          pair(
            (row) => row < 18,
            () => false,
          ),
          { max: 0.02 },
        )
      ).outcome,
    ).toBe("INCONCLUSIVE");
  });

  test("by chance: independent models have a relative rate of 1", async () => {
    const independent = pair(
      (row) => row % 10 === 0,
      (row) => row % 7 === 0,
    );
    const verdict = await judge("negative_flips", independent, { max: 1, relative: 0.5 });
    expect(verdict).toMatchObject({ outcome: "FAIL", reason: expect.stringContaining("times as many as by chance") });
    expect(verdict.figures.relative).toBeCloseTo(1, 1);
  });

  test("labels count where a model has a threshold of its own", async () => {
    const evidence = pair(
      () => false,
      () => false,
    );
    const labels = Float64Array.from({ length: rows }, () => 1);
    const verdict = await judge(
      "negative_flips",
      { ...evidence, candidate: { ...evidence.candidate, labels } },
      { max: 0.02 },
    );
    expect(verdict.figures.negative_flips).toBe(500);
  });

  test("without a champion nothing can turn, and values need a tolerance", async () => {
    expect(
      (
        await judge(
          "negative_flips",
          {
            ...pair(
              () => true,
              () => false,
            ),
            champion: null,
          },
          { max: 0.02 },
        )
      ).outcome,
    ).toBe("PASS");
    const truth = Float64Array.from({ length: rows }, (_, row) => row);
    const value = (off: number) =>
      contender(
        "e".repeat(64),
        truth.map((y, row) => y + (row % 10 === 0 ? off : 0)),
      );
    const regression: Evidence = {
      ...pair(
        () => false,
        () => false,
      ),
      spec: { task: "regression", target: "y", classes: [] },
      truth,
      candidate: value(3),
      champion: value(1),
    };
    expect((await judge("negative_flips", regression, { max: 0.02 })).outcome).toBe("INCONCLUSIVE");
    expect(await judge("negative_flips", regression, { max: 0.02, tolerance: 2 })).toMatchObject({
      outcome: "FAIL",
      figures: { nfr: 0.1 },
    });
  });
});
