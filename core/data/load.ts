/**
 * Files → the table `data` in DuckDB: one column `c0`, `c1`, … for each column of the files, with missing cells null;
 * `place`, which decides a row's side (split.ts); `h`, which orders rows whatever files and order they came in; and `id`,
 * by which a row is known in later snapshots (row-ids.ts).
 */
import type { Scan } from "../plugin/index.js";
import type { RecipeData, RecipeSplit } from "../recipe/recipe.js";
import { kindOf, type LoadedColumn } from "./column.js";
import type { Database, Row } from "./database.js";
import { anchorOf, idOf, placeOf, rowText } from "./place.js";
import { literal, name as quote } from "./sql.js";

/** Cells of an untyped source that count as missing, white space around them aside. docs/data.md has the list as well. */
export const MISSING: readonly string[] = ["", "NA", "N/A", "n/a", "<NA>", "#N/A", "NaN", "nan", "NULL", "null"];

const ABSENT = `\\s*(${MISSING.join("|")})\\s*`;

/** What of the recipe a row's place depends on. */
export interface Marking {
  readonly data: RecipeData;
  readonly split: RecipeSplit;
}

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

/** Reads the files once, into the table `data`. */
export async function loadData(db: Database, { relation, columns }: Incoming, { data, split }: Marking): Promise<void> {
  const stored = columns.map((column) => `${storedCell(column)} as ${column.sql}`);
  const marks = `${rowText(columns)} as content, ${anchorOf({ columns, data, split })} as anchor, ${idOf({ columns, data })} as id`;
  const names = columns.map(({ sql }) => sql).join(", ");
  await db.run(`create temp table data as
    select ${names}, ${placeOf("anchor", "content", split)} as place, md5_number(content) as h, id
    from (select ${stored.join(", ")}, ${marks} from ${relation})`);
  if (relation === "incoming") await db.run("drop table incoming");
}

/** A cell as it is kept, as SQL: null where it is missing. */
export function storedCell({ name, kind, typed }: LoadedColumn): string {
  const cell = quote(name);
  if (kind === "number") return `case when isnan(${cell}::double) then null else ${cell} end`;
  if (kind === "date") return `case when isfinite(${cell}::timestamptz) then ${cell}::timestamptz end`;
  if (kind === "boolean") return cell;
  const text = `${cell}::varchar`;
  // One regular expression takes a third of the time of trim and a list of words.
  return typed
    ? `nullif(${text}, '')`
    : `case when not regexp_full_match(${text}, ${literal(ABSENT)}) then ${text} end`;
}
