import { canonicalJson } from "../json.js";
import type { Entry } from "./entry.js";
import type { Trusted } from "./tlog/note.js";
import { parseProof, proofFault } from "./tlog/proof-file.js";

/** An entry's bytes in the log: its canonical JSON. */
export function lineOf(entry: Entry): Uint8Array {
  return Buffer.from(canonicalJson(entry));
}

/** Whether the text of a `.tlog-proof` file shows that this entry is in the log of these keys, as it is now or was before. */
export function proves(text: string, entry: Entry, trusted: Trusted): boolean {
  const proof = parseProof(text);
  return proof?.index === entry.seq - 1 && proofFault(proof, lineOf(entry), trusted) === null;
}
