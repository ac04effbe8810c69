import { readSigned } from "./signed.js";
import { tileNodes } from "./tiles.js";
import { formatNote } from "./tlog/note.js";
import { formatProof } from "./tlog/proof-file.js";
import { proveInclusion } from "./tlog/proofs.js";

/**
 * A proof that an entry is in a log, as the text of a `.tlog-proof` file, from the log's files alone and beside whoever writes
 * it. Null where nothing that was signed reaches the entry. Throws LEDGER_SIGNATURE, LEDGER_TILES, FILE_READ_FAILED.
 */
export async function proofIn(folder: string, seq: number): Promise<string | null> {
  const { checkpoint } = await readSigned(folder);
  if (checkpoint === null || checkpoint.says.size < seq) return null;
  const { size } = checkpoint.says;
  const hashes = await proveInclusion(seq - 1, size, tileNodes(folder, size));
  return formatProof({ index: seq - 1, hashes, checkpoint: formatNote(checkpoint.note) });
}
