/**
 * Signed notes (c2sp.org/signed-note): a text, an empty line, and lines of signatures. Two kinds of keys: Ed25519 over the
 * text (0x01), and an Ed25519 cosignature over the text with a time (0x04, c2sp.org/tlog-cosignature).
 */
import { createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { sha256 } from "../../artifacts/digest.js";

const SIGNED = 0x01;
export const COSIGNED = 0x04;
type Kind = typeof SIGNED | typeof COSIGNED;

/** A public key with the name that it signs by. */
export interface Verifier {
  readonly name: string;
  /** Eight hex digits. */
  readonly id: string;
  readonly kind: Kind;
  readonly key: KeyObject;
}

/** Keys that may have signed the tree of a given size: a log can hand its key on. */
export type Trusted = (size: number) => readonly Verifier[];

export interface Signer {
  readonly verifier: Verifier;
  readonly privateKey: KeyObject;
}

export interface Signature {
  readonly name: string;
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface Note {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** A note may have at least 16 signatures; more are refused with it (c2sp.org/signed-note). */
const MOST_SIGNATURES = 100;
/** What stands before the 32 bytes of an Ed25519 public key in SPKI (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const TIME_BYTES = 8;
const KEY_BYTES = 32;

export function verifierOf(name: string, publicKey: KeyObject, kind: Kind = SIGNED): Verifier {
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(SPKI_PREFIX.length);
  return {
    name,
    kind,
    key: createPublicKey(publicKey.export({ type: "spki", format: "pem" })),
    id: idOf(name, kind, raw),
  };
}

/** `name+hexid+base64`, the form in which public keys are handed on. */
export function formatVerifier({ name, id, kind, key }: Verifier): string {
  const raw = key.export({ type: "spki", format: "der" }).subarray(SPKI_PREFIX.length);
  return `${name}+${id}+${Buffer.concat([Buffer.from([kind]), raw]).toString("base64")}`;
}

/** Null where the text is no such key, or of a kind that is not known here. */
export function parseVerifier(text: string): Verifier | null {
  const [, name, id, data] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text) ?? [];
  const bytes = decode64(data ?? "");
  if (name === undefined || id === undefined || bytes?.length !== 1 + KEY_BYTES) return null;
  const kind = bytes[0];
  const raw = bytes.subarray(1);
  if ((kind !== SIGNED && kind !== COSIGNED) || idOf(name, kind, raw) !== id) return null;
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" });
  return { name, id, kind, key };
}

/** @param seconds Unix time of a cosignature; a plain signature has none */
export function signText(text: string, { verifier, privateKey }: Signer, seconds = 0): Signature {
  const { name, id, kind } = verifier;
  const signature = sign(null, messageOf(kind, text, seconds), privateKey);
  return { name, id, bytes: kind === COSIGNED ? Buffer.concat([timeBytes(seconds), signature]) : signature };
}

export function formatNote({ text, signatures }: Note): string {
  const lines = signatures.map(
    ({ name, id, bytes }) => `— ${name} ${Buffer.concat([Buffer.from(id, "hex"), bytes]).toString("base64")}\n`,
  );
  return `${text}\n${lines.join("")}`;
}

/** Null where the bytes are no note. Nothing is verified. */
export function parseNote(note: string): Note | null {
  const split = note.lastIndexOf("\n\n");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a note has none but newlines
  if (split < 0 || /[\u0000-\u0009\u000b-\u001f\ud800-\udfff]/u.test(note) || !note.endsWith("\n")) return null;
  const lines = note.slice(split + 2, -1).split("\n");
  const signatures = lines.map(parseSignature);
  if (signatures.length > MOST_SIGNATURES || signatures.includes(null)) return null;
  return { text: note.slice(0, split + 1), signatures: signatures as Signature[] };
}

/**
 * Who of the given signed it. Null where a signature of one of them does not hold: then the whole note is refused
 * (c2sp.org/signed-note). Signatures of others are passed over.
 */
export function signersOf({ text, signatures }: Note, known: readonly Verifier[]): readonly Verifier[] | null {
  const signers = new Set<Verifier>();
  for (const signature of signatures) {
    const verifier = known.find(({ name, id }) => name === signature.name && id === signature.id);
    if (verifier === undefined) continue;
    if (!holds(text, signature, verifier)) return null;
    signers.add(verifier);
  }
  return [...signers];
}

/** Unix time in seconds that a cosignature states. */
export function timeOf({ bytes }: Signature): number {
  return Number(Buffer.from(bytes).readBigUInt64BE(0));
}

function holds(text: string, signature: Signature, { kind, key }: Verifier): boolean {
  const bytes = Buffer.from(signature.bytes);
  if (kind === SIGNED) return verify(null, messageOf(kind, text, 0), key, bytes);
  if (bytes.length < TIME_BYTES) return false;
  return verify(null, messageOf(kind, text, timeOf(signature)), key, bytes.subarray(TIME_BYTES));
}

function messageOf(kind: Kind, text: string, seconds: number): Buffer {
  return Buffer.from(kind === COSIGNED ? `cosignature/v1\ntime ${seconds}\n${text}` : text);
}

function timeBytes(seconds: number): Buffer {
  const bytes = Buffer.alloc(TIME_BYTES);
  bytes.writeBigUInt64BE(BigInt(seconds));
  return bytes;
}

function parseSignature(line: string): Signature | null {
  const [, name, data] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? [];
  const bytes = decode64(data ?? "");
  if (name === undefined || bytes === null || bytes.length < 5) return null;
  return { name, id: bytes.subarray(0, 4).toString("hex"), bytes: bytes.subarray(4) };
}

function idOf(name: string, kind: Kind, raw: Uint8Array): string {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([kind]), raw])).slice(0, 8);
}

/** RFC 4648 §4 and nothing laxer; null for other text. */
export function decode64(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.length > 0 && bytes.toString("base64") === text ? bytes : null;
}
