import { type Kitchen, kitchen, refusal, take } from "./support.js";

let place: Kitchen;
beforeEach(async () => {
  place = await kitchen();
});
afterEach(() => place.remove());

const ROWS = 60;

/** Writes a CSV file of 60 rows with columns c0, c1, … that repeat these cells, a regression target and one more. */
async function columns(all: readonly (readonly string[])[]): Promise<void> {
  const names = all.map((_, index) => `c${index},`).join("");
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const cells = all.map((own) => `"${own[row % own.length]}",`);
    return `${cells.join("")}${row}.5,${(row * 37) % 11}`;
  });
  await place.write("a.csv", `${names}y,other\n${rows.join("\n")}\n`);
}

const column = (cells: readonly string[]) => columns([cells]);

const INFERRED: readonly (readonly [cells: readonly string[], type: string, why: string])[] = [
  [["1", "-2.5", "+3e4", " .5 ", "7."], "numeric", "every value is a number, from -2.5 to 30000"],
  [["1", "inf", "-Infinity"], "numeric", "every value is a number, from 1 to 1"],
  [["0", "0.5", "-0.25"], "numeric", "every value is a number, from -0.25 to 0.5"],
  [["02134", "10001"], "categorical", "2 different strings with leading zeros, such as 02134: codes"],
  [
    ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "n.b."],
    "categorical",
    '12 different strings, since 5 of 60 values, such as "n.b.", are no numbers',
  ],
  [["0x1F", "1_000", "1,5"], "categorical", "3 different strings"],
  [["true", "False", "TRUE"], "boolean", "every value is true or false"],
  [["yes", "no"], "categorical", "2 different strings"],
  [["2026-11-23", "2026-01-02"], "date", "every value is an ISO 8601 date without a time of day"],
  [
    ["2026-11-23T17:30:00Z", "2026-11-23 17:30", "2026-11-23T17:30:00.5+02:00"],
    "date",
    "every value is an ISO 8601 date, 41 of 41 with a time of day",
  ],
  [["2026-02-30", "2026-02-01"], "categorical", "2 different strings"],
  [["11/23/2026", "01/02/2026"], "categorical", "2 different strings"],
  [["the quick brown fox", "jumps over the lazy dog"], "categorical", "2 different strings"],
  [["NA", "n/a", " ", "NULL", "nan", "<NA>", "1", "2"], "numeric", "every value is a number, from 1 to 2"],
];

const TELL_NOTHING: readonly (readonly [cells: readonly string[], why: string])[] = [
  [["same"], "all 37 training rows have the same value"],
  [["NA", ""], "no training row has a value"],
  [
    Array.from({ length: ROWS }, (_, row) => `id-${row}`),
    "37 different values in 37 training rows, and they look like codes",
  ],
  [Array.from({ length: ROWS }, (_, row) => `${row + 1}`), "row numbers: each whole number from 1 to 60 once"],
];

const TELL_SOMETHING: readonly (readonly string[])[] = [
  ["only", ""],
  Array.from({ length: ROWS }, (_, row) => `${row + 2}`),
  Array.from({ length: ROWS }, (_, row) => `${row}.25`),
];

describe("the type of a column", () => {
  it("is inferred from all of its values, with the reason", async () => {
    await columns(INFERRED.map(([cells]) => cells));
    const { summary } = await take(place);
    const found = INFERRED.map(([cells], index) => {
      const summarized = summary.columns.find(({ name }) => name === `c${index}`);
      return [cells, summarized?.type, summarized?.why];
    });
    expect(found).toEqual(INFERRED);
  });

  it.each<[given: "numeric" | "categorical" | "boolean" | "date" | "text", cells: string[]]>([
    ["categorical", ["1", "2", "3"]],
    ["text", ["a", "b"]],
    ["boolean", ["1", "0", "true"]],
    ["numeric", ["007", "8"]],
  ])("%s is taken from the recipe", async (given, cells) => {
    await column(cells);
    const { summary } = await take(place, { data: { types: { c0: given } } });
    expect(summary.columns[0]).toMatchObject({ name: "c0", type: given, why: "recipe" });
  });

  it.each<[given: "numeric" | "boolean" | "date", cells: string[], value: string, count: number]>([
    ["numeric", ["1", "two", "three"], "three", 40],
    ["boolean", ["yes", "0"], "yes", 30],
    ["date", ["2026-01-01", "23.11.2026"], "23.11.2026", 30],
  ])("%s is refused for %j", async (given, cells, value, count) => {
    await column(cells);
    expect(await refusal(take(place, { data: { types: { c0: given } } }))).toContain(
      `DATA_TYPE_MISMATCH: The recipe says that column c0 is ${given}, but the value ${value} is none (${count} such values). `,
    );
  });
});

