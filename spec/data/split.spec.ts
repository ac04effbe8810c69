import { createHash } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import { loadSide, viewSide } from "../../core/data/side.js";
import type { Side, SnapshotSummary, TimeCuts } from "../../core/data/snapshot.js";
import { SIDES } from "../../core/data/split.js";
import type { SplitMethod } from "../../core/recipe/recipe.js";
import { type JobChanges, type Kitchen, kitchen, refusal, take, unseen } from "./support.js";

interface Person {
  readonly id: number;
  readonly team: string;
  readonly day: number;
  readonly y: number;
}

let place: Kitchen;
beforeEach(async () => {
  place = await kitchen();
});
afterEach(() => place.remove());

/** Every cell as it stands in a file; `mark` is a feature, so that a row can be found on its side again. */
function cells({ id, team, day, y }: Person): Record<string, string> {
  const date = new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
  return { mark: String(id), team, day: date, y: String(y), noise: String((id * 7919) % 101), key: `k${id}` };
}

function csv(people: readonly Person[], columns: readonly string[]): string {
  const rows = people.map((person) => columns.map((column) => cells(person)[column]).join(","));
  return `${[columns.join(","), ...rows].join("\n")}\n`;
}

/** The side of each id; a row that is on two sides fails the test. */
async function sidesOf(kept: Kitchen, summary: SnapshotSummary): Promise<ReadonlyMap<number, Side>> {
  const found = new Map<number, Side>();
  for (const side of SIDES) {
    const { table } = viewSide(await loadSide(join(kept.artifacts, "snapshots", summary.digest), side));
    const mark = table.columns.find(({ name }) => name === "mark");
    if (mark === undefined || !("values" in mark)) throw new Error("mark is a numeric feature");
    for (const value of mark.values) {
      if ((found.get(value) ?? side) !== side) throw new Error(`row ${value} is on two sides`);
      found.set(value, side);
    }
  }
  return found;
}

const COLUMNS = ["mark", "team", "day", "y", "noise", "key"];

const METHODS: readonly (readonly [SplitMethod, JobChanges])[] = [
  ["hash", {}],
  ["hash", { data: { key: ["key"] } }],
  ["stratified", { task: "binary" }],
  ["group", { data: { group: "team" } }],
  ["time", { data: { time: "day" } }],
];

function changes(method: SplitMethod, more: JobChanges, cuts: TimeCuts | null): JobChanges {
  return { ...more, data: { source: ["**/*.csv"], ...more.data }, split: { method }, cuts };
}

const person = fc.record({
  id: fc.integer({ min: 10_000, max: 99_999 }),
  team: fc.constantFrom(
    "red",
    "green",
    "blue",
    "white",
    "black",
    "pink",
    "lime",
    "teal",
    "navy",
    "gold",
    "rose",
    "plum",
  ),
  day: fc.nat(400),
  y: fc.constantFrom(0, 1),
});
const people = (least: number) =>
  fc.uniqueArray(person, { minLength: least, maxLength: least + 60, selector: ({ id }) => id });

describe("a row's side", () => {
  it.each(METHODS)("never changes as rows come, go and move between files: %s %j", async (method, more) => {
    const growth = fc.record({
      rows: people(120),
      cut: fc.integer({ min: 90, max: 119 }),
      dropped: fc.nat(40),
      columns: fc.shuffledSubarray(COLUMNS, { minLength: COLUMNS.length }),
      files: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(growth, async ({ rows, cut, dropped, columns, files }) => {
        const kept = await kitchen();
        try {
          const [early, late] = [rows.slice(0, cut), rows.slice(dropped).reverse()];
          await kept.write("a.csv", csv(early, COLUMNS));
          const before = await take(kept, changes(method, more, null));
          const sides = await sidesOf(kept, before.summary);
          await kept.write("a.csv", csv([], columns));
          for (let file = 0; file < files; file++) {
            await kept.write(
              `later/${file}.csv`,
              csv(
                late.filter((_, index) => index % files === file),
                columns,
              ),
            );
          }
          const after = await take(kept, changes(method, more, before.summary.cuts));
          const now = await sidesOf(kept, after.summary);
          for (const { id } of early.slice(dropped)) expect([id, now.get(id)]).toEqual([id, sides.get(id)]);
        } finally {
          await kept.remove();
        }
      }),
      { numRuns: 6, seed: 20_261_123, endOnFailure: true },
    );
  });

  it("is the published function of the seed and the row's cells", async () => {
    const rows = fc.sample(people(150), { numRuns: 1, seed: 3 })[0] ?? [];
    await place.write("a.csv", csv(rows, COLUMNS));
    const { summary } = await take(place, {});
    const sides = await sidesOf(place, summary);
    for (const row of rows) expect([row.id, sides.get(row.id)]).toEqual([row.id, publishedSide(contentText(row), 7)]);
  });

  it("goes by the key alone when there is one", async () => {
    const rows = fc.sample(people(150), { numRuns: 1, seed: 4 })[0] ?? [];
    await place.write("a.csv", csv(rows, COLUMNS));
    const { summary } = await take(place, { data: { key: ["key"] } });
    const sides = await sidesOf(place, summary);
    for (const { id } of rows) expect([id, sides.get(id)]).toEqual([id, publishedSide(netstring("key", `k${id}`), 7)]);
  });
});

function netstring(name: string, text: string): string {
  return `${Buffer.byteLength(name)}:${name}=${Buffer.byteLength(text)}:${text};`;
}

function contentText(row: Person): string {
  return Object.entries(cells(row))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => netstring(name, text))
    .join("");
}

