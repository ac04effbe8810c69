/**
 * `model.onnx.intoto.jsonl`: one signed statement a line (in-toto/attestation, spec/v1/bundle.md). All of it follows from
 * the promotion's ledger line, but for the signatures, which ECDSA makes different each time.
 */
import type { KeyObject } from "node:crypto";
import { sha256 } from "../artifacts/digest.js";
import { canonicalJson } from "../json.js";
import { type Envelope, IN_TOTO, parsed, resealed, signEnvelope } from "./dsse.js";
import { slsaProvenance } from "./slsa.js";
import { type Claim, type PromotionEntry, type Resource, resource, statementBytes, statementOf } from "./statement.js";
import { testResult, verificationSummary } from "./verdicts.js";

/** The statements' bytes, in the order of the file's lines. */
export function attestations(entry: PromotionEntry): readonly Buffer[] {
  const model = resource("model.onnx", entry.version.model);
  const state = (claim: Claim) => statementBytes(statementOf(model, claim));
  const made = state(slsaProvenance(entry));
  const tested = state(testResult(entry));
  return [made, tested, state(verificationSummary(entry, [input("provenance", made), input("test result", tested)]))];
}

export function writeBundle(entry: PromotionEntry, key: KeyObject): string {
  return attestations(entry)
    .map((body) => lineOf(signEnvelope(body, key)))
    .join("");
}

/** Whether a file has every statement that the record asks for and nothing else, each signed by one of the keys. */
export function bundleHolds(text: string, entry: PromotionEntry, keys: readonly KeyObject[]): boolean {
  const lines = text.split("\n");
  const envelopes = attestations(entry).map((body, index) => resealed(parsed(lines[index] ?? ""), body, keys));
  const whole = envelopes.filter((envelope) => envelope !== null);
  return whole.length === envelopes.length && whole.map(lineOf).join("") === text;
}

function lineOf(envelope: Envelope): string {
  return `${canonicalJson(envelope)}\n`;
}

/** A claim by the digest of its statement, which is the same whenever it is signed. */
function input(name: string, statement: Buffer): Resource {
  return { ...resource(name, sha256(statement)), mediaType: IN_TOTO };
}
