import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import {
  arrivalsOf,
  decodeKnownRows,
  decodeRowIds,
  encodeKnownRows,
  encodeRowIds,
  knownWith,
  type RowIds,
} from "../../core/data/row-ids.js";
import { loadRowIds } from "../../core/data/side.js";
import type { SnapshotSummary } from "../../core/data/snapshot.js";
import { SIDES } from "../../core/data/split.js";
import { type JobChanges, type Kitchen, kitchen, refusal, take } from "./support.js";

const sides = fc.record({
  train: fc.array(fc.nat(60)),
  select: fc.array(fc.nat(60)),
  confirm: fc.array(fc.nat(60)),
});

function idsOf(rows: Readonly<Record<"train" | "select" | "confirm", readonly number[]>>, isKey = true): RowIds {
  const typed = (side: "train" | "select" | "confirm") => Float64Array.from(rows[side]);
  return {
    columns: ["id"],
    isKey,
    sides: { train: typed("train"), select: typed("select"), confirm: typed("confirm") },
  };
}

it("finds the rows that none of the earlier snapshots had", () => {
  fc.assert(
    fc.property(fc.array(sides), sides, (earlier, now) => {
      const known = earlier.reduce<ReturnType<typeof knownWith> | null>((all, one) => knownWith(all, idsOf(one)), null);
      const seen = new Set(earlier.flatMap((one) => SIDES.flatMap((side) => one[side])));
      const { rows } = arrivalsOf(idsOf(now), known ?? { columns: ["id"], isKey: true, ids: new Float64Array() });
      for (const side of SIDES) {
        const fresh = now[side].flatMap((id, row) => (seen.has(id) ? [] : [row]));
        expect(Array.from(rows?.[side] ?? [-1])).toEqual(fresh);
      }
    }),
  );
});

it("comes back from its bytes", () => {
  fc.assert(
    fc.property(sides, fc.boolean(), (rows, isKey) => {
      const ids = idsOf(rows, isKey);
      expect(decodeRowIds(encodeRowIds(ids))).toEqual(ids);
      const known = knownWith(null, ids);
      expect(decodeKnownRows(encodeKnownRows(known))).toEqual(known);
    }),
  );
  expect(() => decodeRowIds(Buffer.from("another file"))).toThrow(RangeError);
  expect(() => decodeRowIds(encodeKnownRows({ columns: [], isKey: false, ids: new Float64Array() }))).toThrow(
    RangeError,
  );
});

it("calls nothing new where all rows would be, or are known by other columns", () => {
  const before = knownWith(null, idsOf({ train: [1, 2], select: [3], confirm: [4] }, false));
  const others = idsOf({ train: [5, 6], select: [7], confirm: [8] }, false);
  expect(arrivalsOf(others, before).unsure).toMatch(/none of the earlier ones is there any more/);
  expect(arrivalsOf({ ...others, columns: ["id", "more"] }, before).unsure).toMatch(/the columns are others/);
  expect(arrivalsOf({ ...others, isKey: true }, before).unsure).toMatch(/by their cells and are by data.key/);
  expect(arrivalsOf({ ...others, isKey: true }, { ...before, isKey: true }).rows?.train).toHaveLength(2);
});

describe("of a snapshot", () => {
  let place: Kitchen;
  beforeEach(async () => {
    place = await kitchen();
  });
  afterEach(() => place.remove());

  const table = (rows: readonly number[], note = "") =>
    [
      "account,x,note,y",
      ...rows.map((at) => `a${at},${(at * 7) % 31},${note}${at % 3},${at % 2 ? "yes" : "no"}`),
      "",
    ].join("\n");
  const folderOf = ({ digest }: SnapshotSummary) => join(place.artifacts, "snapshots", digest);
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

  async function idsAfter(text: string, changes: JobChanges): Promise<RowIds> {
    await place.write("rows.csv", text);
    const { summary } = await take(place, changes);
    const ids = await loadRowIds(folderOf(summary));
    if (ids === null) throw new Error("no ids were kept");
    for (const side of SIDES) expect(ids.sides[side]).toHaveLength(summary.sides[side].rows);
    return ids;
  }

  it("new rows are found on every side, whatever their place in the file", async () => {
    const known = knownWith(null, await idsAfter(table(range(0, 200)), {}));
    const { rows } = arrivalsOf(await idsAfter(table([...range(250, 300), ...range(0, 200)]), {}), known);
    expect(SIDES.reduce((sum, side) => sum + (rows?.[side].length ?? 0), 0)).toBe(50);
  });

  it("a row with a key is the same row when its other cells change, and without one it is another", async () => {
    const data = { key: ["account"] };
    const known = knownWith(null, await idsAfter(table(range(0, 100)), { data }));
    const { rows } = arrivalsOf(await idsAfter(table(range(0, 110), "new"), { data }), known);
    expect(SIDES.reduce((sum, side) => sum + (rows?.[side].length ?? 0), 0)).toBe(10);
    const plain = knownWith(null, await idsAfter(table(range(0, 100)), {}));
    expect(arrivalsOf(await idsAfter(table(range(0, 110), "new"), {}), plain).rows).toBeNull();
  });

  it("a column that the recipe ignores makes no row another one", async () => {
    const data = { ignore: ["note"] };
    const known = knownWith(null, await idsAfter(table(range(0, 100)), { data }));
    const { rows } = arrivalsOf(await idsAfter(table(range(0, 100), "other"), { data }), known);
    expect(SIDES.map((side) => rows?.[side].length)).toEqual([0, 0, 0]);
  });

  it("ids that were lost are written again, and damaged ones are refused", async () => {
    await place.write("rows.csv", table(range(0, 100)));
    const { summary } = await take(place);
    await rm(join(folderOf(summary), "rows.bin"));
    await take(place);
    expect(await readdir(folderOf(summary))).toContain("rows.bin");
    await writeFile(join(folderOf(summary), "rows.bin"), "SOUSROWS, but not these");
    expect(await refusal(loadRowIds(folderOf(summary)))).toMatch(/^DATA_SNAPSHOT_DAMAGED: .*rows.bin has other bytes/);
    expect(await readdir(folderOf(summary))).not.toContain("summary.json");
  });
});
