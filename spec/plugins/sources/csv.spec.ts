import { gzipSync } from "node:zlib";
import { readHeader } from "../../../plugins/sources/header.js";
import { type Kitchen, kitchen, refusal, take } from "../../data/support.js";

let place: Kitchen;
beforeEach(async () => {
  place = await kitchen();
});
afterEach(() => place.remove());

describe("a CSV header", () => {
  const wide = `"${"long ".repeat(30_000)}"`;
  it.each<[name: string, text: string, columns: string[], delimiter: string]>([
    ["plain", "a,b,c\n1,2,3\n", ["a", "b", "c"], ","],
    ["with a byte order mark", "\ufeffa,b\n", ["a", "b"], ","],
    ["with CRLF", "a,b\r\n1,2\r\n", ["a", "b"], ","],
    ["with CR alone", "a,b\r1,2\r", ["a", "b"], ","],
    ["without a line end", "a,b", ["a", "b"], ","],
    ["with semicolons", 'a;"b;c, d";e\n', ["a", "b;c, d", "e"], ";"],
    ["with tabs", "a\tb\n", ["a", "b"], "\t"],
    ["with bars", "a|b\n", ["a", "b"], "|"],
    ["with quotes in quotes", '"say ""hi""","b,c"\n', ['say "hi"', "b,c"], ","],
    ["with a line break in a name", '"two\nlines",b\n1,2\n', ["two\nlines", "b"], ","],
    ["with nameless columns, as R writes row names", '"",x,\n', ["column_1", "x", "column_3"], ","],
    ["of one column", "only\n", ["only"], ","],
    ["longer than one read", `${wide},b\n1,2\n`, ["long ".repeat(30_000), "b"], ","],
  ])("%s is read", async (_, text, columns, delimiter) => {
    const path = await place.write("a.csv", text);
    expect(await readHeader(path, null)).toEqual({ columns, delimiter });
  });

  it("is split where the recipe says", async () => {
    const path = await place.write("a.csv", "a;b,c\n");
    expect(await readHeader(path, ",")).toEqual({ columns: ["a;b", "c"], delimiter: "," });
  });

  it("of a gzip file is read", async () => {
    const path = await place.write("a.csv.gz", gzipSync("a,b\n1,2\n"));
    expect(await readHeader(path, null)).toEqual({ columns: ["a", "b"], delimiter: "," });
  });
});

describe("a CSV source", () => {
  const numbers = Array.from({ length: 60 }, (_, row) => `${(row * 37) % 101}`);

  it.each<[name: string, file: string, text: (line: (row: string[]) => string) => string | Uint8Array]>([
    [
      "CRLF and a byte order mark",
      "a.csv",
      (line) => `\ufeff${["x,s,y", ...numbers.map((x) => line([x, "a b", `${x}.5`]))].join("\r\n")}\r\n\r\n`,
    ],
    ["tabs", "a.tsv", () => ["x\ts\ty", ...numbers.map((x) => `${x}\ta b\t${x}.5`)].join("\n")],
    ["every cell in quotes", "a.csv", () => ['"x","s","y"', ...numbers.map((x) => `"${x}","a b","${x}.5"`)].join("\n")],
    ["gzip", "a.csv.gz", (line) => gzipSync(["x,s,y", ...numbers.map((x) => line([x, "a b", `${x}.5`]))].join("\n"))],
    [
      "the columns in another order",
      "a.csv",
      (line) => ["y,s,x", ...numbers.map((x) => line([`${x}.5`, "a b", x]))].join("\n"),
    ],
  ])("gives the same snapshot with %s", async (_, file, text) => {
    const line = (row: readonly string[]) => row.join(",");
    await place.write("plain/a.csv", ["x,s,y", ...numbers.map((x) => line([x, "a b", `${x}.5`]))].join("\n"));
    await place.write(file, text(line));
    const plain = await take(place, { data: { source: ["plain/a.csv"] } });
    const other = await take(place, { data: { source: [file] } });
    expect(other.summary.sideDigests).toEqual(plain.summary.sideDigests);
  });

  it("keeps commas, quotes, line breaks, NUL and other scripts inside cells", async () => {
    const odd = ["a, b", 'say "hi"', "two\nlines", "x\0y", "żółć 😀", " padded "];
    const rows = Array.from({ length: 60 }, (_, row) => `"${odd[row % odd.length]?.replaceAll('"', '""')}",${row}.5`);
    await place.write("a.csv", `s,y\n${rows.join("\n")}\n`);
    const { summary } = await take(place);
    expect(summary.columns[0]).toMatchObject({ name: "s", distinct: odd.length, missing: 0 });
    expect(summary.rows).toBe(60);
  });

  it("reads files with different columns; what a file lacks is missing in its rows", async () => {
    await place.write("a.csv", `x,y\n${numbers.map((x) => `${x},${x}.5`).join("\n")}\n`);
    await place.write("b.csv", `y;late;x\n${numbers.map((x) => `${x}.25;${x}.125;${x}`).join("\n")}\n`);
    const { summary } = await take(place);
    expect(summary.columns.map(({ name, missing }) => [name, missing])).toEqual([
      ["x", 0],
      ["late", 60],
    ]);
    expect(summary.rows).toBe(120);
  });

  it("reads a file that has a header only beside others", async () => {
    await place.write("a.csv", `x,y\n${numbers.map((x) => `${x},${x}.5`).join("\n")}\n`);
    await place.write("b.csv", "x,y\n");
    expect((await take(place)).summary.rows).toBe(60);
  });

  it("takes names with wildcards and quotes in them for what they are", async () => {
    await place.write("it's [1]*.csv", `x,y\n${numbers.map((x) => `${x},${x}.5`).join("\n")}\n`);
    await place.write("it's 1x.csv", "x,y\n1,1\n");
    const { summary } = await take(place, { data: { source: ["it's [[]*.csv"] } });
    expect(summary.rows).toBe(60);
  });

  it("refuses columns that differ between files in letter case only", async () => {
    await place.write("a.csv", "x,y\n1,2\n");
    await place.write("b.csv", "X,y\n1,2\n");
    expect(await refusal(take(place))).toContain(
      `DATA_BAD_HEADER: The column names of b.csv can't be used: "X" is called "x" in another file.`,
    );
  });

  it("takes the delimiter from the recipe", async () => {
    await place.write("a.csv", `x;z,y\n${numbers.map((x) => `${Number(x) % 3};z,${x}.5`).join("\n")}\n`);
    const { summary } = await take(place, { data: { reader: { kind: "csv", delimiter: "," } } });
    expect(summary.columns.map(({ name }) => name)).toEqual(["x;z"]);
  });
});
