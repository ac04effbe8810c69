/** Proofs as files (c2sp.org/tlog-proof): that a line is in a log, with the checkpoint that says so. */
import { isDecimal, openCheckpoint } from "./checkpoint.js";
import { HASH_BYTES, leafHash, sameHash } from "./merkle.js";
import { decode64, type Trusted } from "./note.js";
import { rootByInclusion } from "./proofs.js";

const FIRST_LINE = "c2sp.org/tlog-proof@v1";

export interface LogProof {
  /** From 0: an entry's `seq` less one. */
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  /** The leaf itself, so that the file alone is enough; nothing vouches for it but the hashes. */
  readonly extra?: Uint8Array;
  /** The signed note, as it is. */
  readonly checkpoint: string;
}

export function formatProof({ index, hashes, checkpoint, extra }: LogProof): string {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  const known = extra === undefined ? [] : [`extra ${text(extra)}`];
  const lines = [FIRST_LINE, ...known, `index ${index}`, ...hashes.map(text)];
  return `${lines.join("\n")}\n\n${checkpoint}`;
}

/** Null where the text is no proof. */
export function parseProof(text: string): LogProof | null {
  const end = text.indexOf("\n\n");
  const [first, ...lines] = text.slice(0, Math.max(end, 0)).split("\n");
  const known = lines[0]?.startsWith("extra ") ? decode64((lines.shift() ?? "").slice(6)) : undefined;
  const [number = "", ...rest] = lines;
  const hashes = rest.map(decode64);
  if (first !== FIRST_LINE || known === null || !number.startsWith("index ") || !isDecimal(number.slice(6)))
    return null;
  if (!hashes.every((hash) => hash?.length === HASH_BYTES)) return null;
  const proof = { index: Number(number.slice(6)), hashes: hashes as Buffer[], checkpoint: text.slice(end + 2) };
  return known === undefined ? proof : { ...proof, extra: known };
}

/** What is wrong with a proof for these bytes of a line, or null where it holds. */
export function proofFault(proof: LogProof, line: Uint8Array, trusted: Trusted): string | null {
  const opened = openCheckpoint(proof.checkpoint, trusted);
  if (typeof opened === "string") return `has a checkpoint that ${opened}`;
  const { size, root } = opened.checkpoint;
  const found = rootByInclusion(leafHash(line), { index: proof.index, size }, proof.hashes);
  return found !== null && sameHash(found, root) ? null : "does not lead from the entry to the signed root";
}
