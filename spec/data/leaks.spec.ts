import fc from "fast-check";
import { area, leakSuspects, spearman } from "../../core/data/leaks.js";
import type { Column, Labelled, TaskSpec } from "../../core/plugin/index.js";
import { areaUnderRoc } from "../../core/statistics/ranking.js";
import { type Kitchen, kitchen, refusal, take } from "./support.js";

const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };
const THREE: TaskSpec = { task: "multiclass", target: "y", classes: ["a", "b", "c"] };
const NUMBERS: TaskSpec = { task: "regression", target: "y", classes: [] };

/** In [0, 1), the same for the same row. */
function noise(row: number, salt = 1): number {
  return Math.abs(Math.sin(row * 12.9898 + salt * 78.233) * 43_758.5453) % 1;
}

function numbers(name: string, rows: number, of: (row: number) => number): Column {
  return { name, type: "numeric", values: Float32Array.from({ length: rows }, (_, row) => of(row)) };
}

function levels(name: string, rows: number, of: (row: number) => number): Column {
  const codes = Int32Array.from({ length: rows }, (_, row) => of(row));
  return {
    name,
    type: "categorical",
    codes,
    levels: Array.from({ length: Math.max(...codes) + 1 }, (_, code) => `l${code}`),
  };
}

function labelled(rows: number, truth: (row: number) => number, columns: readonly Column[]): Labelled {
  return {
    table: { rows, columns },
    truth: Float64Array.from({ length: rows }, (_, row) => truth(row)),
    weight: null,
    group: null,
  };
}

const names = (data: Labelled, spec: TaskSpec) => leakSuspects(data, spec).map(({ name }) => name);

describe("the area and the rank correlation", () => {
  it("are those of independent computations, ties included", () => {
    const row = fc.record({ score: fc.integer({ min: -4, max: 4 }), is: fc.integer({ min: 0, max: 1 }) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 60 }), (rows) => {
        fc.pre(new Set(rows.map(({ is }) => is)).size === 2);
        const truth = Float64Array.from(rows, ({ is }) => is);
        const prediction = Float64Array.from(rows.flatMap(({ score }) => [-score, score]));
        const { value } = areaUnderRoc({ spec: BINARY, truth, prediction, weight: null });
        expect(
          area(
            Float64Array.from(rows, ({ score }) => score),
            truth,
          ),
        ).toBeCloseTo(value, 12);
      }),
    );
    // without ties Spearman's is 1 − 6 Σd² / (n³ − n)
    const ranks = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 9 });
    fc.assert(
      fc.property(ranks, (order) => {
        const squares = order.reduce((sum, rank, index) => sum + (rank - index - 1) ** 2, 0);
        const found = spearman(
          Float64Array.from(order),
          Float64Array.from(order, (_, index) => index),
        );
        expect(found).toBeCloseTo(1 - (6 * squares) / (9 ** 3 - 9), 12);
      }),
    );
  });
});

