/**
 * Files → the table `data` in DuckDB: one column `c0`, `c1`, … for each column of the files, with missing cells null;
 * `place`, which decides a row's side (split.ts); and `h`, which orders rows whatever files and order they came in.
 */
import type { Scan } from "../plugin/index.js";
import type { Database, Row } from "./database.js";
import { type Kind, kindOf, literal, name as quote } from "./sql.js";

export interface LoadedColumn {
  /** As in the files. */
  readonly name: string;
  readonly kind: Kind;
  /** True when the files themselves have types, so that text is text. */
  readonly typed: boolean;
  /** The column's name in the table `data`. */
  readonly sql: string;
}

/** Cells of an untyped source that count as missing, white space around them aside. docs/data.md has the list as well. */
export const MISSING: readonly string[] = ["", "NA", "N/A", "n/a", "<NA>", "#N/A", "NaN", "nan", "NULL", "null"];

export interface Incoming {
  /** A FROM item with the files' own column names and cells. */
  readonly relation: string;
  readonly columns: readonly LoadedColumn[];
}

/** What the scan has for columns; their cells are not read yet where the source is a relation. */
export async function describeScan(db: Database, scan: Scan): Promise<Incoming> {
  if (scan.kind === "rows") await db.fill("incoming", scan.columns, scan.rows);
  const relation = scan.kind === "rows" ? "incoming" : scan.relation;
  const typed = scan.kind === "sql" && scan.typed;
  const described = await db.rows(`describe select * from ${relation}`);
  return { relation, columns: described.map((row, index) => loadedColumn(row, index, typed)) };
}

function loadedColumn(row: Row, index: number, typed: boolean): LoadedColumn {
  const kind = typed ? kindOf(String(row.column_type)) : "text";
  return { name: String(row.column_name), kind, typed, sql: `c${index}` };
}

/** What a row's place and order are, as SQL over the files' own columns. */
export interface RowMarks {
  readonly place: string;
  readonly order: string;
}

/** Reads the files once, into the table `data`. */
export async function loadData(
  db: Database,
  { relation, columns }: Incoming,
  { place, order }: RowMarks,
): Promise<void> {
  const stored = columns.map((column) => `${storedCell(column)} as ${column.sql}`);
  await db.run(
    `create temp table data as select ${stored.join(", ")}, ${place} as place, ${order} as h from ${relation}`,
  );
  if (relation === "incoming") await db.run("drop table incoming");
}

function storedCell({ name, kind, typed }: LoadedColumn): string {
  const cell = quote(name);
  if (kind === "number") return `case when isnan(${cell}::double) then null else ${cell} end`;
  if (kind === "date") return `case when isfinite(${cell}::timestamptz) then ${cell}::timestamptz end`;
  if (kind === "boolean") return cell;
  const text = `${cell}::varchar`;
  const missing = typed ? "''" : MISSING.map(literal).join(", ");
  return `case when trim(${text}) in (${missing}) then null else ${text} end`;
}
