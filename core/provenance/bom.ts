/**
 * `model.cdx.json`: the version as a machine-learning bill of materials, CycloneDX 1.7 (ECMA-424), for tools that keep
 * inventories: the model with what was measured, and the data and plugins that it came from, by digest. Pure.
 */
import { canonicalJson, type Json } from "../json.js";
import type { ColumnType } from "../plugin/index.js";
import type { Recipe } from "../recipe/recipe.js";
import { type PromotionEntry, packageUrl } from "./statement.js";

export interface BomRecord {
  readonly entry: PromotionEntry;
  readonly recipe: Recipe;
  /** That the model takes, in the order of its inputs. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
}

interface Component {
  readonly "bom-ref": string;
  readonly type: "machine-learning-model" | "data" | "library" | "platform";
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: "SHA-256"; readonly content: string }[];
}

export function modelBom(record: BomRecord): string {
  const { entry } = record;
  const components = ingredients(entry);
  return canonicalJson({
    $schema: "http://cyclonedx.org/schema/bom-1.7.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.7",
    serialNumber: `urn:uuid:${uuidOf(entry.digest)}`,
    version: 1,
    metadata: {
      timestamp: entry.time,
      tools: { components: [{ type: "application", name: "sous", version: entry.code.sous }] },
      component: modelComponent(record),
    },
    components,
    dependencies: [{ ref: packageUrl(entry), dependsOn: components.map((component) => component["bom-ref"]) }],
  });
}

function modelComponent({ entry, recipe, columns }: BomRecord) {
  const { version, evidence } = entry;
  const url = packageUrl(entry);
  return {
    "bom-ref": url,
    type: "machine-learning-model",
    name: entry.recipe.name,
    version: String(version.number),
    ...(recipe.description ? { description: recipe.description } : {}),
    ...(recipe.owner ? { publisher: recipe.owner } : {}),
    purl: url,
    hashes: hashes(version.model),
    modelCard: {
      modelParameters: {
        approach: { type: "supervised" },
        task: evidence.spec.task,
        architectureFamily: entry.search.finalist.learner,
        datasets: [{ ref: snapshotRef(entry) }],
        inputs: columns.map(({ name, type }) => ({ format: `${name}: ${type}` })),
        outputs: (evidence.spec.task === "regression" ? ["prediction"] : ["label", "probabilities"]).map((format) => ({
          format,
        })),
      },
      quantitativeAnalysis: { performanceMetrics: [...performance(entry), ...slices(entry)] },
      properties: properties(entry),
    },
  };
}

/** Scores on the confirm side with their two-sided 95 % intervals; CycloneDX has all numbers as texts. */
function performance({ evidence }: PromotionEntry) {
  return Object.entries(evidence.candidate.scores).map(([type, { point, low, high }]) => ({
    type,
    value: String(point),
    slice: "confirm",
    confidenceInterval: { lowerBound: String(low), upperBound: String(high) },
  }));
}

/** Losses in parts of the confirm side, as any gate that judged them apart says in its figures. */
function slices({ evidence, metric }: PromotionEntry) {
  return evidence.gates.flatMap(({ figures }) => {
    const parts = Array.isArray(figures.slices) ? (figures.slices as readonly Json[]) : [];
    const type = `loss of ${String(figures.metric ?? metric)} against the ${String(figures.against ?? "champion")}`;
    return parts.flatMap((part) => {
      const { column, value, loss, lower, upper } = (part ?? {}) as { readonly [key: string]: Json };
      if ([loss, lower, upper].some((one) => typeof one !== "number")) return [];
      const confidenceInterval = { lowerBound: String(lower), upperBound: String(upper) };
      return [{ type, value: String(loss), slice: `${String(column)}: ${String(value)}`, confidenceInterval }];
    });
  });
}

function properties({ seq, digest, recipe, search, evidence }: PromotionEntry) {
  const params = Object.entries(search.finalist.params).map(([name, value]) => [`sous:param:${name}`, String(value)]);
  const gates = evidence.gates.map(({ gate, outcome }) => [`sous:gate:${gate.kind}`, outcome]);
  const record = [
    ["sous:log:seq", String(seq)],
    ["sous:log:digest", digest],
    ["sous:recipe:digest", recipe.digest],
  ];
  return [...record, ...gates, ...params].map(([name, value]) => ({ name, value }));
}

/** What the model came from. */
function ingredients(entry: PromotionEntry): readonly Component[] {
  const { code, data, recipe } = entry;
  const plugins = Object.entries(code.plugins).map(([title, digest]): Component => {
    const at = title.lastIndexOf("@");
    const [name, version] = [title.slice(0, at), title.slice(at + 1)];
    return { "bom-ref": `plugin:${title}`, type: "library", name, version, hashes: hashes(digest) };
  });
  return [
    { "bom-ref": snapshotRef(entry), type: "data", name: `${recipe.name} snapshot`, hashes: hashes(data.snapshot) },
    ...(data.base === undefined ? [] : [originModel(data.base)]),
    ...plugins,
    ...(code.onnxruntime === undefined ? [] : [runtime(code.onnxruntime)]),
    { "bom-ref": "platform:node", type: "platform", name: "node", version: code.node },
  ];
}

/** What scored the model and has to run it. */
function runtime(version: string): Component {
  const purl = `pkg:npm/onnxruntime-node@${version}`;
  return { "bom-ref": purl, type: "library", name: "onnxruntime-node", version, purl };
}

function originModel(digest: string): Component {
  return { "bom-ref": `model:${digest}`, type: "machine-learning-model", name: "base", hashes: hashes(digest) };
}

function snapshotRef({ data }: PromotionEntry): string {
  return `snapshot:${data.snapshot}`;
}

function hashes(content: string) {
  return [{ alg: "SHA-256", content }] as const;
}

/** A UUID of version 8 (RFC 9562: bits of one's own) from the first 128 bits of a digest. */
function uuidOf(digest: string): string {
  const hex = `${digest.slice(0, 12)}8${digest.slice(13, 16)}8${digest.slice(17, 32)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
