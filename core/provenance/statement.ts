/** Claims about a model in the form of in-toto's Statement v1 (in-toto/attestation, spec/v1). */
import { canonicalJson, type Json } from "../json.js";
import type { DecisionBody, Header } from "../ledger/entry.js";

type JsonObject = { readonly [key: string]: Json };

/** Names something by its digest, which alone says what it is (in-toto ResourceDescriptor). */
export interface Resource extends JsonObject {
  readonly name: string;
  readonly digest: { readonly sha256: string };
}

export interface Claim {
  readonly predicateType: string;
  readonly predicate: JsonObject;
}

export interface Statement extends Claim {
  readonly _type: "https://in-toto.io/Statement/v1";
  readonly subject: readonly Resource[];
}

/** A ledger line that promotes: all that claims about a version are made from. */
export type PromotionEntry = Header & DecisionBody & { readonly version: NonNullable<DecisionBody["version"]> };

export function resource(name: string, sha256: string): Resource {
  return { name, digest: { sha256 } };
}

/** What the claim is about is one thing: the version's ONNX file, or its whole folder. */
export function statementOf(subject: Resource, { predicateType, predicate }: Claim): Statement {
  return { _type: "https://in-toto.io/Statement/v1", subject: [subject], predicateType, predicate };
}

/** The bytes that are signed. */
export function statementBytes(statement: Statement): Buffer {
  return Buffer.from(canonicalJson(statement));
}

/** A version's package URL (purl, type generic): its name among other tools, for there is no registry that has it. */
export function packageUrl({ recipe, version }: PromotionEntry): string {
  return `pkg:generic/${recipe.name}@${version.number}`;
}
