import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { digestOf, sha256 } from "../../core/artifacts/digest.js";
import { loadSide, viewSide } from "../../core/data/side.js";
import type { SnapshotSummary } from "../../core/data/snapshot.js";
import { SIDES } from "../../core/data/split.js";
import type { Column } from "../../core/plugin/index.js";
import { type Kitchen, kitchen, refusal, take, unseen } from "./support.js";

const FIXTURES = fileURLToPath(new URL("../fixtures/data/sources/", import.meta.url));

let place: Kitchen;
beforeEach(async () => {
  place = await kitchen();
});
afterEach(() => place.remove());

function folderOf({ digest }: SnapshotSummary): string {
  return join(place.artifacts, "snapshots", digest);
}

/** Every cell of a column over the three sides, as a person would read it; sorted, since sides shuffle rows. */
async function cellsOf(summary: SnapshotSummary, name: string): Promise<(string | number | null)[]> {
  const found: (string | number | null)[] = [];
  for (const side of SIDES) {
    const { table } = viewSide(await loadSide(folderOf(summary), side));
    const column = table.columns.find((each) => each.name === name);
    if (column === undefined) throw new Error(`${name} is no feature`);
    for (let row = 0; row < table.rows; row++) found.push(cell(column, row));
  }
  return found.sort((a, b) => String(a).localeCompare(String(b)));
}

function cell(column: Column, row: number): string | number | null {
  if ("levels" in column)
    return column.codes[row] === -1 ? null : (column.levels[column.codes[row] ?? -1] ?? "no such level");
  const value = column.values[row] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

describe("a snapshot of real data", () => {
  it("holds every row, cell for cell, with its answer", async () => {
    await copyFile(join(FIXTURES, "churn-400.csv"), join(place.folder, "churn.csv"));
    const { summary, files } = await take(place, { data: { target: "churn" } });
    expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([
      [join(place.folder, "churn.csv"), (await readFile(join(FIXTURES, "churn-400.csv"))).length],
    ]);
    expect(summary.spec).toEqual({ task: "binary", target: "churn", classes: ["no", "yes"] });
    expect(summary.columns).toHaveLength(19);
    expect(summary.leftOut).toEqual([unseen("churn", "the target")]);

    const [header = "", ...lines] = (await readFile(join(FIXTURES, "churn-400.csv"), "utf8"))
      .replaceAll('"', "")
      .trim()
      .split("\n");
    const names = header.split(",");
    const expected = lines.map((line) =>
      line
        .split(",")
        .map((text, index) => (summary.columns[index]?.type === "numeric" ? Math.fround(Number(text)) : text))
        .join("|"),
    );
    const found: string[] = [];
    for (const side of SIDES) {
      const { table, truth } = viewSide(await loadSide(folderOf(summary), side));
      expect(table.columns.map(({ name }) => name)).toEqual(names.slice(0, 19));
      for (let row = 0; row < table.rows; row++) {
        const answer = summary.spec.classes[truth[row] ?? -1];
        found.push([...table.columns.map((column) => cell(column, row)), answer].join("|"));
      }
      expect(summary.sides[side].rows).toBe(table.rows);
      expect(summary.sides[side].classCounts).toEqual(
        [0, 1].map((code) => truth.filter((value) => value === code).length),
      );
    }
    expect(found.sort()).toEqual(expected.sort());
  });

  it("gives a regression target in full precision, with its mean and deviation", async () => {
    await copyFile(join(FIXTURES, "concrete-300.csv"), join(place.folder, "a.csv"));
    const { summary } = await take(place, { data: { target: "compressive_strength" } });
    const text = await readFile(join(FIXTURES, "concrete-300.csv"), "utf8");
    const values = text
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",").at(-1)));
    const truths = await Promise.all(
      SIDES.map(async (side) => [...viewSide(await loadSide(folderOf(summary), side)).truth]),
    );
    expect(truths.flat().sort()).toEqual(values.sort());
    for (const [index, side] of SIDES.entries()) {
      const own = truths[index] ?? [];
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
      expect(summary.sides[side].targetMean).toBeCloseTo(mean, 10);
      expect(summary.sides[side].targetStd).toBeCloseTo(Math.sqrt(variance), 10);
    }
  });

  it("tells text from names", async () => {
    await copyFile(join(FIXTURES, "reviews-60.csv"), join(place.folder, "a.csv"));
    const { summary } = await take(place, { data: { target: "score", positive: "great" } });
    expect(summary.columns.map(({ name, type }) => [name, type])).toEqual([["review", "text"]]);
    expect(summary.leftOut[0]).toEqual({
      name: "product",
      kind: "identifier",
      why: "36 different values in 36 training rows, and they look like codes",
      missing: 0,
      distinct: 60,
    });
    expect(summary.spec.classes).toEqual(["other", "great"]);
  });

  it("takes dates for days", async () => {
    await copyFile(join(FIXTURES, "ridership-200.csv"), join(place.folder, "a.csv"));
    const { summary } = await take(place, { data: { target: "ridership" } });
    expect(summary.columns.at(-1)).toMatchObject({ name: "date", type: "date" });
    const days = (await cellsOf(summary, "date")).map(Number).sort((a, b) => a - b);
    expect([days[0], days.at(-1)]).toEqual([Date.UTC(2001, 0, 22) / 86_400_000, Date.UTC(2001, 7, 9) / 86_400_000]);
  });
});

