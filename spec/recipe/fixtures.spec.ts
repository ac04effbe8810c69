import { CATALOGUE } from "../../core/errors.js";
import { formatRecipeErrors } from "../../core/recipe/format.js";
import { parseRecipe } from "../../core/recipe/parse.js";
import { contextOf, recipeFixtures, rejectionOf } from "../support/recipes.js";

const BAD = recipeFixtures("bad", ".txt");
const GOOD = recipeFixtures("good", ".expected.json");

test.each(BAD)("$name is rejected with the text beside it", ({ name, text, expected }) => {
  expect(`${formatRecipeErrors(rejectionOf(text, contextOf(name)))}\n`).toBe(expected);
});

test("every code of a recipe's text has a fixture that shows it", () => {
  // of the file, not of its text (read.spec.ts); of two files (reconcile); of a plugin's own schema (schema.spec.ts)
  const elsewhere = ["UNREADABLE", "NOT_A_FILE", "TOO_LARGE", "NOT_UTF8", "NAME_TAKEN", "OPTION"].map(
    (code) => `RECIPE_${code}`,
  );
  const shown = BAD.map(({ expected }) => expected).join("");
  const codes = Object.keys(CATALOGUE).filter((code) => code.startsWith("RECIPE_") && !elsewhere.includes(code));
  expect(codes.filter((code) => !shown.includes(` ${code} `))).toEqual([]);
});

test("no message has a placeholder left in it", () => {
  expect(BAD.filter(({ expected }) => /\{(?:hint|key|expected|got|known)\}/.test(expected))).toEqual([]);
});

test.each(GOOD)("$name is rendered as the JSON beside it", ({ name, text, expected }) => {
  const { recipe, digest, workDigest } = parseRecipe(text, contextOf(name));
  expect({ recipe, digest, workDigest }).toEqual(JSON.parse(expected));
});

test.each([
  ["full.recipe.yaml", "full.recipe.json"],
  ["shortest.recipe.yaml", "shortest.recipe.json"],
])("%s and %s are one recipe", (yaml, json) => {
  const digestOf = (name: string) => JSON.parse(GOOD.find((each) => each.name === name)?.expected ?? "").digest;
  expect(digestOf(yaml)).toBe(digestOf(json));
});

test.each([
  ["quantities.recipe.yaml", "plain-numbers.recipe.yaml"],
  ["shortest.recipe.yaml", "defaults-spelt-out.recipe.yaml"],
  ["shortest.recipe.yaml", "windows-lines.recipe.yml"],
])("%s and %s are one recipe but for the name", (one, other) => {
  const recipeOf = (name: string) => JSON.parse(GOOD.find((each) => each.name === name)?.expected ?? "").recipe;
  expect({ ...recipeOf(other), name: "" }).toEqual({ ...recipeOf(one), name: "" });
});
