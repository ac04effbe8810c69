import type { Descriptors } from "../../core/evaluator/messages.js";
import type { ColumnType, Task } from "../../core/plugin/index.js";
import { parseRecipe } from "../../core/recipe/parse.js";
import type { Recipe } from "../../core/recipe/recipe.js";
import { composeSpace, type Data, splitParams } from "../../core/search/space.js";
import { DESCRIPTORS } from "../support/descriptors.js";

const learner = (name: string, baseline = false): Descriptors["learners"][number] => ({
  name,
  baseline,
  plugin: name,
  tasks: ["binary"],
  spaces: {
    binary: {
      kind: { type: "categorical", choices: ["a", "b"] },
      rate: { type: "float", low: 0.1, high: 1, when: { kind: "a" } },
    },
  },
});

const descriptors: Descriptors = { ...DESCRIPTORS, learners: [learner("one"), learner("two"), learner("base", true)] };
const recipe = (search: string): Recipe => {
  const context = { descriptors, roots: [], path: "/home/x.recipe.yaml" };
  return parseRecipe(`data: { source: rows.csv, target: y }\nsearch: ${search}\n`, context).recipe;
};

const CHOICES = { type: "categorical", choices: ["none", "balanced"] } as const;

const data = (task: Task, type: ColumnType = "numeric"): Data => ({ spec: { task }, columns: [{ type }] });

describe("composeSpace", () => {
  it("has a learner that needs a type of columns where there is one, or where the recipe names it", () => {
    const learners = [learner("one"), { ...learner("two"), needs: ["text"] as const }];
    const choices = (search: string, type: ColumnType) =>
      composeSpace(recipe(search), { ...descriptors, learners }, data("binary", type)).learner;
    expect(choices("{}", "text")).toMatchObject({ choices: ["one", "two"] });
    expect(choices("{}", "numeric")).toMatchObject({ choices: ["one"] });
    expect(choices("{ learners: [two] }", "numeric")).toMatchObject({ choices: ["two"] });
  });

  it("joins every learner that is no baseline under its prefix, each conditioned on being chosen", () => {
    const space = composeSpace(recipe("{}"), descriptors, data("binary"));
    expect(Object.keys(space)).toEqual(["learner", "one.kind", "one.rate", "two.kind", "two.rate"]);
    expect(space["one.kind"]).toMatchObject({ when: { learner: "one" } });
  });

  it("weighs classes only for a metric that counts them alike, or one of which that isn't known, or as the recipe says", () => {
    const shapes = {
      roc_auc: "ranking",
      log_loss: "log",
      accuracy: "rate",
      f1: "class_rate",
      brier: undefined,
    } as const;
    const metrics = Object.entries(shapes).map(([name, shape]) => {
      return { name, direction: "maximize", tasks: ["binary"], plugin: "p", ...(shape && { shape }) } as const;
    });
    const learners = [{ ...learner("one"), spaces: { binary: { class_weight: CHOICES } } }];
    const choicesOf = (metric: string, space: Recipe["search"]["space"] = {}) => {
      const { search, ...rest } = recipe("{}");
      const asked = { ...rest, metric, search: { ...search, space } };
      const found = composeSpace(asked, { ...descriptors, learners, metrics }, data("binary"))["one.class_weight"];
      return found?.type === "categorical" ? found.choices : null;
    };
    expect(Object.keys(shapes).map((metric) => choicesOf(metric)?.length)).toEqual([1, 1, 1, 2, 2]);
    const own = { type: "categorical", choices: ["balanced"] } as const;
    expect(choicesOf("roc_auc", { "one.class_weight": own })).toEqual(["balanced"]);
  });

  it("prefixes a learner's own conditions and keeps them beside the choice of the learner", () => {
    const space = composeSpace(recipe("{}"), descriptors, data("binary"));
    expect(space["two.rate"]).toMatchObject({ when: { learner: "two", "two.kind": "a" } });
  });

  it("keeps to the recipe's learners and puts its overrides in place of single distributions", () => {
    const search = "{ learners: [two], space: { two.rate: { type: float, low: 0.5, high: 0.6 } } }";
    const space = composeSpace(recipe(search), descriptors, data("binary"));
    expect(Object.keys(space)).toEqual(["learner", "two.kind", "two.rate"]);
    expect(space["two.rate"]).toEqual({
      type: "float",
      low: 0.5,
      high: 0.6,
      when: { "two.kind": "a", learner: "two" },
    });
  });

  it("drops a parameter whose condition an override made impossible", () => {
    const search = "{ learners: [two], space: { two.kind: { type: categorical, choices: [b] } } }";
    expect(Object.keys(composeSpace(recipe(search), descriptors, data("binary")))).toEqual(["learner", "two.kind"]);
  });

  it("refuses a task that no learner can do, and a learner that can't do it, by code", () => {
    expect(() => composeSpace(recipe("{}"), descriptors, data("regression"))).toThrow(
      expect.objectContaining({ code: "SEARCH_NO_LEARNER" }),
    );
    expect(() => composeSpace(recipe("{ learners: [one] }"), descriptors, data("regression"))).toThrow(
      expect.objectContaining({ code: "SEARCH_LEARNER_UNFIT" }),
    );
  });
});

describe("splitParams", () => {
  it("gives the learner and its own parameters without prefix, and no one else's", () => {
    const params = { learner: "one", "one.kind": "b", "one.rate": 0.2, "two.kind": "a" };
    expect(splitParams(params)).toEqual({ learner: "one", own: { kind: "b", rate: 0.2 } });
  });
});
