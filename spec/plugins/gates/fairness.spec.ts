import { createRng } from "hyperparameter-js";
import type { Evidence } from "../../../core/plugin/index.js";
import { cellsOf, countsOf, GAPS, type Grouped, gapOf, ratioOf } from "../../../plugins/gates/gaps.js";
import { binaryEvidence, contender, levels, withColumns } from "./evidence.js";
import { judge } from "./judging.js";

const ROWS = 640;
const sex = levels("sex", ROWS, (row) => (row < 6 ? "x" : row % 4 < 2 ? "f" : "m"));

/** Labels that are right with a chance of their own for each group; rows of one class alternate within a group. */
function answers(chance: (row: number) => number, seed: number): Float64Array {
  const rng = createRng(seed, "answers");
  return Float64Array.from({ length: ROWS }, (_, row) =>
    rng.int(1000) / 1000 < chance(row) ? row % 2 : 1 - (row % 2),
  );
}

function evidence(candidate: (row: number) => number, champion: ((row: number) => number) | null): Evidence {
  const model = (labels: Float64Array) =>
    contender("f".repeat(64), Float64Array.from([...labels].flatMap((y) => [1 - y, y])));
  const pair = binaryEvidence(ROWS, { candidate: 1, champion: 1 });
  const rival = champion === null ? null : model(answers(champion, 2));
  return withColumns({ ...pair, candidate: model(answers(candidate, 1)), champion: rival }, sex);
}

const alike = () => 0.8;
const unlike = (row: number) => (row % 4 < 2 ? 0.95 : 0.65);
const by = { by: ["sex"] };

test("passes where no gap rose by more than the margin", async () => {
  const verdict = await judge("fairness", evidence(alike, alike), {
    ...by,
    margin: 0.3,
    gaps: ["equalised_odds", "demographic_parity"],
  });
  expect(verdict.outcome).toBe("PASS");
  expect(verdict.reason).toMatch(
    /^sex, demographic parity: the gap is 0\.\d+, the champion's 0\.\d+, a rise of at most 0\.\d+ where 0\.3 is allowed, sex, equalised odds: .*\.$/,
  );
});

test("fails a gap that is shown to have risen, and not one that was there before", async () => {
  const rose = await judge("fairness", evidence(unlike, alike), by);
  expect(rose).toMatchObject({
    outcome: "FAIL",
    reason: expect.stringMatching(
      /^sex, equal opportunity: the gap is 0\.\d+, the champion's 0\.\d+, a rise of at least 0\.\d+ where 0\.02 is allowed\.$/,
    ),
  });
  expect((await judge("fairness", evidence(unlike, unlike), { ...by, margin: 0.3 })).outcome).toBe("PASS");
});

test("is compared with the baseline, which treats all alike, before there is a champion", async () => {
  expect(await judge("fairness", evidence(unlike, null), by)).toMatchObject({
    outcome: "FAIL",
    figures: { against: "baseline" },
  });
});

test("judges by a column that no model sees as by one that models see", async () => {
  const seen = evidence(unlike, alike);
  const unseen = { ...seen, table: { rows: ROWS, columns: [] }, context: [sex] };
  expect(await judge("fairness", unseen, by)).toEqual(await judge("fairness", seen, by));
});

test("four fifths is a matter of the candidate alone", async () => {
  const options = { ...by, gaps: ["four_fifths"] };
  const selective = (row: number) => (row % 2 === 1 ? 0.9 : row % 4 < 2 ? 0.4 : 0.95);
  expect(await judge("fairness", evidence(selective, selective), options)).toMatchObject({
    outcome: "FAIL",
    reason: expect.stringMatching(
      /the smallest selection rate is 0\.\d+ of the largest \(0\.\d+ to 0\.\d+\), and 0\.8 is the least/,
    ),
  });
  expect((await judge("fairness", evidence(alike, unlike), options)).outcome).toBe("PASS");
});

test("shows all groups and gaps, small groups without rates", async () => {
  const { figures } = await judge("fairness", evidence(alike, unlike), by);
  expect(figures.slices).toMatchObject([
    { value: "f", selected: expect.any(Number), true_positive: expect.any(Number) },
    { value: "m", false_positive: expect.any(Number) },
    { value: "x", rows: 6, outcome: "insufficient" },
  ]);
  expect((figures.gaps as { kind: string }[]).map(({ kind }) => kind)).toEqual([...GAPS, "four_fifths"]);
});

test.each([
  [
    "a regression",
    { spec: { task: "regression", target: "y", classes: [] } },
    {},
    "Gaps are of two classes, and the task is regression.",
  ],
  ["a column that isn't there", {}, { by: ["race"] }, "The rows have no column race."],
  ["one group that is large enough", {}, { min_rows: 5000 }, "fewer than two groups have 5,000 rows"],
  ["rows of one class", { truth: new Float64Array(ROWS) }, {}, "not defined in enough resamples"],
] as const)("has no opinion of %s", async (_, changes, options, reason) => {
  const verdict = await judge(
    "fairness",
    { ...evidence(alike, alike), ...changes } as Evidence,
    { ...by, ...options } as never,
  );
  expect(verdict).toMatchObject({ outcome: "INCONCLUSIVE", reason: expect.stringContaining(reason) });
});

test("gaps are those of a count by hand", () => {
  // groups 0 and 1; positive labels among positives 2/3 and 1/2, among negatives 1/2 and 0/1, of all 3/5 and 1/3
  const labels = Float64Array.of(1, 1, 0, 1, 0, 1, 0, 0, 1);
  const grouped: Grouped = {
    truth: Float64Array.of(1, 1, 1, 0, 0, 1, 1, 0, 1),
    weight: null,
    groupOf: Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, -1),
    groups: 2,
    candidate: labels,
    reference: labels.map((label) => 1 - label),
  };
  const counted = (some: Grouped) =>
    countsOf(
      cellsOf(some),
      some,
      Int32Array.from(labels, (_, row) => row),
    );
  const counts = counted(grouped);
  expect(gapOf("demographic_parity", "candidate", counts)).toBeCloseTo(3 / 5 - 1 / 3, 12);
  expect(gapOf("equal_opportunity", "candidate", counts)).toBeCloseTo(2 / 3 - 1 / 2, 12);
  expect(gapOf("equalised_odds", "candidate", counts)).toBeCloseTo(1 / 2, 12);
  expect(ratioOf("candidate", counts)).toBeCloseTo(1 / 3 / (3 / 5), 12);
  expect(ratioOf("reference", counts)).toBeCloseTo(2 / 5 / (2 / 3), 12);
  const heavy = counted({ ...grouped, weight: Float64Array.of(1, 1, 2, 1, 1, 1, 1, 1, 1) });
  expect(gapOf("equal_opportunity", "candidate", heavy)).toBeCloseTo(0, 12);
});
