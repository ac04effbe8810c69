import { type Kitchen, kitchen, take } from "../../data/support.js";

let place: Kitchen;
beforeEach(async () => {
  place = await kitchen();
});
afterEach(() => place.remove());

const rows = Array.from({ length: 60 }, (_, row) => ({ x: (row * 37) % 101, s: row % 2 ? "a" : "b", y: row + 0.5 }));

describe("a JSON Lines source", () => {
  it("reads lines, an array, and values as they are written", async () => {
    await place.write("a.jsonl", `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
    await place.write("b.json", JSON.stringify(rows, null, 2));
    await place.write("c.ndjson", rows.map((row) => JSON.stringify({ ...row, x: String(row.x) })).join("\n"));
    const digests = [];
    for (const source of ["a.jsonl", "b.json", "c.ndjson"])
      digests.push((await take(place, { data: { source: [source] } })).summary.digest);
    expect(new Set(digests).size).toBe(1);
  });

  it("takes null, members that are not there and empty strings for missing, wherever they begin", async () => {
    const lines = rows.map((row, index) => {
      if (index === 59) return JSON.stringify({ ...row, late: 1.5 });
      return JSON.stringify(
        index % 3 === 0 ? { ...row, x: null } : index % 3 === 1 ? { s: row.s, y: row.y } : { ...row, x: "" },
      );
    });
    await place.write("a.jsonl", lines.join("\n"));
    const { summary } = await take(place, { data: { source: ["*.jsonl"] } });
    expect(summary.columns.map(({ name, missing }) => [name, missing])).toEqual([
      ["x", 59],
      ["s", 0],
      ["late", 59],
    ]);
  });

  it("reads true and false as booleans and nested values as text", async () => {
    const lines = rows.map((row, index) =>
      JSON.stringify({ ...row, ok: index % 2 === 0, nested: { at: [index % 4] } }),
    );
    await place.write("a.jsonl", lines.join("\n"));
    const { summary } = await take(place, { data: { source: ["*.jsonl"] } });
    expect(summary.columns.map(({ name, type, distinct }) => [name, type, distinct])).toEqual([
      ["x", "numeric", 60],
      ["s", "categorical", 2],
      ["ok", "boolean", 2],
      ["nested", "categorical", 4],
    ]);
  });
});
