import { type TaskSpec, trainingAnswers } from "../../core/plugin/index.js";
import { labelled, tableOf } from "../support/tables.js";

const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };
const VALUE: TaskSpec = { task: "regression", target: "y", classes: [] };
const TABLE = tableOf({ x: [1, 2, 3, 4] });

describe("training answers", () => {
  it("standardise values by their weighted mean and deviation, and weights to a mean of 1", () => {
    const { truth, weight, mean, scale } = trainingAnswers(
      VALUE,
      labelled(TABLE, [0, 10, 10, 99], [2, 1, 1, 0]),
      false,
    );
    expect([mean, scale, [...truth.slice(0, 3)]]).toEqual([5, 5, [-1, 1, 1]]);
    expect([...weight]).toEqual([2, 1, 1, 0]);
    const plain = trainingAnswers(VALUE, labelled(TABLE, [3, 3, 3, 3], [8, 8, 8, 8]), false);
    expect([plain.mean, plain.scale, [...plain.weight]]).toEqual([3, 1, [1, 1, 1, 1]]);
  });

  it("let each class that is there weigh the same where that is asked for", () => {
    const train = labelled(TABLE, [0, 0, 0, 1]);
    expect([...trainingAnswers(BINARY, train, false).weight]).toEqual([1, 1, 1, 1]);
    const { weight, truth } = trainingAnswers(BINARY, train, true);
    expect(weight.slice(0, 3).reduce((sum, each) => sum + each, 0)).toBeCloseTo(2, 12);
    expect([weight[3], [...truth]]).toEqual([2, [0, 0, 0, 1]]);
  });

  it.each([
    ["no_rows", labelled(tableOf({ x: [] }), [])],
    ["no_rows", labelled(TABLE, [0, 1, 0, 1], [0, 0, 0, 0])],
    ["one_class", labelled(TABLE, [1, 1, 1, 1])],
    ["one_class", labelled(TABLE, [1, 1, 1, 0], [1, 1, 1, 0])],
    ["target_not_finite", labelled(TABLE, [0, 1, Number.NaN, 1])],
  ])("say why nothing can be learned: %s", (label, train) => {
    expect(() => trainingAnswers(BINARY, train, false)).toThrow(expect.objectContaining({ label }));
  });
});
