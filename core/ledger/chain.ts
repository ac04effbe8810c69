/**
 * The bytes of the promotion log: an entry to its line, and a file of lines back to entries, each one checked against
 * the line before it. Reading only; nothing here writes.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../artifacts/digest.js";
import { systemCode } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import { canonicalJson, deepFreeze } from "../json.js";
import { type Entry, GENESIS } from "./entry.js";

/** Bytes of a line without its newline. The entry bundles of C2SP tlog-tiles give an entry's length as a uint16. */
export const MAX_ENTRY_BYTES = 65_535;

const NEWLINE = 0x0a;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How far the chain reaches after an entry. */
export interface Link {
  readonly seq: number;
  /** SHA-256 (hex) of the entry's line; what the next one must name as `previous`. */
  readonly hash: string;
  /** Bytes of the file up to here. */
  readonly bytes: number;
}

export const START: Link = { seq: 0, hash: GENESIS, bytes: 0 };

export interface Linked {
  readonly entry: Entry;
  readonly link: Link;
  /** Its bytes, without the newline. */
  readonly line: Uint8Array;
}

/** Members of an entry, each with its canonical JSON. */
export type Members = ReadonlyMap<string, string>;

/** @param folder the ledger's own folder */
export function entriesPath(folder: string): string {
  return join(folder, "entries.jsonl");
}

/** What an object is now, whatever becomes of it later. Throws TypeError where JSON has no word for a part of it. */
export function membersOf(object: object): Members {
  const given = Object.entries(object).filter(([, value]) => value !== undefined);
  return new Map(given.map(([name, value]) => [name, canonicalJson(value)]));
}

/** The line, without newline, of the entry that follows `link`. */
export function encodeEntry(body: Members, time: string, { seq, hash }: Link): string {
  const header = { seq: seq + 1, time, previous: hash };
  const bare = new Map([...body, ...membersOf(header)]);
  return objectOf(new Map([...bare, ["digest", `"${sha256(objectOf(bare))}"`]]));
}

function objectOf(members: Members): string {
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1)); // by UTF-16 code units, as RFC 8785 has it
  return `{${sorted.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

export function linkAfter(link: Link, line: Uint8Array): Link {
  return { seq: link.seq + 1, hash: sha256(line), bytes: link.bytes + line.length + 1 };
}

/**
 * The entries after `from`, up to the last whole line. What comes after that is a write that was cut short or that
 * goes on right now: the bytes after the last newline, or a last line with NUL bytes, which JSON has none of and a
 * file system leaves where a power cut kept data from the disk. Throws LEDGER_DAMAGED.
 */
export async function* readChain(path: string, from: Link = START): AsyncGenerator<Linked> {
  let link = from;
  for await (const line of wholeLines(path, from.bytes)) {
    const next = linkAfter(link, line);
    if (line.includes(0) && next.bytes === (await sizeOf(path))) return;
    yield { entry: decodeEntry(line, link, path), link: next, line };
    link = next;
  }
}

/** Bytes of a file; 0 when it is not there. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return 0;
    throw unreadable(path, error);
  }
}

/** A sixteenth of the reads that the default of 64 KiB takes: they were a sixth of what a long log took to open. */
const CHUNK_BYTES = 1 << 20;

/** The bytes of each whole line, without the newline, whatever they are. */
export async function* wholeLines(path: string, start = 0): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  for await (const chunk of chunks(path, start)) {
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
      const last = chunk.subarray(begin, end);
      yield pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
      pieces = [];
      begin = end + 1;
    }
    pieces.push(chunk.subarray(begin));
  }
}

async function* chunks(path: string, start: number): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { start, highWaterMark: CHUNK_BYTES })) yield chunk;
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw unreadable(path, error);
  }
}

function decodeEntry(line: Uint8Array, link: Link, path: string): Entry {
  const seq = link.seq + 1;
  const parsed = parse(line);
  const reason = parsed === null ? "is not an entry in canonical JSON" : fault(parsed, link);
  if (parsed === null || reason !== null) throw new SousError("LEDGER_DAMAGED", { path, line: seq, seq, reason });
  // The digest holds, so `append` wrote it. Kinds of a newer sous pass: readers skip what they don't know.
  return deepFreeze(parsed.found as unknown) as Entry;
}

interface Parsed {
  readonly found: Record<string, unknown>;
  readonly members: Members;
}

/** A line as an object, or null when it is not exactly the canonical text of one. */
function parse(line: Uint8Array): Parsed | null {
  try {
    const text = UTF8.decode(line);
    const found: unknown = JSON.parse(text);
    if (typeof found !== "object" || found === null || Array.isArray(found)) return null;
    const members = membersOf(found as Record<string, unknown>);
    return objectOf(members) === text ? { found: found as Record<string, unknown>, members } : null;
  } catch {
    return null; // whatever the decoder or the parser disliked, the answer is the same
  }
}

function fault({ found, members }: Parsed, link: Link): string | null {
  const bare = new Map(members);
  bare.delete("digest");
  if (found.digest !== sha256(objectOf(bare))) return "does not match its own digest: it was changed";
  if (found.seq !== link.seq + 1) {
    return `has seq ${found.seq} where ${link.seq + 1} is due: lines were dropped, put in or moved`;
  }
  if (found.previous !== link.hash) return "does not follow from the line before it: one of the two was changed";
  return typeof found.kind === "string" ? null : "has no kind";
}

function unreadable(path: string, cause: unknown): SousError {
  return new SousError("FILE_READ_FAILED", { path, reason: systemCode(cause) ?? String(cause) }, { cause });
}
