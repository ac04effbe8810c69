/**
 * The two signed files of a log. `pending` announces, before lines are appended, from which tree to which the log grows;
 * it is on disk before they are. `checkpoint` is the tree as it is, for everybody; it follows from the lines.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { type Checkpoint, checkpointText, parseCheckpoint } from "./tlog/checkpoint.js";
import { type Note, parseNote, signersOf, type Trusted } from "./tlog/note.js";
import type { TreeHead } from "./tlog/proofs.js";

/** First line of an announcement, which is no checkpoint: the tree that it tells of may never come to be. */
const ANNOUNCED = "sous/announcement@v1";

/** From the tree `from`, whose lines were acknowledged, the log was to grow to the tree `to`. */
export interface Announcement {
  readonly from: TreeHead;
  readonly to: TreeHead;
}

interface Signed<T> {
  readonly path: string;
  readonly note: Note;
  readonly origin: string;
  readonly says: T;
}

/** What the files say; null where one is not there. */
export interface SignedState {
  readonly checkpoint: Signed<Checkpoint> | null;
  readonly pending: Signed<Announcement> | null;
}

/** @param folder the ledger's own folder */
export function checkpointPath(folder: string): string {
  return join(folder, "checkpoint");
}

export function pendingPath(folder: string): string {
  return join(folder, "pending");
}

export function announcementText(origin: string, { from, to }: Announcement): string {
  return `${ANNOUNCED}\n${checkpointText({ origin, ...from })}${checkpointText({ origin, ...to })}`;
}

/** Reads both, without asking who signed them. Throws LEDGER_SIGNATURE where one is not of its form. */
export async function readSigned(folder: string): Promise<SignedState> {
  return {
    checkpoint: await readNote(checkpointPath(folder), parseCheckpoint),
    pending: await readNote(pendingPath(folder), parseAnnouncement),
  };
}

/** Whether anything of the log was signed. Throws LEDGER_SIGNATURE, FILE_READ_FAILED. */
export async function isSigned(folder: string): Promise<boolean> {
  const { checkpoint, pending } = await readSigned(folder);
  return checkpoint !== null || pending !== null;
}

/** Throws LEDGER_SIGNATURE where one of the files is not signed by a key of its log. */
export function requireSigned({ checkpoint, pending }: SignedState, trusted: Trusted): void {
  for (const one of [checkpoint, pending]) {
    if (one === null) continue;
    const signers = signersOf(one.note, trusted("to" in one.says ? one.says.to.size : one.says.size));
    if (signers?.some(({ name }) => name === one.origin)) continue;
    const reason = signers === null ? "has a signature that does not hold" : "is not signed by the log's key";
    throw new SousError("LEDGER_SIGNATURE", { path: one.path, reason });
  }
}

function parseAnnouncement(text: string): (Announcement & { readonly origin: string }) | null {
  const [first, ...lines] = text.split("\n");
  const [from, to] = [lines.slice(0, 3), lines.slice(3)].map((part) =>
    parseCheckpoint(`${part.join("\n").trimEnd()}\n`),
  );
  if (first !== ANNOUNCED || !from || !to || from.origin !== to.origin) return null;
  return { origin: to.origin, from, to };
}

async function readNote<T extends { readonly origin: string }>(
  path: string,
  parse: (text: string) => T | null,
): Promise<Signed<T> | null> {
  const text = await read(path);
  if (text === null) return null;
  const note = parseNote(text);
  const says = note === null ? null : parse(note.text);
  if (note === null || says === null)
    throw new SousError("LEDGER_SIGNATURE", { path, reason: "is no signed note of its kind" });
  return { path, note, says, origin: says.origin };
}

/** Null where nothing is there, or nothing but NUL bytes: a power cut leaves that of a rename that was not awaited. */
async function read(path: string): Promise<string | null> {
  try {
    const text = await readFile(path, "utf8");
    return /^\0*$/.test(text) ? null : text;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw new SousError("FILE_READ_FAILED", { path, reason: systemCode(error) ?? String(error) }, { cause: error });
  }
}
