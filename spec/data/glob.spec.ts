import { mkdir, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { expandGlobs } from "../../core/data/glob.js";
import { type Kitchen, kitchen } from "./support.js";

let place: Kitchen;
beforeAll(async () => {
  place = await kitchen();
  const files = [
    "a.csv",
    "b.csv",
    "b.tsv",
    "B.csv",
    ".hidden.csv",
    "x1.csv",
    "x2.csv",
    "x[1].csv",
    "day/1.csv",
    "day/deep/2.csv",
    ".git/3.csv",
  ];
  for (const file of files) await place.write(file, "y\n");
  await mkdir(join(place.folder, "folder.csv"));
  await symlink(join(place.folder, "day"), join(place.folder, "day/deep/loop"));
});
afterAll(() => place.remove());

describe("expandGlobs", () => {
  it.each([
    ["a.csv", ["a.csv"]],
    ["./day/../a.csv", ["a.csv"]],
    ["*.csv", ["B.csv", "a.csv", "b.csv", "x1.csv", "x2.csv", "x[1].csv"]],
    ["?.csv", ["B.csv", "a.csv", "b.csv"]],
    ["[ab].csv", ["a.csv", "b.csv"]],
    ["[!a].csv", ["B.csv", "b.csv"]],
    ["x[0-1].csv", ["x1.csv"]],
    ["x[[]1].csv", ["x[1].csv"]],
    ["b.{csv,tsv}", ["b.csv", "b.tsv"]],
    ["{a,day/{1,9}}.csv", ["a.csv", "day/1.csv"]],
    ["day/*", ["day/1.csv"]],
    ["**/*.csv", ["B.csv", "a.csv", "b.csv", "day/1.csv", "day/deep/2.csv", "x1.csv", "x2.csv", "x[1].csv"]],
    ["day/**", ["day/1.csv", "day/deep/2.csv"]],
    ["day/**/2.csv", ["day/deep/2.csv"]],
    [".hid*", [".hidden.csv"]],
    ["folder.csv", []],
    ["no/such/*.csv", []],
    ["(a|b).csv", []],
    ["a.csv/*", []],
  ])("%s", async (pattern, files) => {
    const found = await expandGlobs(place.folder, [pattern]);
    expect(found.map((path) => relative(place.folder, path))).toEqual(files);
  });

  it("gives each file once, sorted, for several patterns, and takes absolute ones", async () => {
    const patterns = ["b.*", join(place.folder, "a.csv"), "b.csv"];
    const found = await expandGlobs(place.folder, patterns);
    expect(found).toEqual(["a.csv", "b.csv", "b.tsv"].map((file) => join(place.folder, file)));
  });
});
