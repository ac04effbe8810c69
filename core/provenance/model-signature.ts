/**
 * `model.sig`: OpenSSF model signing v1.0 (sigstore/model-transparency) of a folder, by an ECDSA key and without any
 * service: a sigstore bundle around a signed statement that lists every file with its digest. Python's `model_signing
 * verify key` reads it.
 */
import type { KeyObject } from "node:crypto";
import { sha256 } from "../artifacts/digest.js";
import { canonicalJson } from "../json.js";
import { asEnvelope, hintOf, openEnvelope, parsed, signEnvelope } from "./dsse.js";
import { resource, type Statement, statementBytes, statementOf } from "./statement.js";

const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const SIGNATURE = "https://model_signing/signature/v1.0";

export interface SignedFolder {
  /** Of the folder; told, and never compared. */
  readonly name: string;
  /** SHA-256 (hex) by file name; names are plain, without folders. */
  readonly files: ReadonlyMap<string, string>;
  /** Names that no signature covers; `model.sig` itself is one. */
  readonly ignored: readonly string[];
}

/** What is signed: the files by name, and as the subject's digest that of their digests, one after the other. */
export function folderStatement({ name, files, ignored }: SignedFolder): Statement {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const whole = sha256(Buffer.concat(sorted.map(([, digest]) => Buffer.from(digest, "hex"))));
  return statementOf(resource(name, whole), {
    predicateType: SIGNATURE,
    predicate: {
      serialization: { method: "files", hash_type: "sha256", allow_symlinks: false, ignore_paths: ignored },
      resources: sorted.map(([file, digest]) => ({ name: file, algorithm: "sha256", digest })),
    },
  });
}

/** @param key private, ECDSA */
export function signFolder(folder: SignedFolder, key: KeyObject): string {
  return canonicalJson({
    mediaType: BUNDLE,
    verificationMaterial: { publicKey: { hint: hintOf(key) }, tlogEntries: [] },
    dsseEnvelope: signEnvelope(statementBytes(folderStatement(folder)), key),
  });
}

/** Whether one of the keys (public, ECDSA) signed exactly this folder: these files, with these digests, and no others. */
export function signatureHolds(text: string, folder: SignedFolder, keys: readonly KeyObject[]): boolean {
  const bundle = parsed(text) as { readonly mediaType?: unknown; readonly dsseEnvelope?: unknown } | null;
  const envelope = asEnvelope(bundle?.dsseEnvelope);
  const body = bundle?.mediaType !== BUNDLE || envelope === null ? null : openEnvelope(envelope, keys);
  return body !== null && canonicalJson(parsed(body.toString())) === canonicalJson(folderStatement(folder));
}
