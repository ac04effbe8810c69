/**
 * One daemon per folder. The lock is SQLite's exclusive lock on an empty database file: the operating system frees it
 * when the process ends, however it ends, and child processes don't inherit it (fcntl(2)). The file `daemon.json` beside
 * it only says who holds it. Nothing in this process may open the lock file but SQLite: closing any descriptor of it
 * would free the lock (sqlite.org/howtocorrupt.html §2.2).
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { makeFolder, removeDurable, systemCode, writeDurable } from "../artifacts/files.js";
import { isoNow, sleep } from "../clock.js";
import { SousError } from "../errors.js";

export interface Holder {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly since: string;
}

export interface Lock {
  release(): Promise<void>;
}

/** Milliseconds that a look at the lock (`lockHolder`) may hold it up. */
const PATIENCE = 200;

/** Connections that hold a lock. Garbage collection closes a connection, so one must be reachable until its release. */
const held = new Set<Database.Database>();

/** Takes the folder's lock, or throws LOCK_HELD with the holder's pid. */
export async function acquireLock(folder: string): Promise<Lock> {
  await makeFolder(folder);
  const database = new Database(lockPath(folder), { timeout: PATIENCE });
  if (!tryHold(database, "begin exclusive")) {
    database.close();
    const holder = await readHolder(folder);
    throw new SousError("LOCK_HELD", { folder, pid: holder?.pid ?? "unknown", since: holder?.since ?? "just now" });
  }
  held.add(database);
  await writeDurable(holderPath(folder), JSON.stringify({ pid: process.pid, since: isoNow() }));
  return {
    release: async () => {
      await removeDurable(holderPath(folder));
      database.close();
      held.delete(database);
    },
  };
}

/** Who holds the folder's lock, or null when nobody does. */
export async function lockHolder(folder: string): Promise<Holder | null> {
  let database: Database.Database;
  try {
    database = new Database(lockPath(folder), { readonly: true, fileMustExist: true, timeout: 0 });
  } catch (error) {
    if (systemCode(error) === "SQLITE_CANTOPEN") return null; // no daemon has ever been here
    throw error;
  }
  const isFree = tryHold(database, "select * from sqlite_master");
  database.close();
  return isFree ? null : readHolder(folder);
}

function tryHold(database: Database.Database, sql: string): boolean {
  try {
    database.exec(sql);
    return true;
  } catch (error) {
    if (systemCode(error) === "SQLITE_BUSY") return false;
    throw error;
  }
}

/**
 * What the holder wrote about itself. It writes that just after it has the lock, so for a moment the file is missing or
 * still names one that was killed; null when that lasts.
 */
async function readHolder(folder: string): Promise<Holder | null> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const holder = await readHolderFile(folder);
    if (holder !== null && isAlive(holder.pid)) return holder;
    await sleep(25);
  }
  return null;
}

async function readHolderFile(folder: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(holderPath(folder), "utf8")) as Holder;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM"; // alive, and another user's
  }
}

function lockPath(folder: string): string {
  return join(folder, "daemon.lock");
}

function holderPath(folder: string): string {
  return join(folder, "daemon.json");
}
