/**
 * What a crash cut short at the log's end: bytes that were never acknowledged. They are kept in `torn/`, cut off, and
 * logged, in this order, and each step may be done again, so that a crash between two of them loses nothing.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../artifacts/digest.js";
import { systemCode, truncateDurable, UNFINISHED, writeDurable } from "../artifacts/files.js";
import { entriesPath, sizeOf } from "./chain.js";
import type { Entry, RepairedBody } from "./entry.js";

const TORN = "torn";

/** Moves all after the first `bytes` bytes of the log away. */
export async function cutTornTail(folder: string, bytes: number): Promise<void> {
  const path = entriesPath(folder);
  if ((await sizeOf(path)) <= bytes) return;
  const tail = (await readFile(path)).subarray(bytes);
  await writeDurable(join(folder, TORN, `${bytes}-${sha256(tail).slice(0, 16)}`), tail);
  await truncateDurable(path, bytes);
}

/** Entries that are due for torn bytes which no entry names yet. */
export async function unloggedRepairs(folder: string, entries: readonly Entry[]): Promise<RepairedBody[]> {
  const logged = new Set(entries.map((entry) => (entry.kind === "repaired" ? entry.kept : null)));
  const bodies: RepairedBody[] = [];
  for (const name of await tornNames(folder)) {
    const kept = `${TORN}/${name}`;
    if (logged.has(kept)) continue;
    const bytes = await readFile(join(folder, kept));
    bodies.push({ kind: "repaired", bytes: bytes.length, sha256: sha256(bytes), kept });
  }
  return bodies;
}

/** Names in order of where in the log the bytes stood, which is the order of the crashes. */
async function tornNames(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(join(folder, TORN))).filter((name) => !name.startsWith(UNFINISHED));
    return names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}
