import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import { type BomRecord, modelBom } from "../../core/provenance/bom.js";
import { recipeOf } from "../promotion/entries.js";
import { promotionEntry } from "./promotions.js";

const require = createRequire(import.meta.url);
const SCHEMAS = dirname(require.resolve("@cyclonedx/cyclonedx-library/package.json"));

function schema(name: string): object {
  return JSON.parse(readFileSync(join(SCHEMAS, "res/schema", `${name}.SNAPSHOT.schema.json`), "utf8"));
}

/** The official schema of CycloneDX 1.7, which the project's own library carries. */
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
for (const name of ["spdx", "jsf-0.82", "cryptography-defs"])
  ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
const check = ajv.compile(schema("bom-1.7"));

function faults(bom: unknown): readonly string[] {
  return check(bom) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const record: BomRecord = {
  entry: promotionEntry(),
  recipe: recipeOf("churn"),
  columns: [
    { name: "age", type: "numeric" },
    { name: "plan", type: "categorical" },
  ],
};

test("the bill of materials is CycloneDX 1.7 by its official schema, which finds what is none", () => {
  const bom = JSON.parse(modelBom(record));
  expect(faults(bom)).toEqual([]);
  expect(faults({ ...bom, specVersion: 1.7 })).not.toEqual([]);
  expect(faults({ ...bom, components: [{ name: "no type" }] })).not.toEqual([]);
});

test("it is so for a regression on a base, with plugins of a scope, an owner and a description too", () => {
  const { entry, recipe, columns } = record;
  const full: BomRecord = {
    columns,
    recipe: { ...recipe, owner: "growth-team", description: "Who leaves." },
    entry: {
      ...entry,
      code: { ...entry.code, onnxruntime: "1.30.0", plugins: { "@team/trees@2.1.0": "1".repeat(64) } },
      data: { ...entry.data, base: "b".repeat(64) },
      evidence: { ...entry.evidence, spec: { task: "regression", target: "price", classes: [] } },
      search: { ...entry.search, finalist: { ...entry.search.finalist, params: { depth: 3, grow: true } } },
    },
  };
  const bom = JSON.parse(modelBom(full));
  expect(faults(bom)).toEqual([]);
  expect(bom.components).toContainEqual({
    "bom-ref": "plugin:@team/trees@2.1.0",
    type: "library",
    name: "@team/trees",
    version: "2.1.0",
    hashes: [{ alg: "SHA-256", content: "1".repeat(64) }],
  });
  expect(bom.metadata.component).toMatchObject({ publisher: "growth-team", description: "Who leaves." });
  expect(bom.metadata.component.modelCard.modelParameters.outputs).toEqual([{ format: "prediction" }]);
});

test("it says what the log does: the model's digest, each score with its interval, each gate", () => {
  const { component, timestamp } = JSON.parse(modelBom(record)).metadata;
  const { entry } = record;
  expect(timestamp).toBe(entry.time);
  expect(component).toMatchObject({ name: "churn", version: "1", purl: "pkg:generic/churn@1" });
  expect(component.hashes).toEqual([{ alg: "SHA-256", content: entry.version.model }]);
  expect(component.modelCard.quantitativeAnalysis.performanceMetrics).toEqual([
    { type: "roc_auc", value: "0.9", slice: "confirm", confidenceInterval: { lowerBound: "0.85", upperBound: "0.95" } },
  ]);
  expect(component.modelCard.properties).toContainEqual({ name: "sous:gate:beats_baseline", value: "PASS" });
  expect(component.modelCard.modelParameters.inputs).toEqual([
    { format: "age: numeric" },
    { format: "plan: categorical" },
  ]);
});

test("parts of the data that a gate judged apart are slices with their losses and intervals", () => {
  const { entry } = record;
  const figures = {
    metric: "log_loss",
    against: "champion",
    slices: [
      { column: "plan", value: "pro", rows: 400, loss: 0.01, lower: -0.02, upper: 0.04 },
      { column: "plan", value: "free", rows: 12, outcome: "INCONCLUSIVE" },
      null,
    ],
  };
  const gate = { gate: { kind: "parts" }, outcome: "PASS", reason: "It is.", figures } as const;
  const judged = { ...entry, evidence: { ...entry.evidence, gates: [gate] } };
  const bom = JSON.parse(modelBom({ ...record, entry: judged }));
  expect(faults(bom)).toEqual([]);
  expect(bom.metadata.component.modelCard.quantitativeAnalysis.performanceMetrics.slice(1)).toEqual([
    {
      type: "loss of log_loss against the champion",
      value: "0.01",
      slice: "plan: pro",
      confidenceInterval: { lowerBound: "-0.02", upperBound: "0.04" },
    },
  ]);
});

test("every reference is to something that is in it, and the same record gives the same bytes", () => {
  const text = modelBom(record);
  const bom = JSON.parse(text);
  const known = [bom.metadata.component, ...bom.components].map((one) => one["bom-ref"]);
  expect(new Set(known).size).toBe(known.length);
  for (const { ref, dependsOn } of bom.dependencies) expect(known).toEqual(expect.arrayContaining([ref, ...dependsOn]));
  for (const { ref } of bom.metadata.component.modelCard.modelParameters.datasets) expect(known).toContain(ref);
  expect(modelBom({ ...record, entry: promotionEntry() })).toBe(text);
});