/** docs/data.md's formula with Node's MD5 instead of DuckDB's. */
function placeOf(text: string, seed: number): number {
  const digest = createHash("md5").update(`${seed}\n${text}`).digest();
  return Number(digest.readBigUInt64LE(8) >> 11n) / 2 ** 53;
}

function publishedSide(text: string, seed: number): Side {
  const place = placeOf(text, seed);
  return place < 0.6 ? "train" : place < 0.6 + 0.2 ? "select" : "confirm";
}

describe("identical rows", () => {
  it.each(METHODS)("are on the same side: %s %j", async (method, more) => {
    const rows = fc.sample(people(90), { numRuns: 1, seed: 5 })[0] ?? [];
    await place.write("a.csv", csv([...rows, ...rows, ...rows.slice(0, 9)], COLUMNS));
    const { summary } = await take(place, changes(method, more, null));
    expect((await sidesOf(place, summary)).size).toBe(rows.length); // sidesOf refuses a row on two sides
    expect(summary.rows).toBe(2 * rows.length + 9);
  });

  it("are told of where they are many and the cells alone decide", async () => {
    const rows = fc.sample(people(90), { numRuns: 1, seed: 5 })[0] ?? [];
    const told = async (copies: number, more: JobChanges = {}) => {
      await place.write("a.csv", csv([...rows, ...rows.slice(0, copies)], COLUMNS));
      return (await take(place, more)).summary.warnings.filter((warning) => warning.includes("copies"));
    };
    const many = Math.ceil(rows.length / 2);
    expect(await told(many)).toEqual([
      expect.stringMatching(new RegExp(`^${many} of ${rows.length + many} rows .* data.key`)),
    ]);
    expect(await told(many, { data: { key: ["key"] } })).toEqual([]);
    expect(await told(3)).toEqual([]);
  });
});

describe("a column that later files bring", () => {
  it("leaves the rows without it where they are", async () => {
    const rows = fc.sample(people(120), { numRuns: 1, seed: 6 })[0] ?? [];
    await place.write("a.csv", csv(rows.slice(0, 100), COLUMNS));
    const before = await sidesOf(place, (await take(place)).summary);
    await place.write(
      "b.csv",
      `${COLUMNS.join(",")},fresh\n${rows
        .slice(100)
        .map((row) => `${Object.values(cells(row)).join(",")},1.5`)
        .join("\n")}\n`,
    );
    const after = await sidesOf(place, (await take(place)).summary);
    for (const [id, side] of before) expect([id, after.get(id)]).toEqual([id, side]);
  });
});

describe("a cell of another width", () => {
  it("is the same cell in CSV and in JSON", async () => {
    const rows = fc.sample(people(100), { numRuns: 1, seed: 7 })[0] ?? [];
    await place.write("a.csv", csv(rows, COLUMNS));
    const lines = rows.map((row) => JSON.stringify({ ...cells(row), mark: row.id, y: row.y }));
    await place.write("b.jsonl", `${lines.join("\n")}\n`);
    const fromCsv = await take(place, { data: { source: ["a.csv"] } });
    const fromJson = await take(place, { data: { source: ["b.jsonl"] } });
    expect(fromJson.summary.digest).toBe(fromCsv.summary.digest);
  });
});

