import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keptKinds } from "../../core/data/kept-kind.js";
import { loadSide, viewSide } from "../../core/data/side.js";
import type { ColumnKind, SnapshotSummary } from "../../core/data/snapshot.js";
import { SIDES } from "../../core/data/split.js";
import { type JobChanges, type Kitchen, kitchen, refusal, take } from "./support.js";

const TABLES = fileURLToPath(new URL("../../recipes/data/", import.meta.url));

let place: Kitchen;
beforeEach(async () => {
  place = await kitchen();
});
afterEach(() => place.remove());

/** In [0, 1), the same for the same row. */
function noise(row: number, salt: number): number {
  return Math.abs(Math.sin(row * 12.9898 + salt * 78.233) * 43_758.5453) % 1;
}

function pick<T>(row: number, salt: number, values: readonly T[]): T {
  return values[Math.floor(noise(row, salt) * values.length)] as T;
}

const WORDS = "the a quick brown fox jumps over lazy dog and then sleeps in warm sun while birds sing".split(" ");
const text = (row: number, words: number) =>
  Array.from({ length: words }, (_, at) => pick(row, 31 + at, WORDS)).join(" ");

/** One column for each kind, and for some that look alike. */
const COLUMNS: Readonly<Record<string, readonly [kind: ColumnKind, cell: (row: number) => string]>> = {
  amount: ["numeric", (row) => (1000 * noise(row, 1)).toFixed(2)],
  age: ["numeric", (row) => `${18 + Math.floor(60 * noise(row, 2))}`],
  year: ["numeric", (row) => `${1900 + row}`],
  grade: ["ordinal", (row) => `${1 + Math.floor(5 * noise(row, 3))}`],
  satisfaction: ["ordinal", (row) => pick(row, 4, ["Low", "Medium", "High", "Very_High"])],
  staff: ["ordinal", (row) => pick(row, 5, ["1-5", "6-10", "11-50", "51+"])],
  weight: ["ordinal", (row) => `${1 + Math.floor(40 * noise(row, 6))} kg`],
  yes: ["boolean", (row) => pick(row, 7, ["true", "false"])],
  flag: ["boolean", (row) => pick(row, 8, ["0", "1"])],
  color: ["categorical", (row) => pick(row, 9, ["red", "green", "blue"])],
  answer: [
    "categorical",
    (row) => pick(row, 10, ["I would recommend it to all of my friends", "I would not recommend it to any of them"]),
  ],
  zip: ["high_cardinality", (row) => `0${1000 + Math.floor(90 * noise(row, 11))}`],
  born: ["date", (row) => `19${50 + Math.floor(49 * noise(row, 12))}-0${1 + Math.floor(9 * noise(row, 13))}-15`],
  seen: ["datetime", (row) => `2026-01-1${Math.floor(9 * noise(row, 14))}T0${Math.floor(9 * noise(row, 15))}:30:00Z`],
  review: ["text", (row) => text(row, 12)],
  full_name: [
    "text",
    (row) =>
      `${pick(row, 16, ["Ada", "Max", "Eva"])} Smith-${String.fromCodePoint(97 + (row % 26), 97 + Math.floor(row / 26))}`,
  ],
  number: ["identifier", (row) => `${row + 1}`],
  customer_id: ["identifier", (row) => `${100_000 + 7 * row}`],
  ticket: ["identifier", (row) => `T${row * 7919}`],
  email: ["identifier", (row) => `${String.fromCodePoint(97 + (row % 26), 97 + Math.floor(row / 26))}@example.org`],
  country: ["constant", () => "CH"],
  nothing: ["constant", () => ""],
};

function csv(from: number, to: number): string {
  const lines = Array.from({ length: to - from }, (_, index) => {
    const row = from + index;
    const cells = Object.values(COLUMNS).map(([, cell]) => `"${cell(row)}"`);
    return [...cells, (100 * noise(row, 99)).toFixed(3)].join(",");
  });
  return `${[...Object.keys(COLUMNS), "y"].join(",")}\n${lines.join("\n")}\n`;
}

