import { readFileSync } from "node:fs";
import type { ReadRecipe } from "../../core/recipe/recipe.js";
import { codeOf, dataOf, resourcesOf } from "../../core/reconcile/circumstances.js";
import { recipeOf } from "../promotion/entries.js";
import { snapshot } from "../store/examples.js";
import { DESCRIPTORS } from "../support/descriptors.js";

const read: ReadRecipe = {
  recipe: {
    ...recipeOf("churn"),
    split: { method: "hash", seed: 7, fractions: { train: 0.6, select: 0.2, confirm: 0.2 } },
  },
  digest: "d",
  workDigest: "w",
  path: "/recipes/churn.recipe.yaml",
};

function schemaOf(changes: Parameters<typeof snapshot>[1] = {}): string | undefined {
  return dataOf(snapshot("4f".repeat(32), changes).summary, read).schema;
}

describe("an entry says of the data", () => {
  const { summary } = snapshot("4f".repeat(32));
  const [age] = summary.columns;

  test("which schema they have, which stays while rows come and goes with a column's kind, type or name", () => {
    const same = schemaOf();
    expect(same).toMatch(/^[0-9a-f]{64}$/);
    const columns = summary.columns.map((column) => ({ ...column, missing: 9, distinct: 99, why: "other words" }));
    expect(schemaOf({ summary: { ...summary, rows: 99, columns } })).toBe(same);
    for (const change of [
      { name: "years" },
      { kind: "ordinal" as const },
      { type: "boolean" as const },
      { ordered: true },
    ]) {
      expect(schemaOf({ summary: { ...summary, columns: age === undefined ? [] : [{ ...age, ...change }] } })).not.toBe(
        same,
      );
    }
    expect(schemaOf({ summary: { ...summary, spec: { ...summary.spec, target: "left" } } })).not.toBe(same);
  });

  test("what sent rows to their sides", () => {
    expect(dataOf(summary, read).split).toEqual({ method: "hash", seed: 7 });
  });

  test("which base fits went on from, where there is one", () => {
    expect(dataOf(summary, read)).not.toHaveProperty("base");
    const origin = { path: "base.onnx", digest: "b".repeat(64) };
    expect(dataOf(summary, { ...read, recipe: { ...read.recipe, base: origin } })).toMatchObject({
      base: origin.digest,
    });
  });
});

test("an entry says of the code what is installed, and each plugin by its digest", () => {
  const { version } = JSON.parse(readFileSync("node_modules/onnxruntime-node/package.json", "utf8"));
  const plugins = [{ name: "@team/trees", version: "2.0.0", digest: "1".repeat(64), builtin: false }];
  expect(codeOf({ ...DESCRIPTORS, plugins })).toMatchObject({
    node: process.version,
    onnxruntime: version,
    platform: `${process.platform}-${process.arch}`,
    plugins: { "@team/trees@2.0.0": "1".repeat(64) },
  });
});

test("an entry says of the effort what the trial told, of an old one less", () => {
  const parity = { rows: 1, maxAbs: 0, labelAgreement: 1 };
  const outcome = { score: 1, secondary: {}, model: "m", bytes: 1, parity, work: 1, seconds: 2 };
  expect(resourcesOf(outcome)).toEqual({ seconds: 2 });
  const timing = { fitSeconds: 1, oneRow: 20, thousandRows: 3, peakMemory: 1e8 };
  expect(resourcesOf({ ...outcome, timing })).toEqual({ seconds: 2, ...timing });
});
