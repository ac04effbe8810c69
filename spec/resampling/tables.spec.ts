import fc from "fast-check";
import type { Column, Labelled, LevelColumn } from "../../core/plugin/index.js";
import { divided, pooled } from "../../core/resampling/tables.js";

type Cell = string | null;

/** What the rows of a column are, spelt out. */
function cellsOf(column: Column): (string | number | null)[] {
  if ("values" in column) return Array.from(column.values);
  return Array.from(column.codes, (code) => (code < 0 ? null : (column.levels[code] as string)));
}

const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A side as the snapshot keeps it: levels that earlier sides have come first, then its own new ones, each sorted. */
function levels(cells: readonly Cell[], before: readonly string[]): LevelColumn {
  const own = [...new Set(cells)].filter((cell) => cell !== null && !before.includes(cell)) as string[];
  const all = [...before, ...own.sort(byCodePoint)];
  const codes = Int32Array.from(cells, (cell) => (cell === null ? -1 : all.indexOf(cell)));
  return { name: "level", type: "categorical", codes, levels: all };
}

function sideOf(cells: readonly Cell[], before: readonly string[], from: number): Labelled {
  const numbers = Float32Array.from(cells, (_, row) => from + row);
  const truth = Float64Array.from(numbers);
  const columns = [levels(cells, before), { name: "number", type: "numeric" as const, values: numbers }];
  return {
    table: { rows: cells.length, columns },
    truth,
    weight: truth.map((value) => value + 0.5),
    group: Int32Array.from(truth),
  };
}

const CELLS = fc.array(fc.option(fc.constantFrom("a", "b", "Z", "é", "😀", "\uffee", ""), { nil: null }), {
  maxLength: 20,
});

function sides(train: readonly Cell[], select: readonly Cell[]) {
  const one = sideOf(train, [], 0);
  const known = (one.table.columns[0] as LevelColumn).levels;
  return { train: one, select: sideOf(select, known, train.length) };
}

describe("two sides together", () => {
  it("have all cells of both, in one dictionary by code point", () => {
    fc.assert(
      fc.property(CELLS, CELLS, (train, select) => {
        const all = pooled(sides(train, select));
        expect(all.table.columns.map(cellsOf)).toEqual([[...train, ...select], Array.from(all.truth)]);
        const [level] = all.table.columns as [LevelColumn];
        expect(level.levels).toEqual([...level.levels].sort(byCodePoint));
        expect(Array.from(all.weight ?? [])).toEqual(Array.from(all.truth, (value) => value + 0.5));
        expect(Array.from(all.group ?? [])).toEqual(Array.from(all.truth));
      }),
    );
  });

  it("keep the order of a scale, unless select has a level of which the place is not known", () => {
    const scaled = (codes: number[], names: readonly string[]): Labelled => ({
      table: {
        rows: codes.length,
        columns: [{ name: "size", type: "categorical", ordered: true, codes: Int32Array.from(codes), levels: names }],
      },
      truth: new Float64Array(codes.length),
      weight: null,
      group: null,
    });
    const train = scaled([0, 1, 2], ["small", "medium", "large"]);
    const [kept] = pooled({ train, select: scaled([2, 0], ["small", "medium", "large"]) }).table.columns;
    expect(kept).toMatchObject({ ordered: true, levels: ["small", "medium", "large"] });
    const [lost] = pooled({ train, select: scaled([3], ["small", "medium", "large", "huge"]) }).table.columns;
    expect(lost).not.toHaveProperty("ordered");
    expect(cellsOf(lost as Column)).toEqual(["small", "medium", "large", "huge"]);
  });
});

describe("rows divided anew", () => {
  it("are two sides as a snapshot has them: cells, and dictionaries with train's levels first", () => {
    fc.assert(
      fc.property(CELLS, fc.infiniteStream(fc.boolean()), (cells, coins) => {
        const all = pooled(sides(cells, []));
        const heads = cells.map(() => coins.next().value === true);
        const rows = (side: boolean) => Int32Array.from(heads.keys()).filter((row) => heads[row] === side);
        const made = divided(all, { train: rows(true), select: rows(false) });
        const train = cells.filter((_, row) => heads[row]);
        const select = cells.filter((_, row) => !heads[row]);
        const expected = sides(train, select);
        expect(made.train.table.columns[0]).toEqual(expected.train.table.columns[0]);
        expect(made.select.table.columns[0]).toEqual(expected.select.table.columns[0]);
        for (const side of ["train", "select"] as const) {
          const numbers = cellsOf(made[side].table.columns[1] as Column);
          expect(numbers).toEqual(Array.from(rows(side === "train")));
          expect(Array.from(made[side].truth)).toEqual(numbers);
          expect(Array.from(made[side].group ?? [])).toEqual(numbers);
        }
      }),
    );
  });
});