function kindsOf({ columns, leftOut }: SnapshotSummary): Readonly<Record<string, ColumnKind>> {
  const all = [...columns, ...leftOut].flatMap(({ name, kind }) => (kind === null ? [] : [[name, kind] as const]));
  return Object.fromEntries(all);
}

const EXPECTED = Object.fromEntries(Object.entries(COLUMNS).map(([name, [kind]]) => [name, kind]));

function why({ columns, leftOut }: SnapshotSummary, column: string): string | undefined {
  return [...columns, ...leftOut].find(({ name }) => name === column)?.why;
}

describe("the kind of a column", () => {
  it("is found with a reason that has numbers", async () => {
    await place.write("a.csv", csv(0, 600));
    const { summary } = await take(place);
    expect(kindsOf(summary)).toEqual(EXPECTED);
    const { rows } = summary.sides.train;
    expect(
      ["satisfaction", "grade", "ticket", "customer_id", "zip", "country"].map((name) => why(summary, name)),
    ).toEqual([
      "4 levels: words of a known scale, from Low to Very_High",
      "whole numbers from 1 to 5, 5 different ones",
      `${rows} different values in ${rows} training rows, and they look like codes`,
      `${rows} different values in ${rows} training rows, all whole numbers, and it is called customer_id`,
      "89 different strings with leading zeros, such as 01000: codes, more than 50",
      `all ${rows} training rows have the same value`,
    ]);
  });

  it("is the same however many more rows of the kind there are", async () => {
    for (const rows of [250, 450, 670]) {
      await place.write("a.csv", csv(0, rows));
      expect([rows, kindsOf((await take(place)).summary)]).toEqual([rows, EXPECTED]);
    }
  });

  it("decides what learners get: identifiers and constants not at all, the others in their type", async () => {
    await place.write("a.csv", csv(0, 300));
    const { summary } = await take(place);
    const got = Object.fromEntries(
      summary.columns.map(({ name, type, ordered }) => [name, ordered ? `${type} in order` : type]),
    );
    expect(got).toMatchObject({
      amount: "numeric",
      grade: "numeric",
      flag: "numeric",
      yes: "boolean",
      satisfaction: "categorical in order",
      weight: "categorical in order",
      color: "categorical",
      zip: "categorical",
      seen: "date",
      review: "text",
    });
    expect(Object.keys(got)).not.toContain("ticket");
  });
});

describe("a price list", () => {
  it("is kept, with the advice to write numbers", async () => {
    const rows = Array.from({ length: 500 }, (_, row) => `"$1,${100 + row}.50",${row % 7}.5`);
    await place.write("a.csv", `price,y\n${rows.join("\n")}\n`);
    const { summary } = await take(place);
    expect(kindsOf(summary)).toEqual({ price: "high_cardinality" });
    expect(summary.warnings).toEqual([expect.stringMatching(/^price: strings such as "\$1,1.*" hold amounts/)]);
  });
});

