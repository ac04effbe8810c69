/** The file of a recipe's base: only its bytes; whether they are a model that fits is asked where models are run. */
import { readFile, realpath, stat } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { sha256 } from "../artifacts/digest.js";
import { lookAt, stampOf } from "../artifacts/look.js";
import { type Position, SousError } from "../errors.js";
import type { ReadRecipe, RecipeOrigin } from "./recipe.js";
import { inside } from "./rules.js";

/** Bytes; as much as an ensemble may have, since models that go on from it hold it. */
const LARGEST = 128 * 2 ** 20;

export interface OriginPlace {
  /** Absolute, of the recipe. */
  readonly folder: string;
  /** Absolute folders, besides that one, that it may lie in. */
  readonly roots: readonly string[];
  /** Where the recipe names it. */
  readonly position?: Position;
}

/** @throws SousError BASE_UNREADABLE */
export async function readOrigin({ path }: RecipeOrigin, place: OriginPlace): Promise<Uint8Array> {
  const { folder, roots, position } = place;
  try {
    const real = await realpath(resolve(folder, path));
    const allowed = await Promise.all([folder, ...roots].map((root) => realpath(root).catch(() => root))); // a root may be absent
    const facts = await stat(real);
    if (!allowed.some((root) => inside(root, real))) throw new Error(`it lies in ${relative(folder, real)}`);
    if (!facts.isFile()) throw new Error("it isn't a file");
    if (facts.size > LARGEST) throw new Error(`it has ${facts.size} bytes, and ${LARGEST} are the most`);
    return await readFile(real);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SousError("BASE_UNREADABLE", { path, reason }, { cause: error, ...(position && { position }) });
  }
}

/**
 * SHA-256 (hex) of the file.
 * @throws SousError BASE_UNREADABLE, BASE_PINNED
 */
export async function originDigest(base: RecipeOrigin, place: OriginPlace): Promise<string> {
  const found = sha256(await readOrigin(base, place));
  if (base.digest === null || base.digest === found) return found;
  const details = { path: base.path, found, expected: base.digest };
  throw new SousError("BASE_PINNED", details, place.position && { position: place.position });
}

/** Identity of the bytes of a recipe's base as far as the file system tells; empty where there is no base, or no file. */
export function originStamp({ recipe, path }: ReadRecipe): string {
  const found = recipe.base === undefined ? null : lookAt(resolve(path, "..", recipe.base.path));
  return found === null ? "" : stampOf(found);
}
