import { readFile } from "node:fs/promises";
import { MISSING } from "../../core/data/load.js";
import { SOURCES } from "./support.js";

const page = await readFile(new URL("../../docs/data.md", import.meta.url), "utf8");

describe("docs/data.md", () => {
  it("lists what counts as missing", () => {
    const listed = page.slice(page.indexOf("## Missing values"), page.indexOf("In Parquet:"));
    expect([...listed.matchAll(/`([^`]+)`/g)].map(([, word]) => word)).toEqual(MISSING.filter((word) => word !== ""));
  });

  it("names every built-in reader with its endings", () => {
    for (const { name, extensions } of SOURCES.values()) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
      for (const ending of extensions) expect(row).toContain(ending.replace(/^\.\w+(\.gz)$/, "$1"));
    }
  });
});
