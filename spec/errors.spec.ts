import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ErrorRow } from "../core/errors/row.js";
import { CATALOGUE, type ErrorCode, fromRecord, RETIRED, SousError } from "../core/errors.js";

const ROOT = join(import.meta.dirname, "..");
const TABLES = join("core", "errors");
const LIBRARIES = [join("core", "hyperparameter-js"), join("core", "onnx-train")]; // they have errors of their own
const rows: [string, ErrorRow][] = Object.entries(CATALOGUE);
const sources = ["core", "plugins", "workers"].flatMap(textsIn).join("\n");

function textsIn(folder: string): string[] {
  if (LIBRARIES.includes(folder) || folder === TABLES || folder.endsWith("node_modules")) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((item) => {
    const path = join(folder, item.name);
    if (item.isDirectory()) return textsIn(path);
    return path.endsWith(".ts") ? [readFileSync(join(ROOT, path), "utf8")] : [];
  });
}

/** What docs/errors.md says, by code: its kind, message and mend with the Markdown taken off. */
function documented(): Record<string, { kind: string; message: string; mend: string }> {
  const page = readFileSync(join(ROOT, "docs/errors.md"), "utf8");
  const sections = page.matchAll(/^## ([A-Z0-9_]+)\n\n\*\*(\w+)\*\* — (.*)\n\n(.*)$/gm);
  return Object.fromEntries(
    [...sections].map(([, code, kind, message, mend]) => [
      code,
      { kind: kind ?? "", message: bare(message), mend: bare(mend) },
    ]),
  );
}

function bare(markdown = ""): string {
  const text = markdown.replaceAll("<br>", "\n");
  return text.replace(/`[^`]*`|\\([^a-z\s])/gi, (whole, character: string | undefined) => character ?? whole);
}

describe("docs/errors.md", () => {
  test("says of every code in the catalogue what the catalogue says, and of no other (npm run docs:errors)", () => {
    expect(documented()).toEqual(CATALOGUE);
  });

  test("lists the retired codes", () => {
    const page = readFileSync(join(ROOT, "docs/errors.md"), "utf8");
    const listed = page.slice(page.indexOf("## Retired codes")).matchAll(/^- ([A-Z0-9_]+)$/gm);
    expect([...listed].map(([, code]) => code)).toEqual(RETIRED);
  });
});

describe("the catalogue", () => {
  test("has every code of every table in core/errors, and each once", () => {
    const texts = readdirSync(join(ROOT, TABLES)).map((file) => readFileSync(join(ROOT, TABLES, file), "utf8"));
    const codes = texts.flatMap((text) => [...text.matchAll(/^ {2}(\w+): \{$/gm)].map(([, code]) => code));
    expect(codes.toSorted()).toEqual(Object.keys(CATALOGUE).toSorted());
  });

  test("has no retired code", () => {
    expect(RETIRED.filter((code) => code in CATALOGUE)).toEqual([]);
  });

  test("has no code that nothing throws", () => {
    expect(rows.map(([code]) => code).filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
  });

  test.each(rows)("%s says what happened and how to mend it, in whole sentences with plain fields", (_code, row) => {
    for (const text of [row.message, row.mend]) {
      expect(text).toMatch(/[.}]$/);
      for (const [, field] of text.matchAll(/\{(\w+)\}/g)) expect(field).toMatch(/^[a-z][a-zA-Z]*$/);
    }
  });
});

describe("SousError", () => {
  const known: ErrorCode = "RECIPE_UNREADABLE";

  test("fills its fields in, and leaves one that it was not given for all to see", () => {
    const error = new SousError(known, { path: "/a.yaml", reason: "EACCES" });
    expect(error.message).toBe("The recipe file /a.yaml can't be read: EACCES.");
    expect(new SousError(known, { path: "/a.yaml" }).message).toContain("{reason}");
    expect(error.kind).toBe("transient");
  });

  test("does not fill a field in from another field's text, or from what objects inherit", () => {
    expect(new SousError(known, { path: "{reason}", reason: "$& {path}" }).message).toBe(
      "The recipe file {reason} can't be read: $& {path}.",
    );
    expect(new SousError(known).message).toContain("{path}");
  });

  test("comes back from its record the same, also through a process boundary", () => {
    const position = { file: "a.yaml", line: 3, column: 7 };
    const error = new SousError(known, { path: "/a.yaml", reason: "x" }, { position, cause: new Error("why") });
    const back = fromRecord(JSON.parse(JSON.stringify(error)));
    expect(back).toBeInstanceOf(SousError);
    expect(back.toJSON()).toEqual(error.toJSON());
    expect(back.position).toEqual(position);
  });
});
