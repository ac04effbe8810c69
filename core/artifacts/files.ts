/**
 * The one home of durable file operations: temp → write → fsync → rename → fsync the folder. When a call resolves, the
 * bytes survive a power cut; when the process dies inside one, readers see the old bytes or the new ones, never a mix.
 * Temporary names lie in the target's own folder, so that no rename crosses a file system.
 */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { SousError } from "../errors.js";

/** Names that begin so are unfinished writes of a process that died; anyone may delete them. */
export const UNFINISHED = ".tmp-";

/** Permission bits: all may read, and for secrets their owner only. */
const PUBLIC = 0o644;
export const SECRET = 0o600;

/** Puts `bytes` at `path` in one step, replacing what was there. Makes missing folders. Throws FILE_WRITE_FAILED. */
export function writeDurable(path: string, bytes: Uint8Array | string, mode = PUBLIC): Promise<void> {
  return coded(path, async () => {
    const folder = dirname(path);
    await makeFolder(folder);
    const temporary = unfinished(folder);
    await orRemove(temporary, async () => {
      await writeSynced(temporary, bytes, mode);
      await rename(temporary, path);
    });
    await syncFolder(folder);
  });
}

/**
 * Puts `bytes` at `path` in one step, for what can be made again at any time: nothing waits for the disk, so that after
 * a power cut the old bytes, the new ones or nothing may be there. Throws FILE_WRITE_FAILED.
 */
export function writeDerived(path: string, bytes: Uint8Array | string): Promise<void> {
  return coded(path, async () => {
    const folder = dirname(path);
    const temporary = unfinished(folder);
    await orRemove(temporary, async () => {
      await writeFile(temporary, bytes).catch(async (error: unknown) => {
        if (systemCode(error) !== "ENOENT") throw error;
        await mkdir(folder, { recursive: true });
        await writeFile(temporary, bytes);
      });
      await rename(temporary, path);
    });
  });
}

/** As `writeDerived`, where the file is missing or has other bytes. */
export async function mendDerived(path: string, bytes: Uint8Array): Promise<void> {
  const found = await readFile(path).catch(() => null); // written anew, or told when that fails too
  if (found === null || !found.equals(bytes)) await writeDerived(path, bytes);
}

/**
 * Puts `bytes` into a file (made with its folder if missing) from byte `at` on. As of `writeDerived`, nothing waits for the
 * disk; and whoever reads meanwhile may find a part of them. Throws FILE_WRITE_FAILED.
 */
export function writeDerivedAt(path: string, bytes: Uint8Array, at: number): Promise<void> {
  return coded(path, async () => {
    const file = await openMade(path, constants.O_WRONLY | constants.O_CREAT);
    try {
      await file.write(bytes, 0, bytes.length, at);
    } finally {
      await file.close();
    }
  });
}

/** The folder is made only where it is missing: to ask for it each time costs as much as the write. */
function openMade(path: string, flags: number): Promise<FileHandle> {
  return open(path, flags, PUBLIC).catch(async (error: unknown) => {
    if (systemCode(error) !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, flags, PUBLIC);
  });
}

/** Deletes what was written with `writeDerived`, or a folder of it. Throws FILE_WRITE_FAILED. */
export function removeDerived(path: string): Promise<void> {
  return coded(path, () => rm(path, { recursive: true, force: true }));
}

/**
 * Puts a whole folder of files at `path`; names are plain, without folders. Where nothing or an empty folder was, it
 * appears in one step. Where files were, they are moved away first, so that a reader may for a moment find nothing.
 * Throws FILE_WRITE_FAILED.
 */
export function writeFolderDurable(path: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  return coded(path, async () => {
    const parent = dirname(path);
    await makeFolder(parent);
    const temporary = unfinished(parent);
    await orRemove(temporary, async () => {
      await mkdir(temporary);
      for (const [name, bytes] of Object.entries(files)) await writeSynced(join(temporary, name), bytes);
      await syncFolder(temporary);
      await moveFolder(temporary, path);
    });
    await syncFolder(parent);
  });
}

/**
 * Appends to a file (made with its folder if missing) and returns once the bytes are on disk. Where it throws
 * FILE_WRITE_FAILED, a part of the bytes may be there.
 */
export function appendDurable(path: string, bytes: Uint8Array | string): Promise<void> {
  return coded(path, async () => {
    await makeFolder(dirname(path));
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o644);
    try {
      const isNew = (await file.stat()).size === 0;
      await file.writeFile(bytes);
      await file.datasync(); // fdatasync(2) flushes the new size too
      if (isNew) await syncFolder(dirname(path));
    } finally {
      await file.close();
    }
  });
}

/** Cuts a file to its first `length` bytes. Throws FILE_WRITE_FAILED. */
export function truncateDurable(path: string, length: number): Promise<void> {
  return coded(path, async () => {
    await truncate(path, length);
    const file = await open(path, constants.O_RDWR);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Deletes a file or a folder with all in it; nothing there is no error. Throws FILE_WRITE_FAILED. */
export function removeDurable(path: string): Promise<void> {
  return coded(path, async () => {
    await rm(path, { recursive: true, force: true });
    await syncFolder(dirname(path)).catch((error: unknown) => {
      if (systemCode(error) !== "ENOENT") throw error; // no parent: nothing was there
    });
  });
}

/** Makes a folder and the missing ones above it, durably. Throws FILE_WRITE_FAILED. */
export function makeFolder(path: string): Promise<void> {
  return coded(path, async () => {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return;
    const top = dirname(resolve(first));
    for (let folder = resolve(path); folder !== top; ) {
      folder = dirname(folder);
      await syncFolder(folder);
    }
  });
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

/**
 * Deletes what writers that died have left in `folder` and below, and returns how many names that were. To be called
 * while no other process writes there: it would take a live writer's file away.
 */
export async function sweepUnfinished(folder: string): Promise<number> {
  const items = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  });
  let swept = 0;
  for (const item of items) {
    const path = join(folder, item.name);
    if (item.name.startsWith(UNFINISHED)) {
      await removeDurable(path);
      swept += 1;
    } else if (item.isDirectory()) swept += await sweepUnfinished(path);
  }
  return swept;
}

/** The `code` of an error of the operating system or of SQLite, such as ENOENT. */
export function systemCode(error: unknown): string | null {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" ? code : null;
}

function unfinished(folder: string): string {
  return join(folder, `${UNFINISHED}${randomBytes(8).toString("hex")}`);
}

async function writeSynced(path: string, bytes: Uint8Array | string, mode = PUBLIC): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** rename(2) replaces an empty folder only; a full one is moved away, and back if the new one can't take its place. */
async function moveFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST"].includes(systemCode(error) ?? "")) throw error;
    const old = unfinished(dirname(to));
    await rename(to, old);
    await rename(from, to).catch(async (cause: unknown) => {
      await rename(old, to);
      throw cause;
    });
    await rm(old, { recursive: true, force: true });
  }
}

async function orRemove(temporary: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // The first error is the one to tell; what can't be deleted now is swept at the next start.
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

async function coded(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof SousError) throw error; // of a call within this one
    const reason = error instanceof Error ? error.message : String(error);
    throw new SousError("FILE_WRITE_FAILED", { path, reason }, { cause: error });
  }
}
