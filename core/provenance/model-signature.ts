/**
 * `model.sig`: OpenSSF model signing v1.0 (sigstore/model-transparency) of a folder, by an ECDSA key and without any
 * service: a sigstore bundle around a signed statement that lists every file with its digest. Python's `model_signing
 * verify key` reads it.
 */
import type { KeyObject } from "node:crypto";
import { sha256 } from "../artifacts/digest.js";
import { canonicalJson } from "../json.js";
import { type Envelope, hintOf, parsed, resealed, signEnvelope } from "./dsse.js";
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
  return bundleOf(signEnvelope(statementBytes(folderStatement(folder)), key), key);
}

/** Whether a file is this folder's signature by one of the keys (public, ECDSA): these files and no others. */
export function signatureHolds(text: string, folder: SignedFolder, keys: readonly KeyObject[]): boolean {
  const bundle = parsed(text) as { readonly dsseEnvelope?: unknown } | null;
  const body = statementBytes(folderStatement(folder));
  return keys.some((key) => {
    const envelope = resealed(bundle?.dsseEnvelope, body, [key]);
    return envelope !== null && bundleOf(envelope, key) === text;
  });
}

function bundleOf(envelope: Envelope, key: KeyObject): string {
  return canonicalJson({
    mediaType: BUNDLE,
    verificationMaterial: { publicKey: { hint: hintOf(key) }, tlogEntries: [] },
    dsseEnvelope: envelope,
  });
}
