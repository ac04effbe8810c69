import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { type Details, type ErrorCode, type Position, SousError } from "../errors.js";
import { readDocument } from "./document.js";
import { originDigest } from "./origin.js";
import { frozenRecipe, parseRecipe, type RecipeContext } from "./parse.js";
import type { ReadRecipe } from "./recipe.js";
import { RecipeRejected } from "./rejected.js";

/** A recipe with every field used has 3 KiB. */
export const LARGEST_RECIPE = 2 ** 20;

/**
 * Reads a recipe file.
 *
 * @throws RecipeRejected (terminal) with every problem of the file at once
 * @throws SousError RECIPE_UNREADABLE (transient) where the file can't be read; BASE_UNREADABLE, BASE_PINNED (terminal until
 * the base's file changes)
 */
export async function readRecipe(path: string, context: RecipeContext): Promise<ReadRecipe> {
  const text = decode(await readBytes(path), path);
  const read = parseRecipe(text, { ...context, path });
  const { base } = read.recipe;
  if (base === undefined) return read;
  const position = readDocument(text, path).positionOf(["base"], "value");
  const digest = await originDigest(base, { folder: dirname(read.path), roots: context.roots, position });
  return frozenRecipe({ ...read.recipe, base: { ...base, digest } }, read.path);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    // a pipe without a writer would keep `open` waiting for ever
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readSmall(file, path);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof RecipeRejected) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SousError("RECIPE_UNREADABLE", { path, reason }, { cause: error });
  }
}

async function readSmall(file: FileHandle, path: string): Promise<Uint8Array> {
  const facts = await file.stat();
  const start = { file: path, line: 1, column: 1 };
  if (!facts.isFile()) throw rejected(start, "RECIPE_NOT_A_FILE", { path });
  if (facts.size > LARGEST_RECIPE) {
    throw rejected(start, "RECIPE_TOO_LARGE", { bytes: facts.size, limit: LARGEST_RECIPE });
  }
  // no more than it had, were it to grow meanwhile
  const { buffer, bytesRead } = await file.read(new Uint8Array(facts.size), 0, facts.size, 0);
  return buffer.subarray(0, bytesRead);
}

/** UTF-8, with a byte order mark or without. */
function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // TypeError: not UTF-8. The lenient text shows where: U+FFFD stands for what can't be read
    const text = new TextDecoder("utf-8").decode(bytes);
    const lines = text.slice(0, text.indexOf("\uFFFD")).split("\n");
    const [line, column] = [lines.length, (lines.at(-1)?.length ?? 0) + 1];
    throw rejected({ file: path, line, column }, "RECIPE_NOT_UTF8", {}, text);
  }
}

function rejected(position: Position, code: ErrorCode, details: Details, text = ""): RecipeRejected {
  return new RecipeRejected(position.file, text, [new SousError(code, details, { position })]);
}
