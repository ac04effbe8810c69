/** Checkpoints (c2sp.org/tlog-checkpoint): a log's size and root as the text of a signed note. */
import { HASH_BYTES } from "./merkle.js";
import { decode64, type Note, parseNote, signersOf, type Trusted, type Verifier } from "./note.js";
import type { TreeHead } from "./proofs.js";

export interface Checkpoint extends TreeHead {
  /** Names the log. */
  readonly origin: string;
}

/** The text to sign. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`;
}

/** Null where the text is no checkpoint. Lines after the third are allowed and say nothing here. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin = "", size = "", hash = "", ...rest] = text.split("\n");
  const root = decode64(hash);
  if (origin === "" || !isDecimal(size) || root?.length !== HASH_BYTES) return null;
  return rest.at(-1) === "" && !rest.slice(0, -1).includes("") ? { origin, size: Number(size), root } : null;
}

/** A checkpoint that one of the keys signed, with its note, or the reason why it is none. */
export function openCheckpoint(
  bytes: string,
  trusted: Trusted,
): { readonly checkpoint: Checkpoint; readonly note: Note; readonly signers: readonly Verifier[] } | string {
  const note = parseNote(bytes);
  const checkpoint = note === null ? null : parseCheckpoint(note.text);
  if (note === null || checkpoint === null) return "is no signed checkpoint";
  const signers = signersOf(note, trusted(checkpoint.size));
  if (signers === null) return "has a signature that does not hold";
  if (!signers.some(({ name }) => name === checkpoint.origin)) return "is not signed by the log's key";
  return { checkpoint, note, signers };
}

/** Digits without leading zeros, and small enough to be counted exactly. */
export function isDecimal(text: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text));
}
