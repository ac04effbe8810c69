/** Opens the SQLite file of the store, brings it up to date, and gives its errors codes. */
import { dirname } from "node:path";
import Database from "better-sqlite3";
import type { Kysely, SqliteDatabase, SqliteStatement } from "kysely";
import { makeFolder, systemCode } from "../artifacts/files.js";
import { type ErrorCode, SousError } from "../errors.js";
import { MIGRATIONS } from "./migrations.js";
import type { Tables } from "./tables.js";

/** Seconds to wait for another process's write; `sous status` and the like only read, which never waits in WAL mode. */
const BUSY_SECONDS = 5;

export interface Opened {
  readonly tables: Kysely<Tables>;
  close(): void;
}

/**
 * Throws STORE_MISSING (read-only, and no file), STORE_NEWER, STORE_OLDER (read-only, so it can't be brought up to
 * date), STORE_DAMAGED, STORE_BUSY, STORE_FAILED.
 */
export async function openDatabase(path: string, options: { readonly readonly: boolean }): Promise<Opened> {
  if (!options.readonly) await makeFolder(dirname(path));
  const connection = coded(path, () => connect(path, options.readonly));
  try {
    coded(path, () => (options.readonly ? checkVersion(connection, path) : prepareForWriting(connection, path)));
  } catch (error) {
    connection.close();
    throw error;
  }
  const kysely = await import("kysely"); // 270 modules, which commands do without that open no store
  const tables = new kysely.Kysely<Tables>({
    dialect: new kysely.SqliteDialect({ database: driver(connection, path) }),
  });
  return { tables, close: () => connection.close() };
}

function connect(path: string, readonly: boolean): Database.Database {
  try {
    return new Database(path, { readonly, fileMustExist: readonly, timeout: BUSY_SECONDS * 1000 });
  } catch (error) {
    if (readonly && systemCode(error) === "SQLITE_CANTOPEN") throw new SousError("STORE_MISSING", { path });
    throw error;
  }
}

function prepareForWriting(connection: Database.Database, path: string): void {
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL"); // better-sqlite3's default in WAL mode is NORMAL, which a power cut outruns
  connection.pragma("foreign_keys = ON");
  connection.transaction(() => migrate(connection, path)).immediate();
}

function migrate(connection: Database.Database, path: string): void {
  const found = versionOf(connection);
  if (found > MIGRATIONS.length) throw new SousError("STORE_NEWER", { path, found, known: MIGRATIONS.length });
  for (const step of MIGRATIONS.slice(found)) connection.exec(step);
  connection.pragma(`user_version = ${MIGRATIONS.length}`);
}

function checkVersion(connection: Database.Database, path: string): void {
  const found = versionOf(connection);
  const known = MIGRATIONS.length;
  if (found === 0) throw new SousError("STORE_MISSING", { path });
  if (found !== known) throw new SousError(found > known ? "STORE_NEWER" : "STORE_OLDER", { path, found, known });
}

function versionOf(connection: Database.Database): number {
  return Number(connection.pragma("user_version", { simple: true }));
}

/** The connection as Kysely's driver wants it, with each statement compiled once and its errors coded. */
function driver(connection: Database.Database, path: string): SqliteDatabase {
  const compiled = new Map<string, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const known = compiled.get(sql);
    if (known !== undefined) return known;
    const statement = codedStatement(
      coded(path, () => connection.prepare(sql)),
      path,
    );
    compiled.set(sql, statement);
    return statement;
  };
  return { prepare, close: () => connection.close() };
}

function codedStatement(statement: Database.Statement, path: string): SqliteStatement {
  return {
    reader: statement.reader,
    all: (parameters) => coded(path, () => statement.all(parameters)),
    run: (parameters) => coded(path, () => statement.run(parameters)),
    iterate: (parameters) => coded(path, () => statement.iterate(parameters)),
  };
}

/** SQLite's primary result codes (sqlite.org/rescode.html) and ours. A code with a suffix belongs to its primary one. */
const CODES: readonly (readonly [string, ErrorCode])[] = [
  ["SQLITE_CONSTRAINT_FOREIGNKEY", "STORE_STUDY_UNKNOWN"],
  ["SQLITE_BUSY", "STORE_BUSY"],
  ["SQLITE_CORRUPT", "STORE_DAMAGED"],
  ["SQLITE_NOTADB", "STORE_DAMAGED"],
  ["SQLITE_FULL", "STORE_FAILED"],
  ["SQLITE_IOERR", "STORE_FAILED"],
  ["SQLITE_CANTOPEN", "STORE_FAILED"],
  ["SQLITE_READONLY", "STORE_FAILED"],
];

function coded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const row = CODES.find(([prefix]) => systemCode(error)?.startsWith(prefix) ?? false);
    if (row === undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SousError(row[1], { path, reason, seconds: BUSY_SECONDS }, { cause: error });
  }
}
