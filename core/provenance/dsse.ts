/**
 * Signed envelopes: DSSE 1.0 (secure-systems-lab/dsse, protocol.md and envelope.md) with ECDSA. A signature covers the
 * payload with its type; the key id is a hint that nothing is decided by.
 */
import { createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { sha256 } from "../artifacts/digest.js";

export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** Of every envelope in a version's folder: in-toto's Statement as JSON. */
export const IN_TOTO = "application/vnd.in-toto+json";

/** By the curves that OpenSSF model signing allows, the hash that each is used with (sigstore's key details). */
const HASHES: Readonly<Record<string, string>> = { prime256v1: "sha256", secp384r1: "sha384", secp521r1: "sha512" };

/** The bytes that a signature is made of: "DSSEv1 <length> <type> <length> <body>", lengths in bytes. */
export function preAuthEncoding(type: string, body: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `;
  return Buffer.concat([Buffer.from(head), body]);
}

/** How a key is named: SHA-256 (hex) of its public half in PEM, as OpenSSF model signing has it. */
export function hintOf(key: KeyObject): string {
  const open = key.type === "public" ? key : createPublicKey(key);
  return sha256(open.export({ type: "spki", format: "pem" }));
}

/** @param key private, ECDSA. The same body signed twice has two different signatures. */
export function signEnvelope(body: Uint8Array, key: KeyObject): Envelope {
  return sealed(body, key, sign(hashFor(key), preAuthEncoding(IN_TOTO, body), key));
}

interface Opened {
  readonly body: Buffer;
  /** The one that the signature is by. */
  readonly key: KeyObject;
  readonly signature: Buffer;
}

/** A statement's bytes where one of the keys (public, ECDSA) signed them; null where none did. */
export function openEnvelope(envelope: Envelope, keys: readonly KeyObject[]): Opened | null {
  if (envelope.payloadType !== IN_TOTO) return null;
  const body = Buffer.from(envelope.payload, "base64");
  const signed = preAuthEncoding(envelope.payloadType, body);
  const signatures = envelope.signatures.map(({ sig }) => Buffer.from(sig, "base64"));
  for (const key of keys)
    for (const signature of signatures)
      if (verify(hashFor(key), signed, key, signature)) return { body, key, signature };
  return null;
}

/**
 * An envelope as it is written here, where it holds exactly these bytes, signed by one of the keys; else null. What a
 * signature doesn't cover (key ids, spaces, base64's spare bits) is the same in all that are written here, so that a file
 * in which it differs was changed.
 */
export function resealed(value: unknown, body: Buffer, keys: readonly KeyObject[]): Envelope | null {
  const envelope = asEnvelope(value);
  const opened = envelope === null ? null : openEnvelope(envelope, keys);
  return opened?.body.equals(body) ? sealed(body, opened.key, opened.signature) : null;
}

function sealed(body: Uint8Array, key: KeyObject, signature: Buffer): Envelope {
  return {
    payloadType: IN_TOTO,
    payload: Buffer.from(body).toString("base64"),
    signatures: [{ keyid: hintOf(key), sig: signature.toString("base64") }],
  };
}

/** What a file says is an envelope; null where it isn't one. */
export function asEnvelope(value: unknown): Envelope | null {
  const { payloadType, payload, signatures } = (value ?? {}) as Partial<Record<keyof Envelope, unknown>>;
  const texts = typeof payloadType === "string" && typeof payload === "string";
  if (!texts || !Array.isArray(signatures)) return null;
  const whole = signatures.every((one: { sig?: unknown } | null) => typeof one?.sig === "string");
  return whole ? { payloadType, payload, signatures } : null;
}

/** What a text holds as JSON; null for one that is no JSON, and so no envelope. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function hashFor({ asymmetricKeyDetails }: KeyObject): string {
  const curve = asymmetricKeyDetails?.namedCurve ?? "none";
  const hash = HASHES[curve];
  if (hash === undefined) throw new TypeError(`models are signed with ECDSA, not with a key on the curve ${curve}`);
  return hash;
}
