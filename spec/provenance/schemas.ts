/**
 * The forms that other tools read, as JSON Schema, written from the published field tables: in-toto attestation spec/v1
 * (statement, resource_descriptor, envelope) and predicates/test-result.md, slsa.dev/spec/v1.0 (provenance,
 * verification_summary), sigstore's bundle v0.3 with a public key.
 */
import { Ajv } from "ajv";

type Schema = Readonly<Record<string, unknown>>;

const text = { type: "string", minLength: 1 };
const hex = { type: "string", pattern: "^[0-9a-f]{64}$" };
const encoded = { type: "string", pattern: "^[A-Za-z0-9+/]*={0,2}$" };
/** RFC 3339 in UTC, as in-toto's Timestamp. */
const time = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$" };
const uri = { type: "string", pattern: "^[a-z][a-z0-9+.-]*:\\S+$" };
const texts = { type: "array", items: text };

function object(required: Schema, optional: Schema = {}): Schema {
  const properties = { ...required, ...optional };
  return { type: "object", required: Object.keys(required), properties, additionalProperties: false };
}

/** One of uri, digest and content is needed; `sous` always has a digest. */
const resource = object({ digest: object({ sha256: hex }) }, { name: text, uri, mediaType: text });

function statement(predicateType: string, predicate: Schema): Schema {
  return object({
    _type: { const: "https://in-toto.io/Statement/v1" },
    subject: { type: "array", minItems: 1, items: resource },
    predicateType: { const: predicateType },
    predicate,
  });
}

const envelope = object({
  payloadType: { const: "application/vnd.in-toto+json" },
  payload: encoded,
  signatures: { type: "array", minItems: 1, items: object({ sig: encoded }, { keyid: { type: "string" } }) },
});

const provenance = object({
  buildDefinition: object(
    { buildType: uri, externalParameters: { type: "object", minProperties: 1 } },
    { internalParameters: { type: "object" }, resolvedDependencies: { type: "array", items: resource } },
  ),
  runDetails: object(
    { builder: object({ id: uri }, { version: { type: "object", additionalProperties: text } }) },
    {
      metadata: object({}, { invocationId: text, startedOn: time, finishedOn: time }),
      byproducts: { type: "array", items: resource },
    },
  ),
});

const testResult = object(
  { result: { enum: ["PASSED", "WARNED", "FAILED"] }, configuration: { type: "array", items: resource } },
  { url: uri, passedTests: texts, warnedTests: texts, failedTests: texts },
);

/** Levels of one's own must not begin with SLSA_. */
const level = { type: "string", pattern: "^(SLSA_BUILD_LEVEL_[0-3]|FAILED|(?!SLSA_).+)$" };

const summary = object(
  {
    verifier: object({ id: uri }, { version: { type: "object", additionalProperties: text } }),
    timeVerified: time,
    resourceUri: uri,
    policy: object({ uri }, { digest: object({ sha256: hex }) }),
    verificationResult: { enum: ["PASSED", "FAILED"] },
    verifiedLevels: { type: "array", minItems: 1, items: level },
  },
  { inputAttestations: { type: "array", items: resource }, slsaVersion: { type: "string", pattern: "^\\d+\\.\\d+$" } },
);

const SCHEMAS = {
  envelope,
  provenance: statement("https://slsa.dev/provenance/v1", provenance),
  testResult: statement("https://in-toto.io/attestation/test-result/v0.1", testResult),
  summary: statement("https://slsa.dev/verification_summary/v1", summary),
  signature: object({
    mediaType: { const: "application/vnd.dev.sigstore.bundle.v0.3+json" },
    verificationMaterial: object({ publicKey: object({ hint: hex }), tlogEntries: { type: "array" } }),
    dsseEnvelope: envelope,
  }),
} as const;

/** What is wrong with a value, in short; nothing: it has the form. */
export function valid(form: keyof typeof SCHEMAS, value: unknown): readonly string[] {
  const check = new Ajv({ allErrors: true }).compile(SCHEMAS[form]);
  return check(value) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
