import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { decodeContext } from "../../core/data/context.js";
import { loadSide, viewSide } from "../../core/data/side.js";
import type { SnapshotSummary } from "../../core/data/snapshot.js";
import { SIDES } from "../../core/data/split.js";
import type { Column, Table } from "../../core/plugin/index.js";
import { type JobChanges, type Kitchen, kitchen, refusal, take } from "./support.js";

let place: Kitchen;
beforeEach(async () => {
  place = await kitchen();
});
afterEach(() => place.remove());

const ROWS = 300;
const named = (...columns: string[]) => columns.map((column) => ({ role: "gates.0.by", column }));

/** A number that is another in each row, and columns that follow from it, by which rows can be told again. */
const sexOf = (x: number) => (x % 5 === 0 ? "" : x % 3 === 0 ? "f" : "m");
const sizeOf = (x: number) => ["small", "medium", "large"][x % 3] ?? "";
const wageOf = (x: number) => 10 * x + 0.5;

async function write(): Promise<void> {
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const x = (row * 131) % 997;
    return `${x}.25,${sexOf(x)},${sizeOf(x)},${wageOf(x)},${x % 2 === 0 ? "yes" : "no"},code${x}`;
  });
  await place.write("rows.csv", ["x,sex,size,wage,y,code", ...rows, ""].join("\n"));
}

const taking = (changes: JobChanges = {}) => take(place, { data: { ignore: ["sex", "size", "wage"] }, ...changes });

async function contextOf({ context }: SnapshotSummary): Promise<Table> {
  const bytes = await new Artifacts(place.artifacts).find(context ?? "");
  return decodeContext(bytes ?? new Uint8Array());
}

function cellsOf(column: Column | undefined): readonly (string | number | null)[] {
  if (column === undefined) throw new Error("there is no such column");
  return "codes" in column
    ? Array.from(column.codes, (code) => (code < 0 ? null : (column.levels[code] ?? "no such level")))
    : Array.from(column.values);
}

const byName = ({ columns }: Table, name: string) => columns.find((column) => column.name === name);

async function confirmOf({ digest }: SnapshotSummary): Promise<Table> {
  return viewSide(await loadSide(join(place.artifacts, "snapshots", digest), "confirm")).table;
}

describe("columns that gates name and the recipe ignores", () => {
  beforeEach(write);

  it("stand beside the confirm rows, row for row, of the types that features would have", async () => {
    const { summary } = await taking({ named: named("wage", "sex", "size") });
    const context = await contextOf(summary);
    const numbers = cellsOf(byName(await confirmOf(summary), "x")).map((x) => Math.floor(Number(x)));
    expect(context.rows).toBe(summary.sides.confirm.rows);
    expect(context.columns.map(({ name, type }) => [name, type])).toEqual([
      ["sex", "categorical"],
      ["size", "categorical"],
      ["wage", "numeric"],
    ]);
    expect(cellsOf(byName(context, "sex"))).toEqual(numbers.map((x) => sexOf(x) || null));
    expect(cellsOf(byName(context, "size"))).toEqual(numbers.map(sizeOf));
    expect(cellsOf(byName(context, "wage"))).toEqual(numbers.map(wageOf));
  });

  it("are in no side, and change neither the sides nor the digest", async () => {
    const [without, beside] = [await taking(), await taking({ named: named("sex", "wage") })];
    expect(without.summary.context).toBeUndefined();
    expect(beside.summary).toMatchObject({
      digest: without.summary.digest,
      sideDigests: without.summary.sideDigests,
      columns: without.summary.columns,
    });
    const folder = join(place.artifacts, "snapshots", beside.summary.digest);
    for (const side of SIDES) {
      const { table } = viewSide(await loadSide(folder, side));
      expect(table.columns.map(({ name }) => name)).toEqual(["x"]);
      expect((await readFile(join(folder, `${side}.bin`))).includes("sex")).toBe(false);
    }
  });

  it("have levels in a stated order, and else by code point, whatever rows come first", async () => {
    const types = { size: { ordinal: ["small", "medium", "large"] } };
    const { summary } = await taking({ data: { ignore: ["sex", "size", "wage"], types }, named: named("sex", "size") });
    const context = await contextOf(summary);
    expect(context.columns.map((column) => ("levels" in column ? column.levels : null))).toEqual([
      ["f", "m"],
      ["small", "medium", "large"],
    ]);
  });

  it("say where they are left out that gates see them", async () => {
    const { leftOut } = (await taking({ named: named("sex", "code", "y") })).summary;
    expect(leftOut.map(({ name, why }) => [name, why])).toEqual([
      ["sex", "data.ignore names it; gates see it"],
      ["size", "data.ignore names it"],
      ["wage", "data.ignore names it"],
      ["y", "the target; gates see it"],
      ["code", expect.stringMatching(/.; gates see it$/)],
    ]);
  });

  it("of other cells are another file beside the same snapshot", async () => {
    const first = (await taking({ named: named("sex") })).summary;
    const again = (await taking({ named: named("sex") })).summary;
    const other = (await taking({ named: named("wage") })).summary;
    expect(again.context).toBe(first.context);
    expect(other.context).not.toBe(first.context);
    expect([again.digest, other.digest]).toEqual([first.digest, first.digest]);
  });

  it("are kept nowhere where gates name features alone", async () => {
    const { summary } = await taking({ named: named("x") });
    expect(summary.context).toBeUndefined();
    expect(await readdir(place.artifacts)).toEqual(["snapshots"]);
  });
});

test.each([
  ["sexx", " Did you mean sex?"],
  ["region", ""],
])("a column %s that no file has is refused, with where it is named", async (column, hint) => {
  await write();
  expect(await refusal(taking({ named: [{ role: "gates.2.by", column }] }))).toBe(
    `DATA_NO_COLUMN: There is no column ${column}, which gates.2.by names.${hint} The columns are: x, sex, size, wage, y, code.`,
  );
});

test("cells that the recipe's type can't be are refused as in a feature", async () => {
  await write();
  const data = { ignore: ["sex"], types: { sex: "numeric" } } as const;
  expect(await refusal(taking({ data, named: named("sex") }))).toMatch(/^DATA_TYPE_MISMATCH: .* column sex is numeric/);
});

test("rows of a split by time keep their columns", async () => {
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const x = (row * 131) % 997;
    const day = new Date(Date.UTC(2025, 0, 1) + 86_400_000 * Math.floor(row / 2)).toISOString().slice(0, 10);
    return `${x}.25,${day},${sexOf(x)},${x % 2 === 0 ? "yes" : "no"}`;
  });
  await place.write("rows.csv", ["x,day,sex,y", ...rows, ""].join("\n"));
  const { summary } = await take(place, {
    data: { ignore: ["sex"], time: "day" },
    split: { method: "time" },
    named: named("sex"),
  });
  const numbers = cellsOf(byName(await confirmOf(summary), "x")).map((x) => Math.floor(Number(x)));
  expect(cellsOf(byName(await contextOf(summary), "sex"))).toEqual(numbers.map((x) => sexOf(x) || null));
});
