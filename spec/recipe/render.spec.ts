import fc from "fast-check";
import { parse as parseYaml } from "yaml";
import { parseRecipe } from "../../core/recipe/parse.js";
import { renderScalar, renderYaml } from "../../core/recipe/render.js";
import { initRecipe } from "../../core/recipe/starter.js";
import { DESCRIPTORS } from "../support/descriptors.js";
import { contextOf, recipeFixtures } from "../support/recipes.js";

const GOOD = recipeFixtures("good", ".expected.json");

test.each(GOOD)("$name rendered reads back as the same recipe, as YAML and as JSON", ({ name, text }) => {
  const { recipe, digest } = parseRecipe(text, contextOf(name));
  expect(parseRecipe(renderYaml(recipe), contextOf(name.replace(/json$/, "yaml"))).digest).toBe(digest);
  expect(parseRecipe(JSON.stringify(recipe), contextOf("x.recipe.json")).digest).toBe(digest);
});

test("the rendered recipe is short to read: sections in lines, lists and options in one, quantities with units", () => {
  const full = GOOD.find(({ name }) => name === "full.recipe.yaml")?.text ?? "";
  const lines = renderYaml(parseRecipe(full, contextOf("full.recipe.yaml")).recipe).split("\n");
  for (const line of [
    "  source: [ data/churn/*.csv, data/older.csv ]",
    '  positive: "yes"',
    "  fractions: { train: 0.5, select: 0.3, confirm: 0.2 }",
    "  wall: 10m",
    "  per_trial_wall: 90s",
    "  memory: 1536MiB",
    "  - { kind: min_effect, margin: 0.005, metric: brier }",
  ])
    expect(lines).toContain(line);
});

test("words that YAML 1.1 takes for something else are quoted", () => {
  for (const text of ["yes", "No", "on", "0o7", "1_000", "12:30:45", "null", "~", "2", "true", "a: b", "#x", "- x"]) {
    expect(parseYaml(renderScalar(text), { version: "1.1" })).toBe(text);
    expect(parseYaml(renderScalar(text), { version: "1.2" })).toBe(text);
  }
});

describe("the starter recipe", () => {
  const starter = initRecipe({ source: "data/churn.csv", target: "churn" }, DESCRIPTORS);
  const read = (text: string) => parseRecipe(text, contextOf()).digest;
  const shortest = read("data: { source: data/churn.csv, target: churn }\n");

  test("is the shortest recipe", () => {
    expect(read(starter)).toBe(shortest);
  });

  test("shows the defaults: taking off every # that has no space after it changes nothing", () => {
    const uncommented = starter.replace(/^#(?! )|^#(?= {2})/gm, "");
    expect(uncommented).toMatch(/^budget:\n {2}trials: 30$/m);
    expect(read(uncommented)).toBe(shortest);
  });

  test("keeps any file and column name", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 30 }),
        fc.string({ minLength: 1, maxLength: 30 }),
        (file, target) => {
          fc.pre(!`${file}${target}`.includes("\0"));
          const { data } = parseRecipe(
            initRecipe({ source: `data/x${file.replaceAll("/", "_")}`, target }, DESCRIPTORS),
            contextOf(),
          ).recipe;
          expect([data.source, data.target]).toEqual([[`data/x${file.replaceAll("/", "_")}`], target]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
