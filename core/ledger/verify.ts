import { readFile } from "node:fs/promises";
import { join, normalize, sep } from "node:path";
import { sha256 } from "../artifacts/digest.js";
import { systemCode } from "../artifacts/files.js";
import { type ErrorRecord, SousError } from "../errors.js";
import { entriesPath, type Link, readChain, START, sizeOf } from "./chain.js";
import type { Entry } from "./entry.js";

/** What a check of a log from its bytes found. */
export interface Verification {
  /** Entries that hold, from the first on. */
  readonly entries: number;
  /** SHA-256 (hex) of the last line that holds: kept elsewhere, it shows later whether the log was rewritten. */
  readonly head: string;
  /** Bytes after the last whole line: a write that was cut short, or that goes on right now. */
  readonly torn: number;
  /** The first thing that is wrong, or null. */
  readonly problem: ErrorRecord | null;
}

/** Checks every line of a log, and the bytes that its repairs kept. Changes nothing. */
export async function verifyLedger(folder: string): Promise<Verification> {
  const path = entriesPath(folder);
  let link: Link = START;
  let problem: ErrorRecord | null = null;
  try {
    for await (const linked of readChain(path)) {
      await checkKept(folder, linked.entry);
      link = linked.link;
    }
  } catch (error) {
    if (!(error instanceof SousError)) throw error;
    problem = error.toJSON();
  }
  const torn = problem === null ? (await sizeOf(path)) - link.bytes : 0;
  return { entries: link.seq, head: link.hash, torn, problem };
}

async function checkKept(folder: string, entry: Entry): Promise<void> {
  if (entry.kind !== "repaired") return;
  const fault = (reason: string) =>
    new SousError("LEDGER_DAMAGED", { path: entriesPath(folder), line: entry.seq, seq: entry.seq, reason });
  if (!normalize(entry.kept).startsWith(`torn${sep}`)) throw fault(`names ${entry.kept}, which is outside torn/`);
  const bytes = await readFile(join(folder, entry.kept)).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") throw fault(`names ${entry.kept}, which is gone`);
    throw error;
  });
  if (sha256(bytes) !== entry.sha256) throw fault(`names ${entry.kept}, whose bytes are not those it was written for`);
}
