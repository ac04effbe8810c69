import { probeTable } from "../../core/evaluator/parity.js";
import { defaultPlan, fitFeatures, type Task } from "../../core/plugin/index.js";
import { exampleOf } from "../../core/testing/examples.js";
import { example } from "../support/tables.js";
import { bytesOf, farthest, throughOnnx } from "./parity.js";

const FAMILIES = ["linear", "net", "neighbours"] as const;
const TASKS: readonly Task[] = ["binary", "multiclass", "regression"];

describe.each(FAMILIES)("the default plan for %s", (family) => {
  it.each(TASKS)("makes something of every column, the same through onnxruntime on odd rows (%s)", async (task) => {
    const { spec, train, select } = exampleOf(task);
    const features = fitFeatures(defaultPlan(train.table, { family }), { spec, train, seed: 1 });
    expect(features.columns.map(({ name }) => name).sort()).toEqual(["amount", "colour", "day", "flag", "note"]);
    const table = probeTable(select.table, { seed: 2 });
    expect(farthest(features.encode(table), await throughOnnx(features, table))).toBeLessThanOrEqual(1e-6);
  });

  it("is the same bytes, and the same training numbers, at each fit", () => {
    const make = () => {
      const { spec, train } = exampleOf("binary");
      return fitFeatures(defaultPlan(train.table, { family }), { spec, train, seed: 7 });
    };
    expect(bytesOf(make())).toEqual(bytesOf(make()));
    expect(make().encodeTraining()).toEqual(make().encodeTraining());
  });
});

it("names each number, and which part it is of", () => {
  const { spec, all } = example("churn.csv", "churn");
  const features = fitFeatures(defaultPlan(all.table, { family: "net" }), { spec, train: all, seed: 1 });
  const own = features.encode(all.table);
  expect(own).toHaveLength(all.table.rows * features.width);
  expect(own.every((value) => Number.isFinite(value))).toBe(true);
  expect(features.names).toHaveLength(features.width);
  expect(new Set(features.names).size).toBe(features.width);
  expect(features.parts.at(0)?.from).toBe(0);
  expect(features.parts.at(-1)?.to).toBe(features.width);
});

it("needs the columns that it was fitted on", () => {
  const { spec, train } = exampleOf("binary");
  const features = fitFeatures(defaultPlan(train.table, { family: "linear" }), { spec, train, seed: 1 });
  expect(() => features.encode({ rows: 1, columns: [] })).toThrow(expect.objectContaining({ label: "missing_column" }));
});
