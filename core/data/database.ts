/**
 * DuckDB behind four verbs. The only file that imports it, and only when a database is opened: it is 70 MB, so that
 * nothing but a worker's task may come here.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { UNFINISHED } from "../artifacts/files.js";
import type { Cell } from "../plugin/index.js";
import { literal, name } from "./sql.js";

export interface DatabaseSettings {
  /** Bytes that DuckDB may hold; beyond them it spills to disk. */
  readonly memory: number;
  readonly threads: number;
  /** Where a folder for spilled rows is made, and removed after. */
  readonly scratch: string;
  /** Absolute paths of the only files that may be read. */
  readonly files: readonly string[];
}

export type Row = Readonly<Record<string, unknown>>;
type Numbers = Float32Array | Float64Array | Int32Array;

/** Up to 2,048 rows of a result, column by column. The arrays live until the next chunk is asked for. */
interface Chunk {
  readonly rows: number;
  column(index: number): Numbers;
}

export interface Database {
  /** Runs a statement and returns how many rows it changed. */
  run(sql: string): Promise<number>;
  rows(sql: string): Promise<readonly Row[]>;
  /** Columns of the query must be FLOAT, DOUBLE or INTEGER, without nulls. */
  chunks(sql: string): AsyncIterable<Chunk>;
  /** Makes a table of text columns and fills it. */
  fill(table: string, columns: readonly string[], rows: AsyncIterable<readonly Cell[]>): Promise<void>;
}

export async function withDatabase<T>(settings: DatabaseSettings, work: (db: Database) => Promise<T>): Promise<T> {
  await mkdir(settings.scratch, { recursive: true });
  const scratch = await mkdtemp(join(settings.scratch, `${UNFINISHED}data-`));
  try {
    return await connected(settings, scratch, work);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function connected<T>(settings: DatabaseSettings, scratch: string, work: (db: Database) => Promise<T>) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: `${Math.ceil(settings.memory / 2 ** 20)}MiB`,
    threads: String(settings.threads),
    temp_directory: scratch,
    preserve_insertion_order: "false",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    await confine(connection, settings.files);
    return await work(database(connection));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A relation comes from a plugin: it reads the recipe's files, and neither others nor the network. */
async function confine(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  await connection.run("set timezone = 'UTC'");
  const allowed = new Set(files.flatMap((file) => [file, escaped(file)]));
  await connection.run(`set allowed_paths = [${[...allowed].map(literal).join(", ")}]`);
  await connection.run("set enable_external_access = false");
  await connection.run("set lock_configuration = true");
}

/** DuckDB expands `*`, `?` and `[` in paths, so a source escapes them in a file's own name; permission is asked for that text too. */
function escaped(file: string): string {
  return file.replace(/[*?[]/g, "[$&]");
}

function database(connection: DuckDBConnection): Database {
  return {
    run: async (sql) => (await connection.run(sql)).rowsChanged,
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
    chunks: (sql) => chunks(connection, sql),
    fill: (table, columns, rows) => fill(connection, { table, columns, rows }),
  };
}

async function* chunks(connection: DuckDBConnection, sql: string): AsyncIterable<Chunk> {
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    yield viewChunk(chunk);
  }
}

function viewChunk(chunk: DuckDBDataChunk): Chunk {
  return { rows: chunk.rowCount, column: (index) => numbers(chunk.getColumnVector(index)) };
}

function numbers(vector: object): Numbers {
  const items = "items" in vector ? vector.items : null;
  if (items instanceof Float32Array || items instanceof Float64Array || items instanceof Int32Array) return items;
  throw new TypeError("a column of this result is neither FLOAT, DOUBLE nor INTEGER");
}

/** Rows between two flushes of the appender. */
const BATCH = 10_000;

interface Filling {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<readonly Cell[]>;
}

async function fill(connection: DuckDBConnection, { table, columns, rows }: Filling): Promise<void> {
  await connection.run(`create temp table ${name(table)} (${columns.map((column) => `${name(column)} varchar`)})`);
  const appender = await connection.createAppender(table, "main", "temp");
  try {
    let count = 0;
    for await (const row of rows) {
      for (const index of columns.keys()) {
        const text = cellText(row[index] ?? null);
        if (text === null) appender.appendNull();
        else appender.appendVarchar(text);
      }
      appender.endRow();
      if (++count % BATCH === 0) appender.flushSync();
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

/** JavaScript's own text of a value, which `inferType` reads back without loss. */
function cellText(cell: Cell): string | null {
  if (cell === null) return null;
  return cell instanceof Date ? cell.toISOString() : String(cell);
}