describe("levels in an order", () => {
  const sizes = (more: string) => {
    const rows = Array.from({ length: 90 }, (_, row) => `${pick(row, 1, ["tiny", "grande", "mega"])},${row}.5`);
    return `size,y\n${rows.join("\n")}\n${more}`;
  };
  const levelsOf = async (summary: SnapshotSummary) => {
    const folder = join(place.artifacts, "snapshots", summary.digest);
    const sides = await Promise.all(SIDES.map(async (side) => viewSide(await loadSide(folder, side)).table.columns[0]));
    return sides.map((column) => (column !== undefined && "levels" in column ? column.levels : []));
  };

  it("stand from the least to the most", async () => {
    const rows = Array.from({ length: 90 }, (_, row) => `${pick(row, 1, ["High", "Low", "Medium"])},${row}.5`);
    await place.write("a.csv", `risk,y\n${rows.join("\n")}\n`);
    const { summary } = await take(place);
    expect(summary.columns[0]).toMatchObject({ kind: "ordinal", type: "categorical", ordered: true });
    expect((await levelsOf(summary))[0]).toEqual(["Low", "Medium", "High"]);
  });

  it("stand as the recipe says, which makes another snapshot", async () => {
    await place.write("a.csv", sizes(""));
    const plain = await take(place);
    const ordered = await take(place, { data: { types: { size: { ordinal: ["tiny", "grande", "mega"] } } } });
    const turned = await take(place, { data: { types: { size: { ordinal: ["mega", "grande", "tiny"] } } } });
    expect(plain.summary.columns[0]).toMatchObject({ kind: "categorical", ordered: false });
    expect(ordered.summary.columns[0]).toMatchObject({ kind: "ordinal", ordered: true, why: "recipe" });
    expect((await levelsOf(ordered.summary))[0]).toEqual(["tiny", "grande", "mega"]);
    expect(new Set([plain, ordered, turned].map(({ summary }) => summary.digest)).size).toBe(3);
  });

  it("must be all there, and must be given where they show none", async () => {
    await place.write("a.csv", sizes("venti,91.5\n"));
    const given = { size: { ordinal: ["tiny", "grande", "mega"] } };
    expect(await refusal(take(place, { data: { types: given } }))).toContain(
      "DATA_TYPE_MISMATCH: The recipe says that column size is ordinal (tiny, grande, mega), but the value venti is none (1 such values). ",
    );
    expect(await refusal(take(place, { data: { types: { size: "ordinal" } } }))).toMatch(
      /^DATA_NO_ORDER: The recipe says that column size is ordinal, but its values \(grande, mega, tiny(, venti)?\) show no order\. Give the values .* \{ size: \{ ordinal: \[low, medium, high\] \} \}\.$/,
    );
  });
});

describe("as rows arrive", () => {
  const again = (before: SnapshotSummary, changes: JobChanges = {}) =>
    take(place, { kept: keptKinds(before), ...changes });

  it("a kind stays, also where a share crosses its threshold", async () => {
    // 40 towns in the first rows, and many more later: not yet high cardinality, then kept as it was
    const towns = (rows: number, of: number) =>
      Array.from(
        { length: rows },
        (_, row) => `town${Math.floor(of * noise(row, 1))},${1 + (row % 8)},${row % 9}.5`,
      ).join("\n");
    await place.write("a.csv", `town,rooms,y\n${towns(400, 40)}\n`);
    const before = (await take(place)).summary;
    expect(kindsOf(before)).toEqual({ town: "categorical", rooms: "ordinal" });
    await place.write("b.csv", `town,rooms,y\n${towns(400, 90)}\nvilla,40,1.5\n`);
    const after = (await again(before)).summary;
    expect([kindsOf(after), after.warnings]).toEqual([kindsOf(before), []]);
    expect(why(after, "town")).toMatch(
      /^categorical since the first snapshot, which decides; now it would be high cardinality: /,
    );
    expect(kindsOf((await take(place)).summary)).toEqual({ town: "high_cardinality", rooms: "numeric" });
  });

  it("the same rows give the same digest, with kept kinds or without", async () => {
    await place.write("a.csv", csv(0, 300));
    const before = (await take(place)).summary;
    expect((await again(before)).summary).toEqual(before);
  });

  it("an identifier stays out until its values come again and again", async () => {
    const visits = (from: number, to: number, each: number) =>
      Array.from(
        { length: to - from },
        (_, row) => `V${1000 + Math.floor((from + row) / each)}x,${row % 7},${row % 9}.5`,
      ).join("\n");
    await place.write("a.csv", `visit,x,y\n${visits(0, 100, 1)}\n`);
    const before = (await take(place)).summary;
    await place.write("b.csv", `visit,x,y\n${visits(100, 130, 2)}\n`);
    expect(kindsOf((await again(before)).summary).visit).toBe("identifier");
    await place.write("c.csv", `visit,x,y\n${visits(200, 1500, 20)}\n`);
    const after = (await again(before)).summary;
    expect(kindsOf(after).visit).toBe("high_cardinality");
    expect(after.warnings).toEqual([
      expect.stringMatching(/^visit: taken for identifier before, and for high cardinality now /),
    ]);
  });

  it("cells that can't be what the column was change it, with a warning", async () => {
    const rows = Array.from({ length: 100 }, (_, row) => `${row % 37}.25,,${row % 9}.5`).join("\n");
    await place.write("a.csv", `x,late,y\n${rows}\n`);
    const before = (await take(place)).summary;
    expect(kindsOf(before)).toEqual({ x: "numeric", late: "constant" });
    const more = Array.from({ length: 100 }, (_, row) => `broken,${row % 11}.5,${row % 9}.5`).join("\n");
    await place.write("b.csv", `x,late,y\n${more}\n`);
    const after = (await again(before)).summary;
    expect(kindsOf(after)).toEqual({ x: "categorical", late: "numeric" });
    expect(after.warnings.map((warning) => warning.split(" (")[0])).toEqual([
      "x: taken for numeric before, and for categorical now",
      "late: taken for constant before, and for numeric now",
    ]);
  });

  it("what the recipe says comes before what was kept", async () => {
    await place.write("a.csv", csv(0, 200));
    const before = (await take(place)).summary;
    const types = { ticket: "categorical", age: "categorical" } as const;
    const after = (await again(before, { data: { types } })).summary;
    expect(after.columns.filter(({ name }) => name in types).map(({ name, type }) => [name, type])).toEqual([
      ["age", "categorical"],
      ["ticket", "categorical"],
    ]);
    expect(kindsOf((await again(after)).summary)).toMatchObject({ age: "numeric", ticket: "identifier" });
  });

  it("a snapshot of an older release has nothing to keep", async () => {
    await place.write("a.csv", csv(0, 100));
    const { summary } = await take(place);
    const older = JSON.parse(JSON.stringify(summary, (key, value) => (key === "kind" ? undefined : value)));
    expect(keptKinds(older)).toEqual([]);
  });
});

