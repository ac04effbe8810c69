/** One writer a file: a lock file beside it that says which process has it. For Node alone. */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";
import { HyperparameterError } from "../errors.js";

function codeOf(error: unknown): string | null {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" ? code : null;
}

/** What a lock file says of the process that made it. */
interface Holder {
  readonly pid: number;
  readonly thread: number;
  readonly host: string;
  /** When the process began, in the system's own words, so that a later one with its number isn't taken for it. */
  readonly began: string | null;
}

/** Field 22 of /proc/<pid>/stat (proc(5)); null where there is no such thing. */
function beganAt(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive({ pid, host, began }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM"; // alive, and another user's
  }
  const now = beganAt(pid);
  return began === null || now === null || began === now;
}

function readHolder(path: string): { readonly text: string; readonly holder: Holder } | null {
  try {
    const text = readFileSync(path, "utf8");
    return { text, holder: JSON.parse(text) as Holder };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Puts `from` at `to`, whole at once; false: something is there. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Takes a dead process's lock away; puts it back where it has become another's in between. */
function removeStale(path: string, text: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (readFileSync(aside, "utf8") !== text) linked(aside, path);
  unlinkSync(aside);
}

/** Makes the lock file of a journal and gives its path. Throws STORAGE_LOCKED while a process that lives has it. */
export function lock(path: string): string {
  const lockPath = `${path}.lock`;
  const own = `${lockPath}.${process.pid}.${threadId}`;
  const holder: Holder = { pid: process.pid, thread: threadId, host: hostname(), began: beganAt(process.pid) };
  writeFileSync(own, JSON.stringify(holder));
  try {
    while (!linked(own, lockPath)) {
      const found = readHolder(lockPath);
      if (found !== null && isAlive(found.holder)) {
        const expected = "a journal that no other study writes";
        const got = `one locked by ${found.text}; if that is gone, remove ${lockPath}`;
        throw new HyperparameterError({ code: "STORAGE_LOCKED", where: path, expected, got });
      }
      if (found !== null) removeStale(lockPath, found.text, `${own}.stale`);
    }
  } finally {
    unlinkSync(own);
  }
  return lockPath;
}
