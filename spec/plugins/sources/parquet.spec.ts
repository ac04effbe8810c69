import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Kitchen, kitchen, take } from "../../data/support.js";

let place: Kitchen;
beforeEach(async () => {
  place = await kitchen();
});
afterEach(() => place.remove());

/** Writes what a query gives, as Parquet or CSV by the file's ending. */
async function write(file: string, query: string): Promise<void> {
  await mkdir(dirname(join(place.folder, file)), { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`copy (${query}) to '${join(place.folder, file)}'`);
  connection.closeSync();
  instance.closeSync();
}

describe("a Parquet source", () => {
  it("keeps the types of the file", async () => {
    await write(
      "a.parquet",
      `select (range * 37 % 101)::tinyint as small, range::decimal(10, 2) + 0.25 as price, '0' || (range % 3) as code,
        range % 2 = 0 as flag, date '2026-01-01' + (range % 9)::int as day, timestamptz '2026-01-01 12:00:00+02' + to_hours(range % 5) as moment,
        (case when range % 4 = 0 then 'nan' else range::text end)::double as gaps, (case when range % 2 = 0 then 'NA' else '' end) as country,
        ['a', 'b'][(range % 2 + 1)::int:] as list, range + 0.5 as y from range(60)`,
    );
    const { summary } = await take(place, { data: { source: ["*.parquet"] } });
    expect(summary.columns.map(({ name, type, missing }) => [name, type, missing])).toEqual([
      ["small", "numeric", 0],
      ["price", "numeric", 0],
      ["code", "categorical", 0],
      ["flag", "boolean", 0],
      ["day", "date", 0],
      ["moment", "date", 0],
      ["gaps", "numeric", 15],
      ["country", "categorical", 30], // NA is Namibia where the file has types of its own; only null and "" are missing
      ["list", "categorical", 0],
    ]);
  });

  it("gives the same snapshot as CSV, and as wider types in a later file", async () => {
    const rows = "range * 37 % 101 as x, 'n' || (range % 3) as s, range / 4 + 0.125 as y from range(80)";
    await write("a.csv", `select ${rows}`);
    await write("b.parquet", `select x::smallint as x, s, y::float as y from (select ${rows})`);
    await write("c/1.parquet", `select x::smallint as x, s, y::decimal(9, 3) as y from (select ${rows}) where x < 50`);
    await write("c/2.parquet", `select x::double as x, s, y from (select ${rows}) where x >= 50`);
    const digests = [];
    for (const source of ["a.csv", "b.parquet", "c/*.parquet"])
      digests.push((await take(place, { data: { source: [source] } })).summary.digest);
    expect(new Set(digests).size).toBe(1);
  });
});
