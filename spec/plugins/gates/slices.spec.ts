import { createRng } from "hyperparameter-js";
import type { Evidence } from "../../../core/plugin/index.js";
import { binaryEvidence, contender, levels, numbers, withColumns } from "./evidence.js";
import { judge } from "./judging.js";

const ROWS = 1200;

/** A candidate that is like a good champion but for the rows of one slice, where it knows less or nothing. */
function harmedIn(isHarmed: (row: number) => boolean, harm: number): Evidence {
  const evidence = binaryEvidence(ROWS, { candidate: 1.6, champion: 1.6 });
  const rng = createRng(3, "harm");
  const prediction = evidence.candidate.prediction.slice();
  for (let row = 0; row < ROWS; row++) {
    if (!isHarmed(row)) continue;
    const p = (1 - harm) * (prediction[2 * row + 1] as number) + harm * (rng.int(1000) / 1000);
    prediction.set([1 - p, p], 2 * row);
  }
  return { ...evidence, candidate: contender("c".repeat(64), prediction) };
}

const plan = levels("plan", ROWS, (row) => (row % 5 === 0 ? "abroad" : "home"));
const state = levels("state", ROWS, (row) =>
  row < 12 ? "tiny" : row % 3 === 0 ? null : `s${Math.floor(row / 2) % 4}`,
);
const age = numbers("age", ROWS, (row) => (row % 50 === 0 ? Number.NaN : row / 10));

describe("not_worse", () => {
  const evidence = binaryEvidence(800, { candidate: 1.2, champion: 1.2 });

  test("passes a loss that is shown to be small, in the metric that it is told", async () => {
    const verdict = await judge("not_worse", evidence, { metric: "log_loss", margin: 0.1 });
    expect(verdict.outcome).toBe("PASS");
    expect(verdict.reason).toMatch(
      /^log_loss is 0\.\d+ (worse|better) than the champion's on 800 rows, and (at most 0\.\d+ worse|not worse at all): below the margin of 0\.1\.$/,
    );
    expect(verdict.figures).toMatchObject({
      metric: "log_loss",
      against: "champion",
      margin: 0.1,
      test: "paired_t",
      n: 800,
    });
  });

  test("fails a loss that is shown to be large, and is unsure between", async () => {
    const worse = binaryEvidence(800, { candidate: 0.8, champion: 1.6 });
    expect(await judge("not_worse", worse, { margin: 0.02 })).toMatchObject({
      outcome: "FAIL",
      reason: expect.stringMatching(/^roc_auc is 0\.\d+ worse .* at least 0\.\d+ worse: above the margin of 0\.02\.$/),
    });
    const few = binaryEvidence(60, { candidate: 1.2, champion: 1.2 });
    expect(await judge("not_worse", few, { margin: 0.01 })).toMatchObject({
      outcome: "INCONCLUSIVE",
      reason: expect.stringMatching(/may be 0\.\d+ worse: too unsure/),
    });
  });

  test("passes the champion itself, and compares with the baseline before there is one", async () => {
    expect((await judge("not_worse", { ...evidence, champion: evidence.candidate }, { margin: 1e-6 })).outcome).toBe(
      "PASS",
    );
    const first = await judge("not_worse", { ...evidence, champion: null }, { margin: 0.01 });
    expect(first).toMatchObject({ outcome: "PASS", figures: { against: "baseline" } });
  });

  test("its verdict is that of min_effect with the models exchanged", async () => {
    for (const signal of [0.6, 1, 1.3, 1.6]) {
      const pair = binaryEvidence(500, { candidate: signal, champion: 1.2 });
      const turned = { ...pair, candidate: pair.champion ?? pair.candidate, champion: pair.candidate };
      const [harm, gain] = [
        await judge("not_worse", pair, { margin: 0.03 }),
        await judge("min_effect", turned, { margin: 0.03 }),
      ];
      expect(harm.outcome === "FAIL").toBe(gain.outcome === "PASS");
      expect(harm.outcome === "PASS").toBe(gain.outcome === "FAIL");
    }
  });
});

