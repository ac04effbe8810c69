/**
 * The one home of durable file operations: temp → write → fsync → rename → fsync the folder. When a call resolves, the
 * bytes survive a power cut; when the process dies inside one, readers see the old bytes or the new ones, never a mix.
 */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Names that begin so are unfinished writes of a process that died; anyone may delete them. */
export const UNFINISHED = ".tmp-";

/** Puts `bytes` at `path` in one step, replacing what was there. Makes missing folders. */
export async function writeDurable(path: string, bytes: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = unfinished(path);
  try {
    await writeSynced(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Puts a whole folder of files at `path` in one step. `path` must not exist, or be a folder that may be replaced. */
export async function writeFolderDurable(
  path: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  const parent = dirname(path);
  const temporary = unfinished(path);
  await mkdir(temporary, { recursive: true });
  try {
    for (const [name, bytes] of Object.entries(files)) await writeSynced(join(temporary, name), bytes);
    await syncFolder(temporary);
    await rm(path, { recursive: true, force: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(parent);
}

/** Appends to a file (made if missing) and returns once the bytes are on disk. */
export async function appendDurable(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o644);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Deletes a file or a folder with all in it; nothing there is no error. */
export async function removeDurable(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await syncFolder(dirname(path));
}

/** Makes entries of a folder (creations, renames, deletions) durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function unfinished(path: string): string {
  return join(dirname(path), `${UNFINISHED}${basename(path)}-${randomBytes(6).toString("hex")}`);
}

async function writeSynced(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, "wx", 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
