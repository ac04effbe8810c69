/** The roster of a log as files: a page for each recipe, and the head that is signed. All of it follows from the lines. */
import { createHash } from "node:crypto";
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  mendDerived,
  removeDerived,
  systemCode,
  UNFINISHED,
  writeDerived,
  writeDerivedAt,
} from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { pageName, parseRoster, type Roster, type RosterHead, SEAT_BYTES, type Seat, seatsIn } from "./roster.js";
import { sameHash } from "./tlog/merkle.js";
import { type Note, parseNote, signersOf, type Trusted } from "./tlog/note.js";

const HEAD = "head";

const inRoster = (folder: string, name: string) => join(folder, "roster", name);

/** Writes what no file has yet. Throws FILE_WRITE_FAILED, and goes on when called again. @param head the signed note */
export async function writeRoster(folder: string, roster: Roster, head: string): Promise<void> {
  for (const { name, at, bytes } of roster.due()) {
    await writeDerivedAt(inRoster(folder, name), bytes, at);
    roster.settle(name);
  }
  await writeDerived(inRoster(folder, HEAD), head);
}

/** Of a roster that was made from all lines: writes what is missing or differs, and removes what is no part of it. */
export async function mendRoster(folder: string, roster: Roster, head: string): Promise<void> {
  for (const { name, bytes } of roster.due()) {
    await mendDerived(inRoster(folder, name), bytes);
    roster.settle(name);
  }
  await mendDerived(inRoster(folder, HEAD), Buffer.from(head));
  for (const name of await pagesIn(folder)) if (!roster.has(name)) await removeDerived(inRoster(folder, name));
}

/** A head, and the note that it is the text of; null in place of what the file doesn't hold. */
export interface ReadHead {
  readonly note: Note | null;
  readonly head: RosterHead | null;
}

/** Null where there is no head. Nothing is verified. Throws FILE_READ_FAILED. */
export async function readHead(folder: string): Promise<ReadHead | null> {
  const path = inRoster(folder, HEAD);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (systemCode(cause) === "ENOENT") return null;
    throw new SousError("FILE_READ_FAILED", { path, reason: systemCode(cause) ?? String(cause) }, { cause });
  });
  if (text === null) return null;
  const note = parseNote(text);
  return { note, head: note === null ? null : parseRoster(note.text) };
}

/** Whether a key of its log signed the head. */
export function isSignedHead({ note, head }: ReadHead, trusted: Trusted): boolean {
  if (note === null || head === null) return false;
  return signersOf(note, trusted(head.size))?.some(({ name }) => name === head.origin) === true;
}

/** The seats of a recipe; null where the page is not the one that was signed, or where there is none. */
export async function readSeats(
  folder: string,
  { pages }: RosterHead,
  recipe: string,
): Promise<readonly Seat[] | null> {
  const name = pageName(recipe);
  const mark = pages.get(name);
  if (mark === undefined) return null;
  const bytes = await readFirst(inRoster(folder, name), mark.seats * SEAT_BYTES);
  const digest = createHash("sha256").update(bytes).digest();
  return sameHash(digest, mark.digest) ? seatsIn(bytes) : null;
}

/** What the lines give. */
export interface Given {
  /** Made from all lines, with none of it written. */
  readonly roster: Roster;
  /** The text that the head should have; null where the lines don't reach so far. */
  readonly text: string | null;
  /** Null where no key is known. */
  readonly trusted: Trusted | null;
}

/** Throws LEDGER_TILE for the first file that is not what the lines give. A log that an older sous signed has no roster. */
export async function checkRoster(folder: string, found: ReadHead | null, given: Given): Promise<void> {
  if (found === null && (await pagesIn(folder)).length === 0) return;
  const path = inRoster(folder, HEAD);
  if (found === null) throw wrong(path, "is gone");
  const { note, head } = found;
  if (head === null || note === null || note.text !== given.text)
    throw wrong(path, "is not what the lines of the log give");
  if (given.trusted !== null && !isSignedHead(found, given.trusted))
    throw wrong(path, "is not signed by the log's key");
  await checkPages(folder, head, given.roster);
}

/** A page may go further than the head tells: a write goes on, or a crash ended it. */
async function checkPages(folder: string, head: RosterHead, roster: Roster): Promise<void> {
  const due = new Map(roster.due().map(({ name, bytes }) => [name, bytes]));
  for (const name of new Set([...head.pages.keys(), ...(await pagesIn(folder))])) {
    const path = inRoster(folder, name);
    const [bytes, all] = [await readFile(path).catch(() => null), due.get(name)];
    const least = (head.pages.get(name)?.seats ?? 0) * SEAT_BYTES;
    if (all === undefined) throw wrong(path, "belongs to no recipe");
    if (bytes === null) throw wrong(path, "is gone");
    if (bytes.length < least || !bytes.equals(all.subarray(0, bytes.length)))
      throw wrong(path, "is not what the lines of the log give");
  }
}

async function readFirst(path: string, length: number): Promise<Buffer> {
  const file = await open(path).catch(() => null); // what can't be read has another digest
  if (file === null) return Buffer.alloc(0);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function pagesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, "roster")).catch(() => []);
  return names.filter((name) => name !== HEAD && !name.startsWith(UNFINISHED));
}

function wrong(path: string, reason: string): SousError {
  return new SousError("LEDGER_TILE", { path, reason });
}
