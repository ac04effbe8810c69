/** Rows for a model to predict: files → a table, in the files' own order. DuckDB is loaded here, so only a worker's task calls this. */
import { SousError } from "../errors.js";
import type { Column, ColumnType, Source, Table } from "../plugin/index.js";
import type { LoadedColumn } from "./column.js";
import { type Row, withDatabase } from "./database.js";
import { float } from "./extract.js";
import { readingError } from "./failures.js";
import { assertUnchanged, findFiles } from "./files.js";
import { describeScan, storedCell } from "./load.js";
import { booleanOf, dateOf, numberOf } from "./read-cell.js";
import { chooseReader } from "./reader.js";
import { textOf } from "./sql.js";

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
  const rows = await withDatabase(settings, async (db) => {
    const { relation, columns } = await describeScan(db, await source.scan(paths, options));
    const asked = wanted.map(({ name, type }) => ({ type, column: columnOf(columns, name) }));
    const stored = [...new Set(asked.map(({ column }) => column))].map((one) => `${storedCell(one)} as ${one.sql}`);
    const cells = asked.map(({ type, column }, at) => `${CELLS[type](column)} as v${at}`);
    // without columns the rows still count
    return db.rows(
      `select ${[...cells, "1 as one"].join(", ")} from (select ${[...stored, "1 as any"].join(", ")} from ${relation})`,
    );
  }).catch((error: unknown) => {
    throw readingError(error, request);
  });
  assertUnchanged(files, folder);
  return { rows: rows.length, columns: wanted.map(({ name, type }, at) => columnFrom(rows, { name, type, at })) };
}

function columnOf(columns: readonly LoadedColumn[], name: string): LoadedColumn {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw new SousError("MODEL_COLUMN", { column: name, reason: "no column of the data is called so" });
}

/** A cell as SQL: FLOAT, NaN where it is missing, or text. */
const CELLS: Readonly<Record<ColumnType, (column: LoadedColumn) => string>> = {
  numeric: ({ sql, kind }) => float(numberOf(sql, kind)),
  boolean: ({ sql, kind }) => float(booleanOf(sql, kind)),
  date: ({ sql, kind }) => float(dateOf(sql, kind)),
  categorical: ({ sql, kind }) => textOf(sql, kind),
  text: ({ sql, kind }) => textOf(sql, kind),
};

interface Place {
  readonly name: string;
  readonly type: ColumnType;
  /** The cell's number in a row. */
  readonly at: number;
}

function columnFrom(rows: readonly Row[], { name, type, at }: Place): Column {
  const cells = rows.map((row) => row[`v${at}`]);
  if (type !== "categorical" && type !== "text") return { name, type, values: Float32Array.from(cells, Number) };
  const codes = new Map<unknown, number>([[null, -1]]);
  for (const cell of cells) if (!codes.has(cell)) codes.set(cell, codes.size - 1);
  const levels = [...codes.keys()].slice(1).map(String);
  return { name, type, codes: Int32Array.from(cells, (cell) => codes.get(cell) as number), levels };
}