describe("a fixed split", () => {
  const sided = (rows: readonly Person[], word: (id: number) => string) =>
    [
      `${COLUMNS.join(",")},part`,
      ...rows.map((row) => `${Object.values(cells(row)).join(",")},${word(row.id)}`),
      "",
    ].join("\n");
  const options: JobChanges = { data: { side: "part" }, split: { method: "fixed" } };
  const rowsOf = (seed: number) => fc.sample(people(120), { numRuns: 1, seed })[0] ?? [];

  it("puts each row where its cell says, whatever people call the sides, and hides the column from learners", async () => {
    const words = ["train", " Training", "validation", "SELECT", "test", "confirm"];
    const sides: readonly Side[] = ["train", "train", "select", "select", "confirm", "confirm"];
    const rows = rowsOf(21);
    await place.write(
      "a.csv",
      sided(rows, (id) => words[id % 6] as string),
    );
    const { summary } = await take(place, options);
    const found = await sidesOf(place, summary);
    for (const { id } of rows) expect([id, found.get(id)]).toEqual([id, sides[id % 6]]);
    expect(summary.columns.map(({ name }) => name)).not.toContain("part");
  });

  it("divides the rows of train as the hash does where none is given to select", async () => {
    const rows = rowsOf(22);
    await place.write(
      "a.csv",
      sided(rows, (id) => (id % 4 === 0 ? "test" : "train")),
    );
    const by = {
      ...options,
      split: { method: "fixed" as const, fractions: { train: 0.6, select: 0.2, confirm: 0.2 } },
    };
    const found = await sidesOf(place, (await take(place, { ...by, data: { ...by.data, key: ["key"] } })).summary);
    for (const { id } of rows) {
      const share = placeOf(netstring("key", `k${id}`), 7);
      const expected = id % 4 === 0 ? "confirm" : share < 0.75 ? "train" : "select";
      expect([id, found.get(id)]).toEqual([id, expected]);
    }
  });

  it.each(["", "both"])("refuses a row that says %p", async (word) => {
    const rows = rowsOf(23);
    await place.write(
      "a.csv",
      sided(rows, (id) => (id === rows[0]?.id ? word : "train")),
    );
    expect(await refusal(take(place, options))).toMatch(/^DATA_BAD_SIDE: .* part has the value .* \(1 such values\)/);
  });
});

describe("a group split", () => {
  it("keeps groups together and numbers them", async () => {
    const rows = fc.sample(people(200), { numRuns: 1, seed: 8 })[0] ?? [];
    await place.write("a.csv", csv(rows, COLUMNS));
    const { summary } = await take(place, { data: { group: "team" }, split: { method: "group" } });
    const sides = await sidesOf(place, summary);
    const teams = new Map<string, Set<Side | undefined>>();
    for (const { team, id } of rows) teams.set(team, (teams.get(team) ?? new Set()).add(sides.get(id)));
    expect([...teams.values()].map((of) => of.size)).toEqual([...teams].map(() => 1));
    const codes = new Set<number>();
    for (const side of SIDES) {
      const { group } = viewSide(await loadSide(join(place.artifacts, "snapshots", summary.digest), side));
      for (const code of group ?? []) codes.add(code);
    }
    expect([...codes].sort((a, b) => a - b)).toEqual(Array.from({ length: teams.size }, (_, code) => code));
    expect(summary.leftOut).toContainEqual(unseen("team", "the group: a group of new rows is most likely new"));
  });
});

