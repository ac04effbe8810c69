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

const gate = (written: string) =>
  parseRecipe(`${SHORTEST}gates:\n  - ${written}\n`, { descriptors, roots: [], path: "gate.recipe.yaml" }).recipe
    .gates[0];

test.each([
  ["{ kind: slices, by: [international_plan], metric: roc_auc, margin: 0.02 }", { found: false, min_rows: 100 }],
  ["{ kind: latency, percentile: 99, max: 2ms }", { max: "2ms", wall: "10s" }],
  ["{ kind: latency, max: 0.002 }", { percentile: 99 }],
  ["{ kind: size, max: 20MiB, load: 200ms }", { max: "20MiB" }],
  ["{ kind: not_worse, metric: log_loss, margin: 0.01 }", {}],
  ["{ kind: fairness, by: [gender], gaps: [four_fifths] }", { margin: 0.02 }],
])("the gate %s is right", (written, defaults) => {
  expect(gate(written)).toMatchObject(defaults);
});

test.each([
  ["{ kind: slices, margin: 0.02 }", "gates[0].by` is missing"],
  ["{ kind: slices, found: false, margin: 0.02 }", "gates[0].by` is missing"],
  ["{ kind: slices, by: [], margin: 0.02 }", "a list of columns"],
  ["{ kind: latency, percentile: 99 }", "gates[0].max` is missing"],
  ["{ kind: latency, max: 2 minutes }", "a duration such as 2ms"],
  ["{ kind: size, max: 20M }", "a size such as 20MiB"],
  ["{ kind: not_worse, metric: logloss, margin: 0.1 }", 'there is no metric "logloss"'],
  ["{ kind: slices, by: [plan], metric: auc, margin: 0.1 }", 'there is no metric "auc"'],
  ["{ kind: not_worse, margin: 0 }", "above 0"],
  ["{ kind: not_worse }", "margin"],
  ["{ kind: fairness, by: [gender], gaps: [parity] }", 'there is no value "parity"'],
])("the gate %s is refused with what is missing", (written, says) => {
  expect(() => gate(written)).toThrow(says);
});
