import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { takeSnapshot } from "../../core/data/take.js";
import { type Cell, definePlugin, type Scan, type Source, SourceFailure } from "../../core/plugin/index.js";
import { type JobChanges, jobIn, type Kitchen, kitchen, refusal, SOURCES, sourcesOf, take } from "./support.js";

let place: Kitchen;
beforeEach(async () => {
  place = await kitchen();
});
afterEach(() => place.remove());

describe("the reader of a recipe's files", () => {
  it.each<[files: string[], changes: JobChanges, message: string]>([
    [
      ["a.xlsx"],
      {},
      "DATA_NO_READER: No source reads a.xlsx. Use one of csv (.csv .tsv .csv.gz .tsv.gz), parquet (.parquet .pq), jsonl (.jsonl .ndjson .json .jsonl.gz .ndjson.gz), name one of them in data.reader, or add a source plugin.",
    ],
    [
      ["a.csv", "b.jsonl"],
      {},
      "DATA_MIXED_FORMATS: The data files are of different formats: a.csv is read by csv, b.jsonl by jsonl. Narrow data.source to files of one format.",
    ],
    [["a.csv"], { data: { reader: { kind: "parqet" } } }, "DATA_NO_READER: No source reads data.reader parqet. "],
    [["a.csv"], { data: { reader: { kind: "parqet" } } }, "Did you mean parquet?"],
  ])("is refused for %j with %j", async (files, changes, message) => {
    for (const file of files) await place.write(file, "x,y\n1,2\n");
    expect(await refusal(take(place, { ...changes, data: { source: ["*.*"], ...changes.data } }))).toContain(message);
  });

  it("is by the ending in any letter case, and the recipe's own choice comes first", async () => {
    const text = `x,y\n${Array.from({ length: 50 }, (_, row) => `${(row * 37) % 101},${row}.5`).join("\n")}\n`;
    await place.write("A.CSV", text);
    await place.write("a.data", text);
    const byEnding = await take(place, { data: { source: ["A.CSV"] } });
    const byName = await take(place, { data: { source: ["a.data"], reader: { kind: "csv" } } });
    expect(byName.summary.digest).toBe(byEnding.summary.digest);
  });
});

/** A source as a stranger writes one. */
class Stranger implements Source {
  readonly name = "stranger";
  readonly extensions = [".odd"];
  readonly options = {};
  constructor(readonly scan: Source["scan"]) {}
}

function strange(scan: Source["scan"]): ReadonlyMap<string, Source> {
  return new Map([["stranger", new Stranger(scan)]]);
}

function takeStrange(scan: Source["scan"], changes: JobChanges = {}) {
  const job = jobIn(place.folder, { ...changes, data: { source: ["*.odd"], ...changes.data } });
  return takeSnapshot(job, { artifacts: place.artifacts, plugins: null }, strange(scan));
}

describe("a stranger's source", () => {
  beforeEach(() => place.write("a.odd", "anything"));

  async function* rows(): AsyncIterable<readonly Cell[]> {
    for (let row = 0; row < 60; row++) {
      yield [
        row * 3,
        BigInt(row) ** 9n,
        row % 2 === 0,
        new Date(Date.UTC(2026, 0, 1 + row)),
        row % 4 ? "word" : null,
        row + 0.5,
      ];
    }
  }

  it("may give rows of JavaScript values", async () => {
    const columns = ["x", "big", "flag", "day", "s", "y"];
    const { summary } = await takeStrange(() => ({ kind: "rows", columns, rows: rows() }));
    expect(summary.columns.map(({ name, type, missing }) => [name, type, missing])).toEqual([
      ["x", "numeric", 0],
      ["big", "numeric", 0],
      ["flag", "boolean", 0],
      ["day", "date", 0],
      ["s", "categorical", 15],
    ]);
  });

  it("may give the same data as a relation or as rows", async () => {
    const values = Array.from({ length: 60 }, (_, row) => [(row * 7) % 61, row + 0.5] as const);
    async function* own(): AsyncIterable<readonly Cell[]> {
      yield* values;
    }
    const relation = `(values ${values.map(([x, y]) => `(${x}::bigint, ${y}::double)`).join(", ")}) as t(x, y)`;
    const asRows = await takeStrange(() => ({ kind: "rows", columns: ["x", "y"], rows: own() }));
    const asRelation = await takeStrange(() => ({ kind: "sql", typed: true, relation }));
    expect(asRelation.summary.digest).toBe(asRows.summary.digest);
  });

  it("reads no file but the recipe's", async () => {
    const secret = join(place.artifacts, "..", "secret.csv");
    await writeFile(secret, "x,y\n1,2\n");
    const scan = (): Scan => ({ kind: "sql", typed: false, relation: `read_csv('${secret}', all_varchar = true)` });
    expect(await refusal(takeStrange(scan))).toMatch(
      /^DATA_UNREADABLE: .*file system operations are disabled by configuration/,
    );
  });

  it.each<[failure: (file: string) => Error, message: string]>([
    [
      (file) => new SourceFailure("malformed", file, "the third sheet is torn", 12),
      "DATA_MALFORMED: The data file a.odd can't be read (line 12): the third sheet is torn.",
    ],
    [(file) => new SourceFailure("empty", file, "no sheet"), "DATA_FILE_EMPTY: The data file a.odd is empty."],
    [() => new RangeError("bad magic."), "DATA_UNREADABLE: The data file of the recipe can't be read: bad magic."],
  ])("may fail, and its owner is told why", async (failure, message) => {
    const scan = ([file = ""]: readonly string[]): Scan => {
      throw failure(file);
    };
    expect(await refusal(takeStrange(scan))).toContain(message);
    async function* torn(): AsyncIterable<readonly Cell[]> {
      yield [1, 2];
      throw failure(join(place.folder, "a.odd"));
    }
    expect(await refusal(takeStrange(() => ({ kind: "rows", columns: ["x", "y"], rows: torn() })))).toContain(message);
  });
});

describe("the built-in sources", () => {
  it("are found by name in one plugin", () => {
    expect([...SOURCES.keys()]).toEqual(["csv", "parquet", "jsonl"]);
    expect(sourcesOf(definePlugin({ name: "none", version: "1.0.0" })).size).toBe(0);
  });

  it("say where a line is longer than DuckDB reads", async () => {
    await place.write("a.csv", `x,y\n1,2\n3,"${"long ".repeat(600_000)}"\n`);
    expect(await refusal(take(place))).toMatch(
      /^DATA_MALFORMED: The data file a\.csv can't be read( \(line 3\))?: the line is longer than 2 MB\./,
    );
  });
});