describe("a leak suspect", () => {
  const rows = 600;
  const yes = (row: number) => Number(noise(row) < 0.3);

  it("is a column that alone tells two classes apart, in either direction, by its levels, or by what is missing", () => {
    const columns = [
      numbers("up", rows, (row) => yes(row) * 2 + noise(row, 2)),
      numbers("down", rows, (row) => -yes(row) * 2 + noise(row, 3)),
      levels("reason", rows, (row) => (yes(row) ? 3 : Math.floor(3 * noise(row, 4)))),
      numbers("ended", rows, (row) => (yes(row) ? noise(row, 5) : Number.NaN)),
      levels("missing", rows, (row) => (yes(row) ? 0 : -1)),
      { ...numbers("flag", rows, yes), type: "boolean" } as Column,
      numbers("good", rows, (row) => yes(row) + 1.5 * noise(row, 6)),
      numbers("idle", rows, (row) => noise(row, 7)),
      levels("own", rows, (row) => row),
    ];
    expect(names(labelled(rows, yes, columns), BINARY)).toEqual(["up", "down", "reason", "ended", "missing", "flag"]);
  });

  it("says how well it tells, and in how many rows", () => {
    const [suspect] = leakSuspects(labelled(rows, yes, [numbers("x", rows, yes)]), BINARY);
    expect(suspect?.why).toBe(
      "alone it tells yes from no with an area under the ROC curve of 1.0000 in 600 training rows",
    );
  });

  it("of more classes tells each from the rest, not one alone", () => {
    const code = (row: number) => Math.floor(3 * noise(row));
    const columns = [
      levels("copy", rows, code),
      numbers("number", rows, (row) => [7, 1, 4][code(row)] ?? 0),
      numbers("first", rows, (row) => Number(code(row) === 0) + 0.4 * noise(row, 2)),
    ];
    expect(names(labelled(rows, code, columns), THREE)).toEqual(["copy", "number"]);
  });

  it("of numbers has their order", () => {
    const value = (row: number) => 100 * noise(row);
    const columns = [
      numbers("cube", rows, (row) => -(value(row) ** 3)),
      numbers("near", rows, (row) => value(row) + 10 * noise(row, 2)),
      numbers("rare", rows, (row) => (row % 10 === 0 ? value(row) : Number.NaN)),
      levels("group", rows, (row) => Math.floor(value(row) / 10)),
    ];
    expect(names(labelled(rows, value, columns), NUMBERS)).toEqual(["cube"]);
  });

  it("is none in rows too few to tell", () => {
    expect(
      names(
        labelled(12, (row) => row % 2, [numbers("x", 12, (row) => row % 2)]),
        BINARY,
      ),
    ).toEqual([]);
    expect(
      names(
        labelled(12, (row) => row, [numbers("x", 12, (row) => row)]),
        NUMBERS,
      ),
    ).toEqual([]);
  });

  it("is found among many rows of which few are of one class", () => {
    const rare = (row: number) => Number(row % 1000 === 7);
    expect(
      names(labelled(60_000, rare, [numbers("x", 60_000, (row) => rare(row) + 0.9 * noise(row))]), BINARY),
    ).toEqual(["x"]);
  });

  it("is never seen in a column of noise", () => {
    for (let salt = 1; salt <= 100; salt++) {
      const columns = [
        numbers("x", 60, (row) => noise(row, salt)),
        levels("l", 60, (row) => Math.floor(9 * noise(row, -salt))),
      ];
      expect(
        names(
          labelled(60, (row) => row % 2, columns),
          BINARY,
        ),
      ).toEqual([]);
    }
  });
});

describe("the recipe's data.leaks", () => {
  let place: Kitchen;
  beforeEach(async () => {
    place = await kitchen();
    const rows = Array.from({ length: 200 }, (_, row) => {
      const y = noise(row) < 0.4 ? "yes" : "no";
      return `${(100 * noise(row, 2)).toFixed(3)},${y === "yes" ? "left" : "stays"},${y}`;
    });
    await place.write("a.csv", `x,state,y\n${rows.join("\n")}\n`);
  });
  afterEach(() => place.remove());

  it("warns unless told otherwise, and keeps the column", async () => {
    const { summary } = await take(place);
    expect(summary.warnings).toEqual([
      expect.stringMatching(/^state may be a leak: alone it tells yes from no .*data\.ignore/),
    ]);
    expect(summary.columns.map(({ name, leak }) => [name, leak !== null])).toEqual([
      ["x", false],
      ["state", true],
    ]);
  });

  it("refuses, or says nothing", async () => {
    expect(await refusal(take(place, { data: { leaks: "refuse" } }))).toMatch(
      /^DATA_LEAK: The recipe refuses leaks, and state may be one: state: alone it tells yes from no /,
    );
    const warned = await take(place);
    const allowed = await take(place, { data: { leaks: "allow" } });
    expect([allowed.summary.warnings, allowed.summary.digest]).toEqual([[], warned.summary.digest]);
    expect((await take(place, { data: { leaks: "refuse", ignore: ["state"] } })).summary.warnings).toEqual([]);
  });
});