describe("what the summary says of a column", () => {
  it("counts missing and distinct values", async () => {
    await column(["1", "1.0", "2", "NA", " "]);
    const { summary } = await take(place);
    expect(summary.columns[0]).toMatchObject({ missing: 24, distinct: 2 });
  });

  it("warns of numbers that a 32-bit float can't hold", async () => {
    await column(["1", "inf", "1e39", "2"]);
    const { summary } = await take(place);
    expect(summary.warnings).toEqual(["c0: 30 values are infinite or beyond ±3.4e38 and count as missing"]);
  });
});

describe("a column that tells nothing", () => {
  it("is left out", async () => {
    await columns([...TELL_NOTHING.map(([cells]) => cells), ...TELL_SOMETHING]);
    const { summary } = await take(place);
    const expected = TELL_NOTHING.map(([, why], index) => [`c${index}`, why]);
    expect(summary.leftOut.map(({ name, why }) => [name, why])).toEqual([...expected, ["y", "the target"]]);
  });

  it("is kept when the recipe gives its type", async () => {
    await column(Array.from({ length: ROWS }, (_, row) => `id-${row}`));
    const { summary } = await take(place, { data: { types: { c0: "categorical" } } });
    expect(summary.columns.map(({ name }) => name)).toContain("c0");
  });

  it("is not all there may be", async () => {
    const rows = Array.from({ length: ROWS }, (_, row) => `same,${row}.5`);
    await place.write("a.csv", `c,y\n${rows.join("\n")}\n`);
    expect(await refusal(take(place))).toMatch(
      /^DATA_NO_FEATURES: No column is left to learn from: c \(all \d+ training rows have the same value\), y \(the target\)\. /,
    );
  });
});

describe("columns that the recipe names", () => {
  it.each([
    [{ target: "Y" }, "There is no column Y, which data.target names. Did you mean y? "],
    [{ ignore: ["othr"] }, "There is no column othr, which data.ignore names. Did you mean other? "],
    [{ key: ["c0", "id"] }, "There is no column id, which data.key names. The columns are: c0, y, other."],
    [{ types: { color: "text" as const } }, "There is no column color, which data.types names. "],
    [{ weight: "w" }, "There is no column w, which data.weight names. "],
  ])("must be there: %j", async (data, message) => {
    await column(["1", "2"]);
    expect(await refusal(take(place, { data }))).toContain(`DATA_NO_COLUMN: ${message}`);
  });

  it("play their parts and no others", async () => {
    await place.write(
      "a.csv",
      `t,g,k,w,i,x,y\n${Array.from({ length: ROWS }, (_, row) => `2026-01-${10 + (row % 20)},g${row % 6},${row},1,z,${row % 5},${row}.5`).join("\n")}\n`,
    );
    const { summary } = await take(place, { data: { time: "t", group: "g", key: ["k"], weight: "w", ignore: ["i"] } });
    expect(summary.columns.map(({ name }) => name)).toEqual(["t", "x"]);
    expect(summary.leftOut.map(({ name, why }) => `${name}: ${why.split(":")[0]}`)).toEqual([
      "g: the group",
      "k: the row key",
      "w: the row weights",
      "i: data.ignore names it",
      "y: the target",
    ]);
    expect(summary.grouped).toBe(false); // a group is given, but the split isn't by it
  });

  it("are left out where the time is a number: only of dates do parts come round again", async () => {
    const rows = Array.from({ length: ROWS }, (_, row) => `${1000 + row},${row % 5},${row}.5`);
    await place.write("a.csv", `t,x,y\n${rows.join("\n")}\n`);
    const { summary } = await take(place, { data: { time: "t" } });
    expect(summary.columns.map(({ name }) => name)).toEqual(["x"]);
    expect(summary.leftOut[0]).toMatchObject({ name: "t", why: "the time: moments of the past never come again" });
  });
});
