import { sha256 } from "../../core/artifacts/digest.js";
import type { GateRecord } from "../../core/evaluator/messages.js";
import { attestations, bundleHolds, writeBundle } from "../../core/provenance/bundle.js";
import { slsaProvenance } from "../../core/provenance/slsa.js";
import type { PromotionEntry } from "../../core/provenance/statement.js";
import { testResult, verificationSummary } from "../../core/provenance/verdicts.js";
import { newKey } from "./keys.js";
import { promotionEntry } from "./promotions.js";
import { valid } from "./schemas.js";

const { key, open } = newKey();

function gate(kind: string, outcome: GateRecord["outcome"], options: object = {}): GateRecord {
  return { gate: { kind, ...options }, outcome, reason: "So it is.", figures: {} };
}

function judged(...gates: readonly GateRecord[]): PromotionEntry {
  const entry = promotionEntry();
  return { ...entry, evidence: { ...entry.evidence, gates } };
}

describe("a bundle", () => {
  const entry = promotionEntry();
  const text = writeBundle(entry, key);
  const lines = text.trimEnd().split("\n");

  test("has three statements of the published forms about the model, each in an envelope", () => {
    const forms = ["provenance", "testResult", "summary"] as const;
    expect(lines).toHaveLength(forms.length);
    for (const [index, form] of forms.entries()) {
      const envelope = JSON.parse(lines[index] ?? "");
      expect(valid("envelope", envelope)).toEqual([]);
      const statement = JSON.parse(Buffer.from(envelope.payload, "base64").toString());
      expect(valid(form, statement)).toEqual([]);
      expect(statement.subject).toEqual([{ name: "model.onnx", digest: { sha256: entry.version.model } }]);
    }
  });

  test("holds with its key, and with it among those before it", () => {
    expect(bundleHolds(text, entry, [open])).toBe(true);
    expect(bundleHolds(text, entry, [newKey().open, open])).toBe(true);
    expect(bundleHolds(text, entry, [newKey().open])).toBe(false);
  });

  test("signed anew has other bytes that hold as well", () => {
    const again = writeBundle(entry, key);
    expect(again).not.toBe(text);
    expect(bundleHolds(again, entry, [open])).toBe(true);
  });

  test("doesn't hold with a line dropped, doubled, moved, cut, or of another version", () => {
    const [first, second, third] = lines as [string, string, string];
    const other = writeBundle({ ...entry, version: { ...entry.version, model: "d".repeat(64) } }, key).split("\n")[0];
    const files = [
      [first, second],
      [first, second, third, third],
      [second, first, third],
      [first, second, third.slice(0, -1)],
      [other, second, third],
      [first, second, "not JSON"],
    ];
    for (const file of files) expect(bundleHolds(`${file.join("\n")}\n`, entry, [open])).toBe(false);
    expect(bundleHolds(text.trimEnd(), entry, [open])).toBe(false);
  });

  test("is the same statements for the same line, whenever it is asked", () => {
    expect(attestations(promotionEntry())).toEqual(attestations(entry));
  });
});

test("provenance names the recipe, the data, every plugin and the base by digest", () => {
  const entry = promotionEntry();
  const plugins = { "linear@1.0.0": "1".repeat(64), "gates@1.0.0": "2".repeat(64) };
  const based = {
    ...entry,
    code: { ...entry.code, plugins, onnxruntime: "1.30.0", platform: "linux-x64" },
    data: { ...entry.data, base: "b".repeat(64) },
  };
  const { buildDefinition } = slsaProvenance(based).predicate as { buildDefinition: Record<string, unknown> };
  expect(buildDefinition.externalParameters).toEqual({
    recipe: { name: "recipe.json", digest: { sha256: entry.recipe.digest } },
  });
  expect(buildDefinition.resolvedDependencies).toEqual([
    { name: "snapshot", digest: { sha256: entry.data.snapshot } },
    { name: "confirm side", digest: { sha256: entry.data.holdout } },
    { name: "base", digest: { sha256: "b".repeat(64) } },
    { name: "plugin:linear@1.0.0", digest: { sha256: "1".repeat(64) } },
    { name: "plugin:gates@1.0.0", digest: { sha256: "2".repeat(64) } },
  ]);
  expect(slsaProvenance(based).predicate).toMatchObject({
    buildDefinition: { internalParameters: { platform: "linux-x64" } },
    runDetails: { builder: { version: { onnxruntime: "1.30.0" } } },
  });
  expect(slsaProvenance(entry).predicate).toMatchObject({
    buildDefinition: { internalParameters: { seed: entry.search.seed, trial: 1, learner: "linear" } },
    runDetails: { metadata: { finishedOn: entry.time } },
  });
});

describe("verdicts", () => {
  test("that all pass are a passed test and a passed verification, with a level for each kind of gate", () => {
    const entry = judged(gate("min_effect", "PASS"), gate("latency", "PASS", { max: 2 }), gate("latency", "PASS"));
    expect(testResult(entry).predicate).toMatchObject({
      result: "PASSED",
      passedTests: ["min_effect", 'latency {"max":2}', "latency"],
      warnedTests: [],
      failedTests: [],
    });
    expect(verificationSummary(entry, []).predicate).toMatchObject({
      verificationResult: "PASSED",
      verifiedLevels: ["SLSA_BUILD_LEVEL_1", "SOUS_GATE_MIN_EFFECT", "SOUS_GATE_LATENCY"],
    });
  });

  test.each([
    ["WARNED", [gate("a", "PASS"), gate("b", "INCONCLUSIVE")]],
    ["FAILED", [gate("a", "FAIL"), gate("b", "INCONCLUSIVE")]],
  ] as const)("of which one is not for it are %s and a failed verification, whoever promoted it", (result, gates) => {
    expect(testResult(judged(...gates)).predicate).toMatchObject({ result });
    expect(verificationSummary(judged(...gates), []).predicate).toMatchObject({
      verificationResult: "FAILED",
      verifiedLevels: ["FAILED"],
    });
  });

  test("of no gate at all verify nothing", () => {
    expect(verificationSummary(judged(), []).predicate).toMatchObject({ verificationResult: "FAILED" });
  });

  test("rest on the other two statements, by the digests of their bytes", () => {
    const [made, tested, summary] = attestations(promotionEntry()).map(String) as [string, string, string];
    const inputs = JSON.parse(summary).predicate.inputAttestations as { digest: { sha256: string } }[];
    expect(inputs.map(({ digest }) => digest.sha256)).toEqual([sha256(made), sha256(tested)]);
  });
});