describe("the digest", () => {
  const rows = Array.from({ length: 60 }, (_, index) => [
    `${(index * 37) % 1009}`,
    index % 3 ? "a" : "b",
    `${index % 7}.25`,
  ]);
  const csv = (some: readonly string[][], order: readonly number[]) =>
    [["x", "s", "y"], ...some].map((row) => order.map((index) => row[index]).join(",")).join("\n");

  it("is the same wherever the files lie, however rows are cut into files, and in whatever order rows stand", async () => {
    await place.write("a.csv", csv(rows, [0, 1, 2]));
    const one = await take(place);
    const other = await kitchen();
    try {
      await other.write("z/b.csv", csv(rows.slice(25).reverse(), [0, 1, 2]));
      await other.write("z/a.csv", csv(rows.slice(0, 25), [0, 1, 2]));
      const two = await take(other, { data: { source: ["z/*.csv"] } });
      expect(two.summary).toEqual(one.summary);
    } finally {
      await other.remove();
    }
  });

  it("is of the spec, the cuts and the bytes of the sides", async () => {
    await place.write("a.csv", csv(rows, [0, 1, 2]));
    const { summary } = await take(place);
    const { spec, cuts, sideDigests, digest } = summary;
    expect(digest).toBe(digestOf({ spec, cuts, sideDigests }));
    for (const side of SIDES)
      expect(sha256(await readFile(join(folderOf(summary), `${side}.bin`)))).toBe(sideDigests[side]);
    expect((await readdir(folderOf(summary))).sort()).toEqual([
      "confirm.bin",
      "rows.bin",
      "select.bin",
      "summary.json",
      "train.bin",
    ]);
    expect(JSON.parse(await readFile(join(folderOf(summary), "summary.json"), "utf8"))).toEqual(summary);
  });

  it("does not change for rows without an answer, and does for one with", async () => {
    await place.write("a.csv", csv(rows, [0, 1, 2]));
    const before = await take(place);
    await place.write("b.csv", "x,s,y\n5,a,\n6,b,NA\n");
    const unlabelled = await take(place);
    expect(unlabelled.summary.digest).toBe(before.summary.digest);
    expect([before.summary.unlabelled, unlabelled.summary.unlabelled]).toEqual([0, 2]);
    expect(JSON.parse(await readFile(join(folderOf(before.summary), "summary.json"), "utf8"))).toEqual(
      unlabelled.summary,
    );
    await place.write("c.csv", "x,s,y\n5,a,1.5\n");
    expect((await take(place)).summary.digest).not.toBe(before.summary.digest);
  });

  it("of a side changes only when its own rows do", async () => {
    await place.write("a.csv", csv(rows, [0, 1, 2]));
    const before = await take(place);
    await place.write("b.csv", "x,s,y\n5,only-here,1.5\n");
    const after = await take(place);
    const changed = SIDES.filter((side) => after.summary.sideDigests[side] !== before.summary.sideDigests[side]);
    const grown = SIDES.filter((side) => after.summary.sides[side].rows !== before.summary.sides[side].rows);
    // A level that a later side brings follows the earlier ones, so the sides before it stay as they are.
    expect(changed.filter((side) => SIDES.indexOf(side) < SIDES.indexOf(grown[0] ?? "train"))).toEqual([]);
    expect(changed).toContain(grown[0]);
  });
});

