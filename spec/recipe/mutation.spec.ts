/** promotion.md M9: no silent config error. Slips of the pen in key names, at random but the same ones each time. */
import { createRng } from "hyperparameter-js";
import { parseRecipe } from "../../core/recipe/parse.js";
import { contextOf, recipeFixtures, rejectionOf } from "../support/recipes.js";

const FULL = recipeFixtures("good", ".expected.json").find(({ name }) => name === "full.recipe.yaml")?.text ?? "";

/** A person chose these: any other is as good. */
const FREE = new Set(["tier", "area_code", "gold"]);

interface Key {
  readonly word: string;
  readonly offset: number;
}

/** Found in the text by its look, not by the parser under test: a word before a colon. */
const KEYS: readonly Key[] = [...FULL.matchAll(/(?<=^|[\s{])([a-z_.]+)(?=: |:$)/gm)]
  .map((match) => ({ word: match[1] ?? "", offset: match.index }))
  .filter(({ word, offset }) => !FREE.has(word) && !FULL.slice(0, offset).split("\n").at(-1)?.startsWith("#"));

const LETTERS = "abcdefghijklmnopqrstuvwxyz_";

/** One slip: a letter dropped, doubled, swapped with the next, replaced, or put in. */
function slipped(word: string, integer: (below: number) => number): string {
  const at = integer(word.length);
  const letter = LETTERS[integer(LETTERS.length)] ?? "";
  const [before, here, after] = [word.slice(0, at), word[at] ?? "", word.slice(at + 1)];
  const slips = [
    before + after,
    before + here + here + after,
    before + (after[0] ?? "") + here + after.slice(1),
    before + letter + after,
    before + letter + here + after,
  ];
  return slips[integer(slips.length)] ?? "";
}

function place(offset: number): { line: number; column: number } {
  const lines = FULL.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

test("the unspoilt recipe is right and has a key for each field", () => {
  expect(parseRecipe(FULL, contextOf("full.recipe.yaml")).recipe.name).toBe("churn-full");
  expect(KEYS.length).toBeGreaterThanOrEqual(65);
});

test("500 misspelt keys: all rejected at their line and column, at least 95 % with the right suggestion", () => {
  const rng = createRng(9, "slips");
  const integer = (below: number) => rng.int(below);
  let suggested = 0;
  const missed: string[] = [];
  for (let trial = 0; trial < 500; trial++) {
    const { word, offset } = KEYS[trial % KEYS.length] as Key;
    let slip = slipped(word, integer);
    while (KEYS.some((key) => key.word === slip) || slip === "") slip = slipped(word, integer);
    const text = FULL.slice(0, offset) + slip + FULL.slice(offset + word.length);
    const { errors } = rejectionOf(text, contextOf("full.recipe.yaml"));
    const here = errors.find(
      ({ position }) => position?.line === place(offset).line && position.column === place(offset).column,
    );
    if (here === undefined) throw new Error(`${word} -> ${slip}: ${errors.map(({ message }) => message).join("; ")}`);
    if (here.mend.includes(`\`${word}\``)) suggested++;
    else missed.push(`${word} -> ${slip}: ${here.mend}`);
  }
  expect(suggested >= 475 ? [] : missed).toEqual([]);
});