describe("slices, declared", () => {
  const judgeBy = (evidence: Evidence, by: string[], more = {}) =>
    judge("slices", withColumns(evidence, plan, state, age), { by, margin: 0.06, min_rows: 100, ...more });

  test("passes where every slice is shown to lose less than the margin, and shows the small ones", async () => {
    const verdict = await judgeBy(
      harmedIn(() => false, 0),
      ["plan", "state"],
      { margin: 0.12 },
    );
    expect(verdict.outcome).toBe("PASS");
    expect(verdict.reason).toMatch(
      /^Each of 7 declared slices is within 0\.12 roc_auc of the champion, the worst, \w+ = \w+ \(\d+ rows\), losing at most 0\.\d+; 1 slice can't be judged: state = tiny \(12 rows\)\.$/,
    );
    expect(verdict.figures).toMatchObject({ judged: 7, insufficient: 1 });
    const shown = verdict.figures.slices as { column: string; value: string; rows: number; outcome: string }[];
    expect(shown.filter(({ column }) => column === "plan").reduce((sum, { rows }) => sum + rows, 0)).toBe(ROWS);
    expect(shown.filter(({ column }) => column === "state").reduce((sum, { rows }) => sum + rows, 0)).toBe(ROWS);
    expect(shown.at(-1)).toMatchObject({ column: "state", value: "tiny", outcome: "insufficient" });
  });

  test("fails where one slice is shown to lose more, though the whole is no worse by the margin", async () => {
    const evidence = harmedIn((row) => row % 5 === 0, 1);
    expect(await judgeBy(evidence, ["plan"])).toMatchObject({
      outcome: "FAIL",
      reason: expect.stringMatching(
        /^plan = abroad \(240 rows\) loses 0\.\d+ roc_auc against the champion, more than the margin of 0\.06 \(p \S+ by Holm over 2 declared slices, at alpha 0\.03\)\.$/,
      ),
    });
    expect((await judge("not_worse", evidence, { margin: 0.25 })).outcome).toBe("PASS");
  });

  test("is unsure where a slice can't be shown to be harmless", async () => {
    const verdict = await judgeBy(
      harmedIn(() => false, 0),
      ["plan"],
      { margin: 0.005 },
    );
    expect(verdict).toMatchObject({
      outcome: "INCONCLUSIVE",
      reason: expect.stringMatching(
        /^2 declared slices may lose more than the margin of 0\.005 .* such as plan = abroad \(240 rows\) with up to 0\.\d+/,
      ),
    });
  });

  test("cuts numbers at their quartiles, with missing cells apart", async () => {
    const verdict = await judgeBy(
      harmedIn(() => false, 0),
      ["age"],
      { min_rows: 20 },
    );
    const shown = verdict.figures.slices as { value: string; rows: number }[];
    expect(shown.map(({ value }) => value).sort()).toEqual([
      "0.1 to below 30.1",
      "30.1 to below 60.1",
      "60.1 to below 90.1",
      "90.1 and more",
      "missing",
    ]);
    expect(shown.find(({ value }) => value === "missing")?.rows).toBe(24);
  });

  test.each([
    [
      "all slices are small",
      ["plan"],
      { min_rows: 2000 },
      "No declared slice has enough rows to be judged; 2 slices can't be judged",
    ],
    ["there is no such column", ["sex"], {}, "The rows have no column sex to slice by."],
  ])("has no opinion where %s", async (_, by, more, reason) => {
    const verdict = await judgeBy(
      harmedIn(() => false, 0),
      by,
      more,
    );
    expect(verdict).toMatchObject({ outcome: "INCONCLUSIVE", reason: expect.stringContaining(reason) });
  });

  test("a column that no model sees makes the slices that it would make as a feature, where it is named", async () => {
    const seen = harmedIn((row) => row % 2 === 0, 0.2);
    const unseen = { ...seen, table: { rows: ROWS, columns: [] }, context: seen.table.columns };
    const names = seen.table.columns.map(({ name }) => name);
    expect(await judgeBy(unseen, names, {})).toEqual(await judgeBy(seen, names, {}));
    expect(await judge("slices", unseen, { found: true, margin: 0 })).toMatchObject({
      reason: "There are no slices to judge.",
    });
  });

  test("a slice of one class is shown with the reason, and the others are judged", async () => {
    const evidence = harmedIn(() => false, 0);
    const odd = levels("odd", ROWS, (row) => (row < 400 && row % 2 === 0 ? "one class" : "both"));
    const verdict = await judge("slices", withColumns(evidence, odd), { by: ["odd"], margin: 0.06 });
    expect(verdict).toMatchObject({ outcome: "PASS", figures: { judged: 1, insufficient: 1 } });
    expect(verdict.figures.slices).toContainEqual(
      expect.objectContaining({ value: "one class", why: "all rows are of one class" }),
    );
  });

  test("figures stay small whatever the number of levels, with the worst first", async () => {
    const many = levels("many", ROWS, (row) => `level ${"x".repeat(200)} ${row % 300}`);
    const verdict = await judge(
      "slices",
      withColumns(
        harmedIn((row) => row % 300 === 7, 1),
        many,
      ),
      { by: ["many"], margin: 0.06, min_rows: 2 },
    );
    expect(JSON.stringify(verdict).length).toBeLessThan(16_384);
  });
});

