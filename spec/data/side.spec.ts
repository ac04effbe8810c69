import { copyFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { loadSide, readSummary, viewSide } from "../../core/data/side.js";
import { blankSideFile, encodeLevels, viewSideFile } from "../../core/data/side-file.js";
import { type Kitchen, kitchen, refusal, take } from "./support.js";

const FIXTURES = fileURLToPath(new URL("../fixtures/data/sources/", import.meta.url));

describe("a side's file", () => {
  const levels = ["", "a", "ä", "😀 two\nlines", "x\0y"];
  const bytes = blankSideFile({
    rows: 3,
    columns: [
      { name: "n", type: "numeric" },
      { name: 'odd "name"', type: "text", ordered: false, levels: encodeLevels(levels) },
      { name: "none", type: "categorical", ordered: true, levels: encodeLevels([]) },
    ],
    weighted: true,
    grouped: true,
  });

  it("gives back what is written through its views", () => {
    const blank = viewSideFile(bytes.buffer);
    for (const column of blank.table.columns) ("values" in column ? column.values : column.codes).set([1, 2, 3]);
    blank.truth.set([0.1, 0.2, 0.3]);
    blank.weight?.set([4, 5, 6]);
    blank.group?.set([7, 8, 9]);
    const read = viewSideFile(Uint8Array.from(bytes).buffer);
    const [n, text, none] = read.table.columns;
    expect(n).toEqual({ name: "n", type: "numeric", values: Float32Array.of(1, 2, 3) });
    expect(text).toMatchObject({
      name: 'odd "name"',
      type: "text",
      ordered: false,
      codes: Int32Array.of(1, 2, 3),
      levels,
    });
    expect(none).toMatchObject({ levels: [], ordered: true });
    expect([read.table.rows, [...read.truth], [...(read.weight ?? [])], [...(read.group ?? [])]]).toEqual([
      3,
      [0.1, 0.2, 0.3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
  });

  it("has the layout that docs/data.md describes", () => {
    const file = Buffer.from(bytes);
    expect(file.subarray(0, 8).toString()).toBe("SOUSIDE1");
    const length = file.readUInt32LE(8);
    const layout = JSON.parse(file.subarray(12, 12 + length).toString());
    const start = Math.ceil((12 + length) / 8) * 8;
    expect(layout).toMatchObject({
      rows: 3,
      columns: [{ name: "n", type: "numeric", values: 0 }, { codes: 16, levels: 5 }, {}],
    });
    expect(file.readFloatLE(start + layout.columns[0].values + 4)).toBe(2);
    expect(file.readInt32LE(start + layout.columns[1].codes + 8)).toBe(3);
    expect(file.readDoubleLE(start + layout.truth + 8)).toBe(0.2);
    const ends = [0, 1, 2, 3, 4].map((level) => file.readUInt32LE(start + layout.columns[1].ends + 4 * level));
    const text = file.subarray(start + layout.columns[1].text);
    expect(ends.map((end, level) => text.subarray(ends[level - 1] ?? 0, end).toString())).toEqual(levels);
  });

  it("is refused when it is something else", () => {
    expect(() => viewSideFile(new ArrayBuffer(64))).toThrow(RangeError);
  });
});

describe("a loaded side", () => {
  let place: Kitchen;
  let folder: string;
  beforeAll(async () => {
    place = await kitchen();
    await copyFile(join(FIXTURES, "churn-400.csv"), join(place.folder, "a.csv"));
    const { summary } = await take(place, { data: { target: "churn" } });
    folder = join(place.artifacts, "snapshots", summary.digest);
  });
  afterAll(() => place.remove());

  it("reaches a worker without a copy", async () => {
    const shared = await loadSide(folder, "train");
    const code = `const { parentPort, workerData } = require("node:worker_threads");
      new Uint8Array(workerData.buffer)[0] = 42; parentPort.postMessage(workerData.digest);`;
    const worker = new Worker(code, { eval: true, workerData: shared });
    const digest = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    await worker.terminate();
    expect(digest).toBe(shared.digest);
    expect(new Uint8Array(shared.buffer)[0]).toBe(42); // the worker wrote to the same memory
  });

  it("decodes the names of levels once", async () => {
    const [state] = viewSide(await loadSide(folder, "select")).table.columns;
    if (state === undefined || !("levels" in state)) throw new Error("state is categorical");
    expect(state.levels).toBe(state.levels);
    expect(state.levels.length).toBeGreaterThan(40);
  });

  it("is of the memory that was given, not of a copy", async () => {
    const view = viewSide(await loadSide(folder, "confirm"));
    expect(view.truth.buffer).toBeInstanceOf(SharedArrayBuffer);
    for (const column of view.table.columns) {
      expect(("values" in column ? column.values : column.codes).buffer).toBe(view.truth.buffer);
    }
  });

  it("is refused when its file or the summary is gone or other than it was, and then counts as not kept", async () => {
    const summary = await readFile(join(folder, "summary.json"));
    await writeFile(join(folder, "train.bin"), "SOUSIDE1");
    expect(await refusal(loadSide(folder, "train"))).toMatch(
      /^DATA_SNAPSHOT_DAMAGED: .* train.bin has other bytes than when it was written/,
    );
    expect(await readdir(folder)).not.toContain("summary.json");
    expect(await refusal(readSummary(folder))).toMatch(/^DATA_SNAPSHOT_DAMAGED: .* summary.json can't be read/);
    await writeFile(join(folder, "summary.json"), summary);
    await rm(join(folder, "train.bin"));
    expect(await refusal(loadSide(folder, "train"))).toMatch(/^DATA_SNAPSHOT_DAMAGED: .* train.bin can't be read/);
  });
});
