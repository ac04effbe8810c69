import { parseRecipe } from "../../core/recipe/parse.js";
import { HOLDOUT, resamplingOf } from "../../core/search/resampling.js";
import { DESCRIPTORS } from "../support/descriptors.js";

const side = (rows: number) => ({ rows, classCounts: [], targetMean: null, targetStd: null });

function resampling(text: string, rows: number, time = "") {
  const source = `data: { source: rows.csv, target: answer${time} }\n${text}`;
  const { recipe } = parseRecipe(source, { descriptors: DESCRIPTORS, roots: [], path: "/home/x.recipe.yaml" });
  return resamplingOf(recipe, { sides: { train: side(0.75 * rows), select: side(0.25 * rows), confirm: side(9) } });
}

const FOLDS = (folds: number, repeats: number) => ({ kind: "folds", folds, repeats });

const BY_HASH = "split: { method: hash }";
const given = (folds: string) => `${BY_HASH}\nsearch: { cross_validation: ${folds} }`;

describe("the resampling of a study", () => {
  it.each([
    [400, FOLDS(5, 2)],
    [4_000, FOLDS(5, 1)],
    [40_000, HOLDOUT],
  ])("of %p rows is %p unless the recipe says otherwise", (rows, expected) => {
    expect(resampling(BY_HASH, rows)).toEqual(expected);
  });

  it.each([
    ["{ folds: 0 }", 400, HOLDOUT],
    ["{ folds: 8 }", 400, FOLDS(8, 2)],
    ["{ folds: 8 }", 40_000, FOLDS(8, 1)],
    ["{ repeats: 3 }", 4_000, FOLDS(5, 3)],
    ["{ repeats: 3 }", 40_000, HOLDOUT],
  ])("with %s and %p rows is %p", (text, rows, expected) => {
    expect(resampling(given(text), rows)).toEqual(expected);
  });

  it.each([
    ["", 4_000, { kind: "origins", folds: 4, repeats: 1 }],
    ["", 60_000, HOLDOUT],
    ["search: { cross_validation: { folds: 7 } }", 60_000, { kind: "origins", folds: 7, repeats: 1 }],
    ["search: { cross_validation: { folds: 0 } }", 4_000, HOLDOUT],
  ])("of rows split by their time (%s, %p rows) is %p", (text, rows, expected) => {
    expect(resampling(text, rows, ", time: day")).toEqual(expected);
  });

  it("is one holdout where rows have a time and another split: folds would learn from later rows", () => {
    expect(resampling(BY_HASH, 400, ", time: day")).toEqual(HOLDOUT);
    expect(resampling(given("{ folds: 3 }"), 400, ", time: day")).toEqual(FOLDS(3, 1));
  });
});
