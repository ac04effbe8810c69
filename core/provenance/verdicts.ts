/** What the gates said and what came of it, in two predicates that tools for software releases read. */
import type { GateRecord } from "../evaluator/messages.js";
import { canonicalJson } from "../json.js";
import type { Outcome } from "../plugin/index.js";
import { type Claim, type PromotionEntry, packageUrl, type Resource, resource } from "./statement.js";

/**
 * The gates' verdicts as in-toto's test-result v0.1. A gate that could not tell is a warning: what it asks for was not
 * shown, but nothing was shown against it either.
 */
export function testResult({ recipe, evidence }: PromotionEntry): Claim {
  const named = (outcome: Outcome) => evidence.gates.filter((gate) => gate.outcome === outcome).map(testName);
  const [failedTests, warnedTests] = [named("FAIL"), named("INCONCLUSIVE")];
  const result = failedTests.length > 0 ? "FAILED" : warnedTests.length > 0 ? "WARNED" : "PASSED";
  return {
    predicateType: "https://in-toto.io/attestation/test-result/v0.1",
    predicate: {
      result,
      configuration: [resource("recipe.json", recipe.digest)],
      passedTests: named("PASS"),
      warnedTests,
      failedTests,
    },
  };
}

/**
 * The decision as SLSA's verification summary v1: the recipe's gates are the policy. A version that a person let through
 * although a gate was not for it has FAILED here, whoever put it into service.
 * @param inputs the claims that the decision rests on, each by the digest of its statement
 */
export function verificationSummary(entry: PromotionEntry, inputs: readonly Resource[]): Claim {
  const { gates } = entry.evidence;
  const passed = gates.length > 0 && gates.every(({ outcome }) => outcome === "PASS");
  const levels = new Set(gates.map(({ gate }) => `SOUS_GATE_${gate.kind.toUpperCase()}`));
  return {
    predicateType: "https://slsa.dev/verification_summary/v1",
    predicate: {
      verifier: { id: "urn:sous:daemon:v1", version: { sous: entry.code.sous } },
      timeVerified: entry.time,
      resourceUri: packageUrl(entry),
      policy: { uri: `urn:sous:recipe:${entry.recipe.digest}`, digest: { sha256: entry.recipe.digest } },
      inputAttestations: inputs,
      verificationResult: passed ? "PASSED" : "FAILED",
      verifiedLevels: passed ? ["SLSA_BUILD_LEVEL_1", ...levels] : ["FAILED"],
      slsaVersion: "1.0",
    },
  };
}

/** A recipe may have a gate twice, with other options: its name here is its kind with them. */
function testName({ gate }: GateRecord): string {
  const { kind, ...options } = gate;
  return Object.keys(options).length === 0 ? kind : `${kind} ${canonicalJson(options)}`;
}
