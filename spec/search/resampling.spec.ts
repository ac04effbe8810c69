import { parseRecipe } from "../../core/recipe/parse.js";
import { HOLDOUT, resamplingOf } from "../../core/search/resampling.js";
import { DESCRIPTORS } from "../support/descriptors.js";

const side = (rows: number) => ({ rows, classCounts: [], targetMean: null, targetStd: null });

function resampling(text: string, rows: number, time = "") {
  const source = `data: { source: rows.csv, target: answer${time} }\n${text}`;
  const { recipe } = parseRecipe(source, { descriptors: DESCRIPTORS, roots: [], path: "/home/x.recipe.yaml" });
  return resamplingOf(recipe, { sides: { train: side(0.75 * rows), select: side(0.25 * rows), confirm: side(9) } });
}

const BY_HASH = "split: { method: hash }";
const given = (folds: string) => `${BY_HASH}\nsearch: { cross_validation: ${folds} }`;

describe("the resampling of a study", () => {
  it.each([
    [400, { folds: 5, repeats: 2 }],
    [4_000, { folds: 5, repeats: 1 }],
    [40_000, HOLDOUT],
  ])("of %p rows is %p unless the recipe says otherwise", (rows, expected) => {
    expect(resampling(BY_HASH, rows)).toEqual(expected);
  });

  it.each([
    ["{ folds: 0 }", 400, HOLDOUT],
    ["{ folds: 8 }", 400, { folds: 8, repeats: 2 }],
    ["{ folds: 8 }", 40_000, { folds: 8, repeats: 1 }],
    ["{ repeats: 3 }", 4_000, { folds: 5, repeats: 3 }],
    ["{ repeats: 3 }", 40_000, HOLDOUT],
  ])("with %s and %p rows is %p", (text, rows, expected) => {
    expect(resampling(given(text), rows)).toEqual(expected);
  });

  it.each(["", BY_HASH])("is one holdout where rows have a time (%s): folds would learn from later rows", (split) => {
    expect(resampling(split, 400, ", time: day")).toEqual(HOLDOUT);
    expect(resampling(`${split}\nsearch: { cross_validation: { folds: 3 } }`, 400, ", time: day").folds).toBe(3);
  });
});