describe("a time split", () => {
  const row = (day: string, id: number) => `${day},${id},${id % 7}.5\n`;

  it("trains on the past and confirms on the newest rows, with moments kept together", async () => {
    const days = Array.from({ length: 20 }, (_, index) => `2026-01-${String(1 + index).padStart(2, "0")}`);
    const rows = days.flatMap((day, index) => [row(day, 101 + 3 * index), row(day, 102 + 4 * index)]);
    await place.write("a.csv", `day,mark,y\n${rows.reverse().join("")}`);
    const { summary } = await take(place, { data: { time: "day" }, split: { method: "time" } });
    expect(SIDES.map((side) => summary.sides[side].rows)).toEqual([24, 8, 8]);
    const start = Date.UTC(2026, 0, 1) / 86_400_000;
    expect(summary.cuts).toMatchObject({ column: "day", select: start + 12, confirm: start + 16 });
  });

  it("puts rows that come late, for a past day, on the side of that day", async () => {
    const rows = Array.from({ length: 30 }, (_, index) => row(`${2000 + index}`, 500 + 3 * index));
    await place.write("a.csv", `day,mark,y\n${rows.join("")}`);
    const first = await take(place, { data: { time: "day" }, split: { method: "time" } });
    expect(first.summary.cuts).toMatchObject({ select: 2018, confirm: 2024 });
    await place.write("b.csv", `day,mark,y\n${row("1999", 9001)}${row("2019", 9002)}${row("2040", 9003)}`);
    const later = await take(place, { data: { time: "day" }, split: { method: "time" }, cuts: first.summary.cuts });
    const sides = await sidesOf(place, later.summary);
    expect([9001, 9002, 9003].map((id) => sides.get(id))).toEqual(["train", "select", "confirm"]);
  });

  it("makes new cuts for another time column or other fractions, and keeps them for anything else", async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `${2000 + index},${2100 - index},${index % 7}.5\n`);
    await place.write("a.csv", `day,due,y\n${rows.join("")}`);
    const by = async (time: string, train: number, cuts: TimeCuts | null) => {
      const fractions = { train, select: 0.2, confirm: 0.8 - train };
      return (await take(place, { data: { time }, split: { method: "time", fractions }, cuts })).summary.cuts;
    };
    const first = await by("day", 0.6, null);
    expect(await by("day", 0.6, first)).toEqual(first);
    expect(await by("day", 0.5, first)).toMatchObject({ select: 2015 });
    expect(await by("due", 0.6, first)).toMatchObject({ column: "due", select: 2089 });
  });

  it("refuses a row without a time, and a column that is none", async () => {
    await place.write("a.csv", `day,mark,y\n${row("2026-01-01", 5)}${row("", 6)}${row("soon", 7)}`);
    expect(await refusal(take(place, { data: { time: "day" }, split: { method: "time" } }))).toBe(
      "DATA_BAD_TIME: The time column day has the value (missing) (2 such values), which can't be placed in time. Every row needs a date such as 2026-11-23, a moment such as 2026-11-23T17:30:00Z, or a number.",
    );
    expect(await refusal(take(place, { split: { method: "time" } }))).toBe(
      "DATA_SPLIT_NEEDS: The split method time needs data.time. Add it to the recipe, or set split.method to hash.",
    );
  });
});

describe("a side that can't be used", () => {
  it("is refused when it is empty", async () => {
    await place.write("a.csv", "mark,y\n7,1.5\n9,2.5\n");
    expect(await refusal(take(place))).toMatch(
      /^DATA_SIDE_EMPTY: The \w+ side of the split has no rows \(\d train, \d select, \d confirm\)\. /,
    );
  });

  const rareAt = (rare: number, of: (index: number) => string) =>
    `mark,y\n${Array.from({ length: 60 }, (_, index) => `${3 * index},${index === rare ? "rare" : of(index)}`).join("\n")}\n`;

  it("is refused when it lacks one of two classes", async () => {
    await place.write(
      "a.csv",
      rareAt(17, () => "a"),
    );
    expect(await refusal(take(place))).toMatch(
      /^DATA_SIDE_LACKS_CLASS: The \w+ side of the split has \d+ rows but none of class rare of target y; all data have 1\. Add rows/,
    );
  });

  it("of more classes may lack a rare one, and says so, where train has it", async () => {
    const ends: string[] = [];
    for (let rare = 0; rare < 6; rare++) {
      await place.write(
        "a.csv",
        rareAt(rare, (index) => (index % 2 ? "a" : "b")),
      );
      ends.push(
        await take(place).then(
          ({ summary }) => summary.warnings.join("; "),
          (error: Error) => error.message,
        ),
      );
    }
    const told = ends.filter((end) =>
      /(?:select|confirm) have no row of class rare of y, which has 1 in all/.test(end),
    );
    const refused = ends.filter((end) => /^The train side of the split has \d+ rows but none of class rare/.test(end));
    expect(told.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    expect(told.length + refused.length).toBe(ends.length);
  });
});

describe("a stratified split", () => {
  it("says how far a class's share is off", async () => {
    const rows = Array.from({ length: 60 }, (_, index) => `${3 * index},${index % 5 === 0 ? "yes" : "no"}`);
    await place.write("a.csv", `id,y\n${rows.join("\n")}\n`);
    const told: string[] = [];
    for (const seed of [1, 2, 3]) {
      const { summary } = await take(place, {
        split: { method: "stratified", seed },
        data: { types: { id: "numeric" } },
      });
      const share = (side: Side) => (summary.sides[side].classCounts[1] ?? 0) / summary.sides[side].rows;
      const off = SIDES.filter((side) => Math.abs(share(side) - 0.2) > 0.2 * 0.2);
      const warned = summary.warnings.filter((text) => text.includes('"yes"')).map((text) => text.split(":")[0] ?? "");
      expect(warned).toEqual(off);
      told.push(...warned);
    }
    expect(told.length).toBeGreaterThan(0);
  });

  it("is refused for a regression", async () => {
    await place.write("a.csv", "mark,y\n7,1.5\n9,2.5\n8,3.5\n");
    expect(await refusal(take(place, { split: { method: "stratified" } }))).toMatch(/^DATA_STRATIFIED_NUMBERS: /);
  });
});
