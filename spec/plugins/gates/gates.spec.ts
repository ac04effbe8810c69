import type { Evidence, Json } from "../../../core/plugin/index.js";
import { rmse } from "../../../plugins/metrics/residuals.js";
import { binaryEvidence, contender } from "./evidence.js";
import { GATES, judge } from "./judging.js";

test("each gate has a closed schema of its options", () => {
  for (const gate of GATES.values())
    expect(gate.options).toMatchObject({ type: "object", additionalProperties: false });
});

describe("min_effect", () => {
  test("passes a clear gain, and says it with its interval, test and rows", async () => {
    const verdict = await judge("min_effect", binaryEvidence(800, { candidate: 1.6, champion: 1 }), { margin: 0.02 });
    expect(verdict.outcome).toBe("PASS");
    expect(verdict.reason).toMatch(
      /^\+0\.0995 roc_auc against the champion \(95 % interval 0\.0787 to 0\.12, p < 0\.0001 at alpha 0\.03, DeLong, 800 rows; \+ is better\), above the margin of 0\.02\.$/,
    );
    expect(verdict.figures).toMatchObject({
      metric: "roc_auc",
      against: "champion",
      margin: 0.02,
      alpha: 0.03,
      test: "delong",
      n: 800,
    });
    expect(verdict.figures.lower).toBeGreaterThan(0.02);
  });

  test("fails a candidate that is clearly not better", async () => {
    const verdict = await judge("min_effect", binaryEvidence(800, { candidate: 1, champion: 1.6 }));
    expect(verdict.outcome).toBe("FAIL");
    expect(verdict.reason).toMatch(/^−0\.1\d+ roc_auc .*, and at most −0\.0\d+: not above the margin of 0\.$/);
  });

  test("fails a gain that is clearly below the margin", async () => {
    const verdict = await judge("min_effect", binaryEvidence(800, { candidate: 1.6, champion: 1 }), { margin: 0.3 });
    expect(verdict.outcome).toBe("FAIL");
  });

  test("fails a model against itself", async () => {
    const evidence = binaryEvidence(800, { candidate: 1, champion: 1 });
    const verdict = await judge("min_effect", { ...evidence, champion: evidence.candidate });
    expect(verdict).toMatchObject({
      outcome: "FAIL",
      reason: expect.stringContaining("can't be told apart on any row"),
    });
  });

  test("is unsure of a gain that the rows can't show, with how many could among its figures", async () => {
    const verdict = await judge("min_effect", binaryEvidence(120, { candidate: 1.25, champion: 1 }));
    expect(verdict.outcome).toBe("INCONCLUSIVE");
    expect(verdict.reason).toMatch(/too unsure for the margin of 0\.$/);
    expect(verdict.figures.rows_needed).toBeGreaterThan(120);
  });

  test("names no number of rows where nothing was gained", async () => {
    const verdict = await judge("min_effect", binaryEvidence(120, { candidate: 1.1, champion: 1 }), { margin: 0.02 });
    expect(verdict.outcome).toBe("INCONCLUSIVE");
    expect(verdict.figures.rows_needed).toBeNull();
  });

  test("asks for the margin over the baseline while there is no champion", async () => {
    const evidence = binaryEvidence(400, { candidate: 1, champion: null });
    expect(await judge("min_effect", evidence, { margin: 0.05 })).toMatchObject({
      outcome: "PASS",
      reason: expect.stringContaining("against the baseline"),
      figures: { against: "baseline" },
    });
    expect((await judge("min_effect", evidence, { margin: 0.45 })).outcome).toBe("FAIL");
  });

  test("judges by the metric that it is told to", async () => {
    const evidence = binaryEvidence(100, { candidate: 1.6, champion: 1 });
    expect((await judge("min_effect", evidence, { metric: "log_loss" })).figures).toMatchObject({
      metric: "log_loss",
      test: "paired_t",
    });
    expect((await judge("min_effect", evidence, { metric: "f1" })).figures).toMatchObject({
      metric: "f1",
      test: "paired_bootstrap",
    });
    await expect(async () => judge("min_effect", evidence, { metric: "rmse" })).rejects.toThrow(
      "rmse is no metric for a binary task",
    );
    await expect(async () => judge("min_effect", evidence, { metric: "gini" })).rejects.toThrow(
      "no metric is called gini",
    );
  });

  test.each([
    ["few rows", binaryEvidence(12, { candidate: 3, champion: 0.1 }), "there are only 12 rows"],
    [
      "one class",
      { ...binaryEvidence(200, { candidate: 3, champion: 0.1 }), truth: new Float64Array(200) },
      "all rows are of one class",
    ],
  ] as const)("never passes for want of data: %s", async (_, evidence, reason) => {
    for (const gate of ["min_effect", "beats_baseline"])
      expect(await judge(gate, evidence)).toMatchObject({
        outcome: "INCONCLUSIVE",
        reason: expect.stringContaining(reason),
      });
  });
});

describe("beats_baseline", () => {
  test("passes a model that knows something, champion or not, and not one that knows nothing", async () => {
    expect((await judge("beats_baseline", binaryEvidence(300, { candidate: 1, champion: 2 }))).outcome).toBe("PASS");
    const evidence = binaryEvidence(300, { candidate: 1, champion: null });
    const same = await judge("beats_baseline", { ...evidence, candidate: evidence.baseline });
    expect(same.outcome).toBe("FAIL");
    const inverted = contender(
      "d".repeat(64),
      evidence.candidate.prediction.map((p) => 1 - p),
    );
    expect((await judge("beats_baseline", { ...evidence, candidate: inverted })).outcome).not.toBe("PASS");
  });
});

describe("onnx_parity", () => {
  const evidence = binaryEvidence(40, { candidate: 1, champion: null });
  const parity = (changes: Partial<Evidence["parity"]>, options: Record<string, Json> = {}) =>
    judge("onnx_parity", { ...evidence, parity: { ...evidence.parity, ...changes } }, options);

  test("passes a graph that agrees, in numbers", async () => {
    expect(await parity({})).toEqual({
      outcome: "PASS",
      reason:
        "The graph is within 2.0e-7 of its trainer on 1000 rows and agrees on 100 % of the classes (limit 0.000010, and 100 %).",
      figures: { rows: 1000, max_abs: 2e-7, limit: 1e-5, label_agreement: 1 },
    });
  });
  test.each([
    ["a larger difference", { maxAbs: 2e-5 }],
    ["one class of 1,000", { labelAgreement: 0.999 }],
    ["a difference that is no number", { maxAbs: Number.NaN }],
  ])("fails %s", async (_, changes) => expect((await parity(changes)).outcome).toBe("FAIL"));
  test("takes the limit that it is told", async () => {
    expect((await parity({ maxAbs: 2e-5 }, { max_abs: 1e-4 })).outcome).toBe("PASS");
  });
  test("has no opinion without rows", async () => expect((await parity({ rows: 0 })).outcome).toBe("INCONCLUSIVE"));
  test("takes a regression's differences as relative already, whatever its scale", async () => {
    const judgeAt = async (maxAbs: number) => {
      const regression: Evidence = {
        ...evidence,
        spec: { task: "regression", target: "y", classes: [] },
        metric: rmse,
        candidate: contender("c".repeat(64), Float64Array.of(-200_000, 10)),
        parity: { rows: 1000, maxAbs, labelAgreement: 1 },
      };
      return (await judge("onnx_parity", regression)).outcome;
    };
    expect(await judgeAt(9e-6)).toBe("PASS");
    expect(await judgeAt(2e-5)).toBe("FAIL");
  });
});
