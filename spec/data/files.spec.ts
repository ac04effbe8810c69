import { appendFile, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertUnchanged, findFiles, fingerprintFiles } from "../../core/data/files.js";
import { type Kitchen, kitchen, refusal } from "./support.js";

let place: Kitchen;
let elsewhere: string;
beforeEach(async () => {
  place = await kitchen();
  elsewhere = await mkdtemp(join(tmpdir(), "sous-elsewhere-"));
  await writeFile(join(elsewhere, "far.csv"), "y\n1\n");
});
afterEach(async () => {
  await place.remove();
  await rm(elsewhere, { recursive: true });
});

describe("fingerprintFiles", () => {
  it("gives size and time of change, and changes when a file does", async () => {
    const path = await place.write("a.csv", "y\n1\n");
    const before = await fingerprintFiles(place.folder, ["*.csv"]);
    expect(before).toEqual([
      { path, bytes: 4, modifiedMs: Number((await stat(path, { bigint: true })).mtimeNs) / 1e6 },
    ]);
    expect(await fingerprintFiles(place.folder, ["*.csv"])).toEqual(before);
    await appendFile(path, "2\n");
    expect(await fingerprintFiles(place.folder, ["*.csv"])).not.toEqual(before);
  });

  it("is empty where nothing matches", async () => {
    expect(await fingerprintFiles(place.folder, ["*.csv"])).toEqual([]);
  });
});

describe("findFiles", () => {
  const find = (globs: string[], roots: string[] = []) => findFiles(globs, { folder: place.folder, roots });

  it("refuses a source without files", async () => {
    expect(await refusal(find(["a.csv", "*.tsv"]))).toMatch(
      /^DATA_NO_FILES: No file matches data.source \(a.csv, \*.tsv\) in /,
    );
  });

  it.each([
    ["an absolute path", () => join(elsewhere, "far.csv")],
    ["a path with ..", () => `../../${elsewhere.split("/").at(-1)}/far.csv`],
    ["a link to a file", () => "link.csv"],
    ["a link to a folder", () => "linked/far.csv"],
  ])("refuses %s that leaves the recipe's folder, unless its folder is a root", async (_, path) => {
    await symlink(join(elsewhere, "far.csv"), join(place.folder, "link.csv"));
    await symlink(elsewhere, join(place.folder, "linked"));
    expect(await refusal(find([path()]))).toMatch(/^DATA_OUTSIDE: The data file \S+ lies outside the recipe's folder/);
    expect((await find([path()], [elsewhere])).map(({ bytes }) => bytes)).toEqual([4]);
  });

  it("does not take a sibling folder whose name begins the same for a root", async () => {
    const [root = ""] = [elsewhere.slice(0, -1)];
    expect(await refusal(find([join(elsewhere, "far.csv")], [root]))).toMatch(/^DATA_OUTSIDE/);
  });
});

describe("assertUnchanged", () => {
  it("tells a file that grew or went while it was read, to be tried again", async () => {
    const path = await place.write("a.csv", "y\n1\n");
    const files = await fingerprintFiles(place.folder, ["a.csv"]);
    assertUnchanged(files, place.folder);
    await appendFile(path, "2\n");
    const told = "DATA_CHANGING: The data file a.csv changed while it was read. ";
    expect(await refusal((async () => assertUnchanged(files, place.folder))())).toContain(told);
    await rm(path);
    expect(await refusal((async () => assertUnchanged(files, place.folder))())).toContain(told);
  });
});
