import { canonicalJson } from "../json.js";
import type { Entry } from "./entry.js";
import type { Trusted } from "./tlog/note.js";
import { parseProof, proofFault } from "./tlog/proof-file.js";

/** An entry's bytes in the log: its canonical JSON. */
export function lineOf(entry: Entry): Uint8Array {
  return Buffer.from(canonicalJson(entry));
}

/** Whether the text of a `.tlog-proof` file shows that this entry, and no other line that it brings along, is in the log. */
export function proves(text: string, entry: Entry, trusted: Trusted): boolean {
  const proof = parseProof(text);
  const line = lineOf(entry);
  if (proof?.index !== entry.seq - 1 || (proof.extra && !Buffer.from(line).equals(proof.extra))) return false;
  return proofFault(proof, line, trusted) === null;
}
