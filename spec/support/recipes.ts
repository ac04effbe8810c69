/** Recipes for tests: fixtures by folder, and what a rejection says. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ParseContext, parseRecipe } from "../../core/recipe/parse.js";
import { RecipeRejected } from "../../core/recipe/rejected.js";
import { DESCRIPTORS } from "./descriptors.js";

const FIXTURES = join(import.meta.dirname, "../fixtures/recipes");

export interface RecipeFixture {
  readonly name: string;
  readonly text: string;
  /** The neighbour that says what becomes of it. */
  readonly expected: string;
}

/** @param ending of the expectations: `<file><ending>` */
export function recipeFixtures(folder: "good" | "bad", ending: string): RecipeFixture[] {
  const read = (name: string) => readFileSync(join(FIXTURES, folder, name), "utf8");
  const names = readdirSync(join(FIXTURES, folder)).filter((name) => !name.endsWith(ending));
  return names.sort().map((name) => ({ name, text: read(name), expected: read(name + ending) }));
}

export const SHORTEST = "data: { source: churn.csv, target: churn }\n";

export function contextOf(path = "churn.recipe.yaml"): ParseContext {
  return { descriptors: DESCRIPTORS, roots: [], path };
}

/** The rejection of a text that must be rejected. */
export function rejectionOf(text: string, context: ParseContext = contextOf()): RecipeRejected {
  try {
    parseRecipe(text, context);
  } catch (error) {
    if (error instanceof RecipeRejected) return error;
    throw error;
  }
  throw new Error(`accepted: ${text.slice(0, 200)}`);
}

export function codesOf(text: string, context?: ParseContext): string[] {
  return rejectionOf(text, context).errors.map(({ code }) => code);
}