/** By eye: everything else in these tables is numeric. */
const SHIPPED: readonly (readonly [file: string, target: string, kinds: Readonly<Record<string, ColumnKind>>])[] = [
  [
    "churn.csv",
    "churn",
    {
      state: "high_cardinality",
      area_code: "categorical",
      international_plan: "categorical",
      voice_mail_plan: "categorical",
      number_customer_service_calls: "ordinal",
    },
  ],
  [
    "attrition.csv",
    "Attrition",
    {
      BusinessTravel: "ordinal",
      Department: "categorical",
      Education: "ordinal",
      EducationField: "categorical",
      EnvironmentSatisfaction: "ordinal",
      Gender: "categorical",
      JobInvolvement: "ordinal",
      JobLevel: "ordinal",
      JobRole: "categorical",
      JobSatisfaction: "ordinal",
      MaritalStatus: "categorical",
      NumCompaniesWorked: "ordinal",
      OverTime: "categorical",
      PerformanceRating: "categorical",
      RelationshipSatisfaction: "ordinal",
      StockOptionLevel: "ordinal",
      TrainingTimesLastYear: "ordinal",
      WorkLifeBalance: "ordinal",
    },
  ],
  ["concrete.csv", "compressive_strength", {}],
];

describe("a table that ships", () => {
  it.each(SHIPPED)("%s has the kinds that a person sees in it, and no leak", async (file, target, kinds) => {
    await copyFile(join(TABLES, file), join(place.folder, file));
    const { summary } = await take(place, { data: { target } });
    const rest = Object.entries(kindsOf(summary)).filter(([name, kind]) => kind !== "numeric" || name in kinds);
    expect(Object.fromEntries(rest)).toEqual(kinds);
    expect([summary.warnings, summary.columns.filter(({ leak }) => leak !== null)]).toEqual([[], []]);
  });
});
