import { join } from "node:path";
import { loadSide, viewSide } from "../../core/data/side.js";
import { SIDES } from "../../core/data/split.js";
import type { Task } from "../../core/plugin/index.js";
import type { RecipeData } from "../../core/recipe/recipe.js";
import { type Kitchen, kitchen, refusal, take } from "./support.js";

let place: Kitchen;
beforeEach(async () => {
  place = await kitchen();
});
afterEach(() => place.remove());

/** 90 rows whose target repeats these cells. */
async function target(cells: readonly string[]): Promise<void> {
  const rows = Array.from({ length: 90 }, (_, row) => `${(row * 37) % 101},"${cells[row % cells.length]}"`);
  await place.write("a.csv", `x,y\n${rows.join("\n")}\n`);
}

const HALVES = Array.from({ length: 30 }, (_, index) => `${index / 2}`);
const WHOLES = Array.from({ length: 30 }, (_, index) => `${index}`);

describe("the task", () => {
  it.each<[cells: string[], task: Task, classes: string[], warning: string | null]>([
    [["no", "yes"], "binary", ["no", "yes"], null],
    [["Yes", "No"], "binary", ["No", "Yes"], null],
    [["1", "0"], "binary", ["0", "1"], null],
    [["1", "2"], "binary", ["1", "2"], null],
    [["1.0", "1", "0", "0.0"], "binary", ["0", "1"], null],
    [["-1", "1"], "binary", ["-1", "1"], null],
    [["true", "false"], "binary", ["false", "true"], null],
    [
      ["great", "other"],
      "binary",
      ["great", "other"],
      'y: "other" is taken for the positive class; set data.positive if it is "great"',
    ],
    [["b", "c", "a"], "multiclass", ["a", "b", "c"], null],
    [
      ["3", "10", "2"],
      "multiclass",
      ["2", "3", "10"],
      "y: 3 different whole numbers are taken for classes; set task to regression if they are amounts",
    ],
    [["01", "02", "03"], "multiclass", ["01", "02", "03"], null],
    [["0.5", "1.5", "2"], "regression", [], null],
    [WHOLES, "regression", [], null],
    [HALVES, "regression", [], null],
  ])("of %j is %s", async (cells, task, classes, warning) => {
    await target(cells);
    const { summary } = await take(place);
    expect(summary.spec).toEqual({ task, target: "y", classes });
    expect(summary.warnings).toEqual(warning === null ? [] : [warning]);
  });

  it.each<[task: Task | null, data: Partial<RecipeData>, cells: string[], classes: string[]]>([
    ["binary", { positive: "no" }, ["no", "yes"], ["yes", "no"]],
    [null, { positive: "great" }, ["great", "other"], ["other", "great"]],
    ["multiclass", {}, ["no", "yes"], ["no", "yes"]],
    ["regression", {}, ["0", "1"], []],
    ["regression", {}, ["3", "4", "5"], []],
    [null, { types: { y: "categorical" } }, ["0.5", "1.5", "2.5"], ["0.5", "1.5", "2.5"]],
  ])("is %s with %j when the recipe says so", async (task, data, cells, classes) => {
    await target(cells);
    const { summary } = await take(place, { task, data });
    expect(summary.spec.classes).toEqual(classes);
  });

  it.each<[task: Task | null, data: Partial<RecipeData>, cells: string[], message: string]>([
    [
      null,
      {},
      ["yes"],
      "DATA_ONE_CLASS: The target y has one value only, yes, in all of the 90 rows: there is nothing to learn.",
    ],
    [
      "regression",
      {},
      ["3.0", "3"],
      "DATA_ONE_CLASS: The target y has one value only, 3, in all of the 90 rows: there is nothing to learn.",
    ],
    [null, {}, ["", "NA"], "DATA_NO_LABELS: The target y is missing in all of the 90 rows."],
    [
      "binary",
      {},
      ["a", "b", "c"],
      "DATA_NOT_BINARY: The task is binary, but the target y has 3 classes, such as a, b, c.",
    ],
    [
      null,
      { positive: "ye" },
      ["no", "yes"],
      "DATA_NO_POSITIVE: data.positive is ye, but the target y has only no, yes. Did you mean yes?",
    ],
    [
      "regression",
      {},
      ["1", "many"],
      "DATA_TARGET_NOT_NUMERIC: The task is regression, but the target y has the value many (45 such values).",
    ],
    [
      "regression",
      {},
      ["1", "inf", "2"],
      "DATA_TARGET_NOT_NUMERIC: The task is regression, but the target y has the value inf (30 such values).",
    ],
  ])("%s with %j is refused for %j", async (task, data, cells, message) => {
    await target(cells);
    expect(await refusal(take(place, { task, data }))).toContain(message);
  });

  it("is refused where every answer is another word", async () => {
    const rows = Array.from({ length: 1200 }, (_, row) => `${row % 9},name-${row}`);
    await place.write("a.csv", `x,y\n${rows.join("\n")}\n`);
    expect(await refusal(take(place))).toContain("DATA_TOO_MANY_CLASSES: The target y has 1200 classes in 1200 rows.");
  });
});

describe("the truth", () => {
  it("is the class's place in the list", async () => {
    await place.write(
      "a.csv",
      `x,y\n${Array.from({ length: 90 }, (_, row) => `${row * 3},${["b", "c", "a"][row % 3]}`).join("\n")}\n`,
    );
    const { summary } = await take(place);
    for (const side of SIDES) {
      const { table, truth } = viewSide(await loadSide(join(place.artifacts, "snapshots", summary.digest), side));
      const [x] = table.columns;
      if (x === undefined || !("values" in x)) throw new Error("x is numeric");
      expect([...truth]).toEqual([...x.values].map((value) => [1, 2, 0][(value / 3) % 3]));
    }
  });
});