describe("slices, found", () => {
  const found = (evidence: Evidence, more = {}) =>
    judge("slices", withColumns(evidence, plan, state, age), { found: true, margin: 0.02, ...more });

  test("a slice that nobody named is a veto where its loss is shown", async () => {
    expect(await found(harmedIn((row) => row >= 900, 1))).toMatchObject({
      outcome: "FAIL",
      reason: expect.stringMatching(
        /^age = 90\.1 and more \(\d+ rows\) loses 0\.\d+ roc_auc against the champion, .* by Holm over \d+ found slices/,
      ),
    });
  });

  test("passes where no loss is shown", async () => {
    const verdict = await found(harmedIn(() => false, 0));
    expect(verdict).toMatchObject({
      outcome: "PASS",
      reason: expect.stringMatching(/^None of \d+ found slices is shown to lose more than 0\.02 roc_auc/),
    });
  });

  test("with declared ones beside, each keeps its own rule", async () => {
    const verdict = await found(
      harmedIn(() => false, 0),
      { by: ["plan"], margin: 0.01 },
    );
    expect(verdict.outcome).toBe("INCONCLUSIVE");
    const rules = (verdict.figures.slices as { column: string; rule: string }[]).map(
      ({ column, rule }) => `${column} ${rule}`,
    );
    expect(new Set(rules)).toEqual(new Set(["plan safety", "state veto", "age veto"]));
  });

  test("equal models are vetoed in at most alpha of all cases", async () => {
    let vetoes = 0;
    const rng = createRng(8, "null");
    for (let round = 0; round < 30; round++) {
      const truth = Float64Array.from({ length: 400 }, () => rng.int(2));
      const guess = () => {
        const p = Array.from(truth, (y) => 1 / (1 + Math.exp(-(y - 0.5 + rng.normal()))));
        return contender("e".repeat(64), Float64Array.from(p.flatMap((one) => [1 - one, one])));
      };
      const pair = { ...binaryEvidence(400, { candidate: 1, champion: 1 }), truth, alpha: 0.1 };
      const columns = ["a", "b", "c", "d"].map((name) => levels(name, 400, () => `l${rng.int(2)}`));
      const evidence = withColumns({ ...pair, candidate: guess(), champion: guess() }, ...columns);
      if ((await judge("slices", evidence, { found: true, margin: 0 })).outcome === "FAIL") vetoes++;
    }
    // 30 · 0.1 = 3, and at most 8 with probability 0.998 by the binomial distribution
    expect(vetoes).toBeLessThanOrEqual(8);
  });
});
