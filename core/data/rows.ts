/** Rows for a model to predict: files → a table, in the files' own order. DuckDB is loaded here, so only a worker's task calls this. */
import { SousError } from "../errors.js";
import type { ColumnType, Source, Table } from "../plugin/index.js";
import { tableFrom } from "./cells.js";
import type { LoadedColumn } from "./column.js";
import { withDatabase } from "./database.js";
import { readingError } from "./failures.js";
import { assertUnchanged, findFiles } from "./files.js";
import { describeScan, storedCell } from "./load.js";
import { chooseReader } from "./reader.js";

export interface RowsRequest {
  /** Absolute folder that the globs are relative to. */
  readonly folder: string;
  readonly globs: readonly string[];
  /** Bytes that reading may take. */
  readonly memory: number;
  /** Absolute folder for what doesn't fit into them. */
  readonly scratch: string;
}

type Wanted = readonly { readonly name: string; readonly type: ColumnType }[];

/** @throws SousError of the data area, and MODEL_COLUMN for a column that the files don't have */
export async function readRows(
  request: RowsRequest,
  wanted: Wanted,
  sources: ReadonlyMap<string, Source>,
): Promise<Table> {
  const { folder, globs, memory, scratch } = request;
  const files = await findFiles(globs, { folder, roots: [] });
  const paths = files.map(({ path }) => path);
  const { source, options } = chooseReader(null, { files: paths, folder }, sources);
  // one thread: several give rows in the order in which they are done
  const settings = { memory, threads: 1, scratch, files: paths };
  const table = await withDatabase(settings, async (db) => {
    const { relation, columns } = await describeScan(db, await source.scan(paths, options));
    const asked = wanted.map(({ name, type }) => ({ name, type, column: columnOf(columns, name) }));
    const stored = [...new Set(asked.map(({ column }) => column))].map((one) => `${storedCell(one)} as ${one.sql}`);
    return tableFrom(db, asked, `(select ${[...stored, "1 as any"].join(", ")} from ${relation})`);
  }).catch((error: unknown) => {
    throw readingError(error, request);
  });
  assertUnchanged(files, folder);
  return table;
}

function columnOf(columns: readonly LoadedColumn[], name: string): LoadedColumn {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw new SousError("MODEL_COLUMN", { column: name, reason: "no column of the data is called so" });
}
