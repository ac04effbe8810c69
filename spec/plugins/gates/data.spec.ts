import fc from "fast-check";
import type { Column, Evidence, Labelled } from "../../../core/plugin/index.js";
import { distanceOf } from "../../../plugins/gates/distance.js";
import { sharedRows } from "../../../plugins/gates/identical.js";
import { weightedModel } from "../../support/weighted.js";
import { binaryEvidence, levels, numbers } from "./evidence.js";
import { judge } from "./judging.js";

const side = (truth: readonly number[], ...columns: readonly Column[]): Labelled => ({
  table: { rows: truth.length, columns },
  truth: Float64Array.from(truth),
  weight: null,
  group: null,
});

/** Rows with a number and a level; `from` makes the numbers others. */
const made = (rows: number, from = 0, share = 2) =>
  side(
    Array.from({ length: rows }, (_, row) => Number(row % share === 0)),
    numbers("x", rows, (row) => from + row),
    levels("plan", rows, (row) => `p${row % 3}`),
  );

function evidence(confirm: Labelled, train: Labelled, more: Partial<Evidence> = {}): Evidence {
  const rows = confirm.truth.length;
  return { ...binaryEvidence(rows, { candidate: 1, champion: 1 }), ...confirm, train, select: made(50, 5e5), ...more };
}

describe("shared rows", () => {
  const cell = fc.constantFrom(0, 1, 2, Number.NaN);
  const table = fc.array(fc.tuple(cell, fc.integer({ min: -1, max: 1 }), fc.integer({ min: 0, max: 1 })), {
    maxLength: 25,
  });

  test("are those that a comparison of all pairs finds", () => {
    const sideOf = (rows: readonly (readonly [number, number, number])[]) =>
      side(
        rows.map(([, , truth]) => truth),
        numbers("x", rows.length, (row) => rows[row]?.[0] ?? 0),
        { name: "l", type: "categorical", codes: Int32Array.from(rows, ([, code]) => code), levels: ["a", "b"] },
      );
    fc.assert(
      fc.property(table, table, table, (own, first, second) => {
        const others = [...first, ...second].map((row) => row.join());
        const expected = own.map((row) => Number(others.includes(row.join())));
        expect([...sharedRows(sideOf(own), [sideOf(first), sideOf(second)])]).toEqual(expected);
      }),
    );
  });
});

describe("data_checks", () => {
  const check = (given: Evidence, options = {}) => judge("data_checks", given, options);

  test("passes a side that is apart, and says what was looked at", async () => {
    expect(await check(evidence(made(300), made(900, 1e6)))).toEqual({
      outcome: "PASS",
      reason:
        "Of the confirm side: there are 300 confirm rows of 100 at least; 0 confirm rows (0 %) are also among the rows that models are made of, and 0 % may be; no is the class of 50 % of the confirm rows and of 50 % of those before, where 10 points of difference are allowed; no column that alone tells the target is taken.",
      figures: {
        rows: 300,
        min_rows: 100,
        overlap: 0,
        max_overlap: 0,
        label_shift: 0,
        max_label_shift: 0.1,
        leaks: [],
      },
    });
  });

  test.each([
    [
      "rows that the model was made of",
      evidence(made(300), made(900, 252)),
      {},
      "FAIL",
      /^Of the confirm side: 48 confirm rows \(16 %\) are also among/,
    ],
    [
      "another share of a class",
      evidence(made(600, 0, 6), made(900, 1e6)),
      {},
      "FAIL",
      /no is the class of 83\.3 % of the confirm rows and of 50 %/,
    ],
    ["few rows", evidence(made(60), made(900, 1e6)), {}, "INCONCLUSIVE", /there are 60 confirm rows of 100 at least/],
    ["overlap that is allowed", evidence(made(300), made(900, 252)), { overlap: 0.2 }, "PASS", /16 %/],
  ])("%s", async (_, given, options, outcome, reason) => {
    expect(await check(given, options)).toMatchObject({ outcome, reason: expect.stringMatching(reason) });
  });

  test("fails a leak that the model takes, and not one that it leaves", async () => {
    const given = evidence(made(300), made(900, 1e6), { leaks: [{ column: "end_date", why: "alone it tells" }] });
    const taking = (...names: string[]) => ({
      ...given,
      candidate: { ...given.candidate, file: weightedModel(Object.fromEntries(names.map((name) => [name, 1]))) },
    });
    expect(await check(taking("x", "end_date"))).toMatchObject({
      outcome: "FAIL",
      reason: "Of the confirm side: the model takes end_date, which alone tells the target.",
    });
    expect((await check(taking("x"))).outcome).toBe("PASS");
    expect((await check(taking("end_date"), { leaks: true })).outcome).toBe("PASS");
    expect((await check(given)).outcome).toBe("FAIL"); // a file that doesn't say what it takes
  });
});

describe("drift", () => {
  test("passes rows of the same kind", async () => {
    const verdict = await judge("drift", evidence(made(300), made(900)), { ignore: ["x"] });
    expect(verdict).toMatchObject({ outcome: "PASS", figures: { limit: 0.2 } });
    expect((verdict.figures.distances as { column: string }[]).map(({ column }) => column).sort()).toEqual([
      "plan",
      "y",
    ]);
  });

  test("is inconclusive, never against, where a column has moved", async () => {
    expect(await judge("drift", evidence(made(300, 800), made(900)))).toMatchObject({
      outcome: "INCONCLUSIVE",
      reason: expect.stringMatching(
        /^Between train and the confirm rows 1 column of 3 moved by more than 0\.2, the farthest x by 0\.8\d+ \(at least 0\.7\d+ of it no chance\), so that/,
      ),
    });
  });

  test("looks at the target as well, and says nothing of few rows", async () => {
    const moved = evidence(made(600, 0, 6), made(900));
    expect(await judge("drift", moved, { ignore: ["x"] })).toMatchObject({
      outcome: "INCONCLUSIVE",
      reason: expect.stringContaining("the farthest y by 0.333"),
    });
    expect((await judge("drift", evidence(made(10), made(900)))).outcome).toBe("INCONCLUSIVE");
  });

  test("distances of numbers are those of scipy.stats.ks_2samp", () => {
    const before = Float64Array.from({ length: 50 }, (_, i) => ((i * 17) % 23) / 3);
    const after = Float64Array.from({ length: 40 }, (_, i) => ((i * 29) % 31) / 4 + 1);
    const found = distanceOf({ name: "x", before, after, isLevels: false }, { columns: 1, alpha: 0.05 });
    expect(found.distance).toBeCloseTo(0.26, 12);
    expect(found.atLeast).toBeLessThan(found.distance);
  });

  test("levels that weren't there before count together, and missing cells as one more", () => {
    const before = Int32Array.of(0, 0, 1, 1, -1, 0, 1, 0, 1, 0);
    const after = Int32Array.of(0, 0, 2, 3, 4, 0, 1, 0, 1, 0);
    const found = distanceOf({ name: "l", before, after, isLevels: true }, { columns: 1, alpha: 0.05 });
    expect(found.distance).toBeCloseTo(0.3, 12);
  });
});
