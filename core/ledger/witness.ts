/**
 * A witness of a log: a folder elsewhere, with a key of its own, that keeps the hash of every line that it has seen and
 * cosigns the log's checkpoint (c2sp.org/tlog-cosignature). What it has seen once can't be taken back: a log that was cut,
 * or that has another line in an old one's place, no longer agrees with it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../artifacts/digest.js";
import { appendDurable, systemCode, truncateDurable, writeDurable } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { witnessKey } from "./keys.js";
import { checkpointPath } from "./signed.js";
import { readVerifier, verifierPath } from "./signer.js";
import { parseCheckpoint } from "./tlog/checkpoint.js";
import { Frontier, HASH_BYTES, sameHash } from "./tlog/merkle.js";
import {
  COSIGNED,
  formatNote,
  formatVerifier,
  type Note,
  parseNote,
  type Signer,
  signersOf,
  signText,
  type Verifier,
  verifierOf,
} from "./tlog/note.js";
import { type Seen, type Verification, verifyLedger } from "./verify.js";

interface Observed extends Seen {
  /** The log's key, as the witness first knew it. */
  readonly known: Verifier;
}

/** What a look of a witness at a log came to. */
export interface Witnessed {
  readonly verification: Verification;
  /** Entries that it had seen before, and has now. */
  readonly before: number;
  readonly now: number;
  /** The witness's own verifier key. */
  readonly witness: string;
}

const HASHES = "hashes";

/**
 * Looks at a log, and where all of it holds and it goes on from what was seen before, keeps what is new and cosigns.
 * @param folder of the witness; made where it is not there yet, and then the log's key is the one given
 * @throws SousError WITNESS_DAMAGED, LEDGER_UNSIGNED, KEY_…
 */
export async function witnessLog(
  folder: string,
  log: { readonly folder: string; readonly known: Verifier | null },
  seconds: number,
): Promise<Witnessed> {
  const seen = await openWitness(folder);
  const known = seen?.known ?? log.known;
  if (known === null) throw new SousError("LEDGER_UNSIGNED", { path: log.folder });
  const signer = await signerOf(folder, { make: seen === null });
  const leaves: Uint8Array[] = [];
  const signed: Note[] = [];
  const verification = await verifyLedger(log.folder, {
    known,
    seen,
    onLeaf: (index, leaf) => {
      leaves[index] = leaf;
    },
    onSigned: (note) => signed.push(note),
  });
  const before = seen?.head.size ?? 0;
  const witness = formatVerifier(signer.verifier);
  if (verification.problem !== null) return { verification, before, now: before, witness };
  const note = signed.at(-1);
  if (note === undefined) throw new SousError("LEDGER_UNSIGNED", { path: log.folder });
  const size = verification.signed ?? 0;
  await keepHashes(join(folder, HASHES), leaves.slice(before, size), before);
  await writeDurable(verifierPath(folder), `${formatVerifier(known)}\n`);
  await writeDurable(checkpointPath(folder), cosigned(note, signer, seconds));
  return { verification, before, now: size, witness };
}

/** What a witness has seen, or null where its folder has nothing yet. Throws WITNESS_DAMAGED, KEY_…, FILE_READ_FAILED. */
export async function openWitness(folder: string): Promise<Observed | null> {
  const text = await readIfThere(checkpointPath(folder));
  if (text === null) return null;
  const known = await readVerifier(verifierPath(folder));
  const { verifier } = await signerOf(folder, { make: false });
  const note = parseNote(text.toString());
  const head = note === null ? null : parseCheckpoint(note.text);
  if (note === null || head === null || known === null || signersOf(note, [verifier])?.length !== 1) {
    throw new SousError("WITNESS_DAMAGED", { path: folder, reason: "its checkpoint does not have its signature" });
  }
  const hashes = (await readIfThere(join(folder, HASHES))) ?? Buffer.alloc(0);
  const leaf = (index: number) =>
    index < head.size ? hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES) : null;
  const tree = new Frontier();
  for (let index = 0; index < head.size; index += 1) tree.push(leaf(index) as Uint8Array);
  if (!sameHash(tree.root(), head.root)) {
    throw new SousError("WITNESS_DAMAGED", { path: folder, reason: "its hashes do not give the root that it signed" });
  }
  return { known, head, leaf };
}

/** A checkpoint that was kept alone, in a file: whoever gives it vouches for it. Throws WITNESS_DAMAGED. */
export async function openKept(path: string): Promise<Seen> {
  const note = parseNote((await readIfThere(path))?.toString() ?? "");
  const head = note === null ? null : parseCheckpoint(note.text);
  if (head === null) throw new SousError("WITNESS_DAMAGED", { path, reason: "it is no checkpoint" });
  return { head, leaf: () => null };
}

async function signerOf(folder: string, options: { readonly make: boolean }): Promise<Signer> {
  const { privateKey, publicKey } = await witnessKey(folder, options);
  const name = `sous.local/witness/${sha256(publicKey.export({ type: "spki", format: "der" })).slice(0, 16)}`;
  return { verifier: verifierOf(name, publicKey, COSIGNED), privateKey };
}

/** The log's note, with the witness's signature after the log's. */
function cosigned({ text, signatures }: Note, signer: Signer, seconds: number): string {
  return formatNote({ text, signatures: [...signatures, signText(text, signer, seconds)] });
}

/** A crash can leave hashes that no checkpoint covers: they are cut off first. */
async function keepHashes(path: string, leaves: readonly Uint8Array[], before: number): Promise<void> {
  const there = ((await readIfThere(path)) ?? Buffer.alloc(0)).length;
  if (there > before * HASH_BYTES) await truncateDurable(path, before * HASH_BYTES);
  if (leaves.length > 0) await appendDurable(path, Buffer.concat(leaves));
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw new SousError("FILE_READ_FAILED", { path, reason: systemCode(error) ?? String(error) }, { cause: error });
  }
}