describe("a snapshot that is there already", () => {
  it("is mended where its files were damaged", async () => {
    await copyFile(join(FIXTURES, "concrete-300.csv"), join(place.folder, "a.csv"));
    const data = { target: "compressive_strength" };
    const { summary } = await take(place, { data });
    await writeFile(join(folderOf(summary), "select.bin"), "nonsense");
    expect(await refusal(loadSide(folderOf(summary), "select"))).toMatch(
      /^DATA_SNAPSHOT_DAMAGED: .* select.bin has other bytes/,
    );
    await take(place, { data });
    expect((await loadSide(folderOf(summary), "select")).digest).toBe(summary.sideDigests.select);
  });
});

describe("levels", () => {
  it("of training rows come first, and later sides add their own", async () => {
    const rows = Array.from({ length: 90 }, (_, index) => `l${(index * 31) % 45},${index}.5`);
    await place.write("a.csv", `s,y\n${rows.join("\n")}\n`);
    const { summary } = await take(place);
    const levels: (readonly string[])[] = [];
    for (const side of SIDES) {
      const { table } = viewSide(await loadSide(folderOf(summary), side));
      const [column] = table.columns;
      if (column === undefined || !("levels" in column)) throw new Error("s is categorical");
      const used = new Set([...column.codes].map((code) => column.levels[code] ?? ""));
      const known = levels.at(-1) ?? [];
      const fresh = [...used].filter((level) => !known.includes(level)).sort();
      expect(column.levels).toEqual([...known, ...fresh]);
      levels.push(column.levels);
    }
    expect(levels[2]).toHaveLength(45);
  });
});

describe("weights", () => {
  it("are kept in full precision beside their rows", async () => {
    const rows = Array.from({ length: 40 }, (_, index) => `${3 * index},${index / 7},${index % 5}.5`);
    await place.write("a.csv", `x,w,y\n${rows.join("\n")}\n`);
    const { summary } = await take(place, { data: { weight: "w" } });
    expect(summary.weighted).toBe(true);
    expect(summary.leftOut).toContainEqual(unseen("w", "the row weights"));
    for (const side of SIDES) {
      const { table, weight } = viewSide(await loadSide(folderOf(summary), side));
      const [x] = table.columns;
      if (x === undefined || !("values" in x)) throw new Error("x is numeric");
      expect([...(weight ?? [])]).toEqual([...x.values].map((value) => value / 3 / 7));
    }
  });

  it.each([["-1"], ["heavy"], [""], ["inf"]])("of %j are refused", async (weight) => {
    await place.write("a.csv", `x,w,y\n5,1,0\n9,${weight},1\n7,1,0\n`);
    expect(await refusal(take(place, { data: { weight: "w" } }))).toBe(
      `DATA_BAD_WEIGHT: The weight column w has the value ${weight || "(missing)"} (1 such values). Weights are finite numbers, zero or more, in every row.`,
    );
  });
});

describe("memory", () => {
  it("that is too little is told as such, and nothing is left behind", async () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => `${"x".repeat(60)}${(index * 7919) % 60_013},${index}`);
    await place.write("a.csv", `s,y\n${rows.join("\n")}\n`);
    expect(await refusal(take(place, { memory: 12 * 2 ** 20, data: { types: { s: "categorical" } } }))).toMatch(
      /^DATA_TOO_LARGE: The data don't fit into 12 MiB of memory \(DuckDB ran out of it\)\. Raise budget\.memory/,
    );
    expect(await readdir(place.artifacts)).toEqual([]);
  });
});
