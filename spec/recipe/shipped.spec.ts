/** What ships is right with the plugins that ship: examples, and every recipe in the documentation. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseRecipe } from "../../core/recipe/parse.js";
import { readRecipe } from "../../core/recipe/read.js";
import { loadPlugins } from "../../core/registry/load.js";
import { BUILTINS, DEFAULTS } from "../../plugins/builtins.js";
import { SHORTEST } from "../support/recipes.js";

const ROOT = new URL("../../", import.meta.url);
const registry = await loadPlugins({ builtins: BUILTINS, defaults: DEFAULTS, folder: null, packagesFrom: null });
const descriptors = registry.describe();

const examples = readdirSync(new URL("recipes", ROOT)).filter((name) => name.includes(".recipe."));
const blocks = [...readFileSync(new URL("docs/recipe.md", ROOT), "utf8").matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  (match) => match[1] ?? "",
);

test("all built-in plugins are there", () => {
  expect(descriptors.broken).toEqual([]);
});

test.each(examples)("recipes/%s is right", async (name) => {
  const { recipe } = await readRecipe(fileURLToPath(new URL(`recipes/${name}`, ROOT)), { descriptors, roots: [] });
  expect(recipe.name).toBe(name.split(".")[0]);
});

test.each(blocks)("the documentation's recipe is right:\n%s", (block) => {
  const text = /^data:/m.test(block) ? block : SHORTEST + block;
  expect(parseRecipe(text, { descriptors, roots: [], path: "docs.recipe.yaml" }).recipe.version).toBe(1);
});
