import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { sha256 } from "../../core/artifacts/digest.js";
import { SousError } from "../../core/errors.js";
import { LARGEST_RECIPE, readRecipe } from "../../core/recipe/read.js";
import { RecipeRejected } from "../../core/recipe/rejected.js";
import { contextOf, SHORTEST } from "../support/recipes.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "recipe-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const read = (path: string) => readRecipe(path, contextOf());

async function faultsOf(path: string) {
  const rejected: unknown = await read(path).catch((error: unknown) => error);
  if (!(rejected instanceof RecipeRejected)) throw rejected;
  return rejected.errors.map(({ code, position }) => `${code} ${position?.line}:${position?.column}`);
}

test("a recipe is read with its absolute path", async () => {
  const path = file("churn.recipe.yaml", SHORTEST);
  const { recipe, path: absolute } = await read(relative(process.cwd(), path));
  expect([recipe.name, absolute]).toEqual(["churn", path]);
});

test("a byte order mark is no part of the text", async () => {
  const plain = await read(file("mark.recipe.yaml", SHORTEST));
  const marked = await read(file("mark.recipe.yaml", `\uFEFF${SHORTEST}`));
  const json = await read(file("mark.recipe.json", '\uFEFF{ "data": { "source": "churn.csv", "target": "churn" } }'));
  expect([marked.digest, json.digest]).toEqual([plain.digest, plain.digest]);
});

test("a link to a recipe is read as the recipe", async () => {
  symlinkSync(file("there.recipe.yaml", SHORTEST), join(folder, "here.recipe.yaml"));
  expect((await read(join(folder, "here.recipe.yaml"))).recipe.name).toBe("here");
});

test("1 MiB is read, one byte more is refused before it is parsed", async () => {
  const padding = "#".repeat(LARGEST_RECIPE - SHORTEST.length);
  expect((await read(file("large.recipe.yaml", SHORTEST + padding))).recipe.name).toBe("large");
  expect(await faultsOf(file("large.recipe.yaml", `${SHORTEST}${padding}#`))).toEqual(["RECIPE_TOO_LARGE 1:1"]);
});

test("what isn't UTF-8 is refused where it begins", async () => {
  const latin = Buffer.from(`${SHORTEST}owner: J\u00f6rg\n`, "latin1");
  expect(await faultsOf(file("latin.recipe.yaml", latin))).toEqual(["RECIPE_NOT_UTF8 2:9"]);
  const wide = Buffer.from(`\uFEFF${SHORTEST}`, "utf16le");
  expect(await faultsOf(file("wide.recipe.yaml", wide))).toEqual(["RECIPE_NOT_UTF8 1:1"]);
  const cut = Buffer.from(`${SHORTEST}owner: \u{1f370}`).subarray(0, -1);
  expect(await faultsOf(file("cut.recipe.yaml", cut))).toEqual(["RECIPE_NOT_UTF8 2:8"]);
});

test("folders and pipes are no recipes, and a pipe without a writer keeps nobody waiting", async () => {
  mkdirSync(join(folder, "folder.recipe.yaml"));
  execFileSync("mkfifo", [join(folder, "pipe.recipe.yaml")]);
  expect(await faultsOf(join(folder, "folder.recipe.yaml"))).toEqual(["RECIPE_NOT_A_FILE 1:1"]);
  expect(await faultsOf(join(folder, "pipe.recipe.yaml"))).toEqual(["RECIPE_NOT_A_FILE 1:1"]);
});

test("a file that is gone is unreadable for now, not rejected", async () => {
  const error: unknown = await read(join(folder, "gone.recipe.yaml")).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SousError);
  expect(error).toMatchObject({ code: "RECIPE_UNREADABLE", kind: "transient" });
});

describe("a base", () => {
  const based = (name: string, base: string) => file(`${name}.recipe.yaml`, `${SHORTEST}base: ${base}\n`);

  test("is a part of the recipe by its bytes: others make another recipe, with other work to do", async () => {
    const path = based("based", "older.onnx");
    const reads = [];
    for (const bytes of ["one", "two", "one"]) {
      file("older.onnx", bytes);
      reads.push(await read(path));
    }
    const [one, two, again] = reads;
    expect(one?.recipe.base).toEqual({ path: "older.onnx", digest: sha256("one") });
    expect(again).toEqual(one);
    expect(two?.digest).not.toBe(one?.digest);
    expect(two?.workDigest).not.toBe(one?.workDigest);
  });

  test("has to be a file that may be read, and the one that is named", async () => {
    file("older.onnx", "one");
    symlinkSync(process.execPath, join(folder, "outside.onnx"));
    mkdirSync(join(folder, "folder.onnx"));
    const pinned = (digest: string) => `{ path: older.onnx, digest: "${digest}" }`;
    expect((await read(based("pinned", pinned(sha256("one"))))).recipe.base?.digest).toBe(sha256("one"));
    for (const [base, code] of [
      ["none.onnx", "BASE_UNREADABLE"],
      ["folder.onnx", "BASE_UNREADABLE"],
      ["outside.onnx", "BASE_UNREADABLE"],
      [pinned(sha256("two")), "BASE_PINNED"],
    ] as const) {
      const error: unknown = await read(based("wrong", base)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code, position: { line: 2, column: 7 } });
    }
  });
});

test("every prefix of a recipe is a recipe or is rejected, as a slow writer leaves it", async () => {
  const text = `${SHORTEST}metric: roc_auc\nbudget: { trials: 3, wall: 10m }\ngates:\n  - { kind: min_effect }\n`;
  for (let length = 0; length <= text.length; length++) {
    const outcome: unknown = await read(file("slow.recipe.yaml", text.slice(0, length))).catch(
      (error: unknown) => error,
    );
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(RecipeRejected);
  }
});
