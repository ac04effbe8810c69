import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { type Cell, type Scan, type Source, SourceFailure } from "../../core/plugin/index.js";
import { checkSource } from "../../core/testing/conformance.js";
import { inFolder } from "../support/folder.js";

/** Words in lines; the first line names the columns. */
class Words implements Source {
  readonly name: string = "words";
  readonly extensions = [".words"];
  readonly options = { type: "object", properties: {} };

  async scan(files: readonly string[]): Promise<Scan> {
    const lines = (await Promise.all(files.map((file) => this.lines(file)))).flat();
    const [columns = [], ...rows] = lines.map((line) => line.split(" "));
    return { kind: "rows", columns, rows: this.rows(rows) };
  }

  async lines(file: string): Promise<string[]> {
    const text = await readFile(file, "utf8");
    if (text === "") throw new SourceFailure("empty", file, "it has no line");
    return text.trimEnd().split("\n");
  }

  async *rows(rows: readonly (readonly Cell[])[]): AsyncGenerator<readonly Cell[]> {
    yield* rows;
  }
}

function check(source: Source) {
  return inFolder(async (folder) => {
    const file = join(folder, "a.words");
    await writeFile(file, "a b\n1 2\n3 4\n");
    return checkSource(source, { files: [file] });
  });
}

it("has nothing to say of a source that keeps its contract", async () => {
  expect(await check(new Words())).toEqual([]);
});

let calls = 0;

const WRONG: Readonly<Record<string, readonly [rule: string, source: Source]>> = {
  "rows shorter than the header": [
    "reads",
    Object.assign(new Words(), {
      async *rows(rows: readonly (readonly Cell[])[]) {
        for (const row of rows) yield row.slice(1);
      },
    }),
  ],
  "other rows each time": [
    "same_twice",
    Object.assign(new Words(), {
      async *rows(rows: readonly (readonly Cell[])[]) {
        for (const [, second = null] of rows) yield [`${calls++}`, second];
      },
    }),
  ],
  "an error without a word for an empty file": [
    "empty_file",
    Object.assign(new Words(), {
      lines: async (file: string) => {
        if ((await readFile(file, "utf8")) === "") throw new TypeError("undefined is not iterable");
        return new Words().lines(file);
      },
    }),
  ],
  "rows that an empty file hasn't": [
    "empty_file",
    Object.assign(new Words(), {
      lines: async (file: string) => ((await readFile(file, "utf8")) || "a b\n0 0").trimEnd().split("\n"),
    }),
  ],
  "no rows in place of an error for a file that is not there": [
    "missing_file",
    Object.assign(new Words(), {
      lines: async (file: string) => (file.includes("gone") ? ["a b"] : new Words().lines(file)),
    }),
  ],
};

it.each(Object.entries(WRONG))("finds %s, and nothing else", async (_, [rule, source]) => {
  // "reads" fails in the same way however often it is read.
  const findings = (await check(source)).filter((finding) => !(rule === "reads" && finding.rule === "same_twice"));
  expect(findings.map((finding) => finding.rule)).toEqual([rule]);
});

it("asks for sample files", async () => {
  expect(await checkSource(new Words(), { files: [] })).toMatchObject([{ rule: "sample" }]);
});
