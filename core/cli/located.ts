/** What a recipe that is named on the command line stands for, without asking log or store. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { SousError } from "../errors.js";
import { stemOf } from "../recipe/name.js";
import { findHome, type Home } from "../reconcile/home.js";

export interface RecipePlace {
  readonly home: Home;
  /** Absolute. */
  readonly path: string;
}

/** A recipe file named on the command line, with the home that it belongs to. Throws CLI_NO_SUCH_FILE, CLI_NOT_A_RECIPE. */
export function locateRecipe(given: string): RecipePlace {
  const path = resolve(given);
  if (!existsSync(path)) throw new SousError("CLI_NO_SUCH_FILE", { path });
  if (stemOf(basename(path)) === null) throw new SousError("CLI_NOT_A_RECIPE", { path });
  return { home: findHome(dirname(path)), path };
}

export interface NamedRecipe {
  readonly name: string;
  readonly home: Home;
  /** Whether a file was given, which has that name; else nobody has seen such a recipe yet. */
  readonly isFile: boolean;
}

/** @param given path of a recipe file, or the name of a recipe in the home of `folder`. Throws as `locateRecipe`. */
export async function recipeNamed(given: string, folder: string): Promise<NamedRecipe> {
  if (!existsSync(given)) return { name: given, home: findHome(folder), isFile: false };
  const { home, path } = locateRecipe(given);
  return { name: await nameIn(path), home, isFile: true };
}

/** Only the name is wanted of the file, so that a recipe which was broken since its study still has a leaderboard. */
async function nameIn(path: string): Promise<string> {
  const { readDocument } = await import("../recipe/document.js"); // the parser of YAML is not loaded for a mere name
  const { value } = readDocument(await readFile(path, "utf8"), path);
  const named = typeof value === "object" && value !== null && "name" in value ? value.name : null;
  return typeof named === "string" ? named : (stemOf(basename(path)) ?? path);
}
