/** The table `data` → the files of the three sides. */
import type { LoadedColumn } from "./column.js";
import type { Database } from "./database.js";
import type { Feature } from "./features.js";
import { FLOAT32_MAX } from "./profile.js";
import { booleanOf, dateOf, numberOf } from "./read-cell.js";
import type { RowIds } from "./row-ids.js";
import { blankSideFile, type ColumnPlan, encodeLevels, viewSideFile } from "./side-file.js";
import type { Side } from "./snapshot.js";
import { assertNone, SIDES } from "./split.js";
import { literal, textOf } from "./sql.js";

export interface Extraction {
  readonly features: readonly Feature[];
  /** The side of a row, as SQL: 0, 1 or 2. */
  readonly side: string;
  /** Rows on each side. */
  readonly counts: readonly number[];
  /** What rows of a side are sorted by, as SQL. */
  readonly order: string;
  /** As SQL: DOUBLE without nulls. */
  readonly truth: string;
  readonly weight: LoadedColumn | null;
  readonly group: LoadedColumn | null;
}

export type SideFiles = Readonly<Record<Side, Uint8Array>>;

export interface Extracted {
  readonly files: SideFiles;
  /** In the order of each side's rows. */
  readonly ids: RowIds["sides"];
}

/** Writes the sides: rows in the order of their content, the same whatever order the files had. */
export async function extractSides(db: Database, extraction: Extraction): Promise<Extracted> {
  const { counts } = extraction;
  const outlets: Outlet[] = [];
  for (const [index, feature] of extraction.features.entries())
    outlets.push(await outletOf(db, feature, index, extraction.side));
  const files = SIDES.map((_, side) =>
    blankSideFile({
      rows: counts[side] ?? 0,
      columns: outlets.map(({ plan }) => plan(side)),
      weighted: extraction.weight !== null,
      grouped: extraction.group !== null,
    }),
  );
  const ids = counts.map((count) => new Float64Array(count));
  await pour(db, { extraction, outlets, files, ids, counts });
  return { files: bySide(files), ids: bySide(ids) };
}

function bySide<T>([train, select, confirm]: readonly T[]): Readonly<Record<Side, T>> {
  if (train === undefined || select === undefined || confirm === undefined)
    throw new TypeError("three sides were planned");
  return { train, select, confirm };
}

/** Refuses weights that are no finite numbers of zero or more. */
export async function assertWeights(db: Database, weight: LoadedColumn): Promise<void> {
  const number = numberOf(weight.sql, weight.kind);
  const wrong = `coalesce(not isfinite(${number}) or ${number} < 0, true)`;
  await assertNone(db, { cell: weight.sql, wrong, code: "DATA_BAD_WEIGHT", as: { column: weight.name } });
}

/** How one column leaves the database. */
interface Outlet {
  /** FLOAT or INTEGER without nulls. */
  readonly sql: string;
  plan(side: number): ColumnPlan;
}

async function outletOf(db: Database, { column, type, order }: Feature, index: number, side: string): Promise<Outlet> {
  const { name, sql, kind } = column;
  if (type === "categorical" || type === "text") {
    const ordered = order !== null;
    const dictionary = await dictionaryOf(db, { text: textOf(sql, kind), side, id: `f${index}`, order: order ?? [] });
    return {
      sql: dictionary.code,
      plan: (at) => ({ name, type, ordered, levels: encodeLevels(dictionary.levels(at)) }),
    };
  }
  const value = { numeric: numberOf, date: dateOf, boolean: booleanOf }[type](sql, kind);
  return { sql: float(value), plan: () => ({ name, type }) };
}

/** FLOAT without nulls: NaN where the value is missing, or no finite number of single precision. */
export function float(value: string): string {
  return `coalesce(case when abs(${value}) <= ${FLOAT32_MAX}::double then (${value})::float end, 'nan'::float)`;
}

interface Strings {
  /** As SQL over `data`; null where missing. */
  readonly text: string;
  readonly side: string;
  readonly id: string;
  /** Levels that come first, in this order; the others follow by code point. */
  readonly order: readonly string[];
}

interface Dictionary {
  /** The code of a row's string, as SQL: INTEGER, −1 where missing. */
  readonly code: string;
  /** The levels of a side and of the sides before it. */
  levels(side: number): readonly string[];
}

/** Levels of train first, so that nothing of a later side is in an earlier side's file (core/plugin/table.ts). */
async function dictionaryOf(db: Database, { text, side, id, order }: Strings): Promise<Dictionary> {
  const first = `select ${text} as v, min(${side}) as s from data where ${text} is not null group by 1`;
  await db.run(`create temp table levels_${id} as ${first}`);
  const listed = order.length === 0 ? [] : [`list_position([${order.map(literal).join(", ")}], v) nulls last`];
  const sorted = `from levels_${id} order by ${["s", ...listed, "v"].join(", ")}`;
  await db.run(`create type level_${id} as enum (select v ${sorted})`);
  const rows = await db.rows(`select v, s ${sorted}`);
  const levels = rows.map((row) => String(row.v));
  const ends = SIDES.map((_, index) => rows.filter((row) => Number(row.s) <= index).length);
  return {
    code: `coalesce(enum_code((${text})::level_${id})::integer, -1)`,
    levels: (index) => levels.slice(0, ends[index]),
  };
}

interface Pouring {
  readonly extraction: Extraction;
  readonly outlets: readonly Outlet[];
  readonly files: readonly Uint8Array[];
  readonly ids: readonly Float64Array[];
  readonly counts: readonly number[];
}

async function pour(db: Database, { extraction, outlets, files, ids, counts }: Pouring): Promise<void> {
  const { side, order, truth } = extraction;
  const items = [...outlets.map(({ sql }) => sql), `(${truth})::double`, ...(await extras(db, extraction)), "id"];
  const targets = files.map((file, at) => [...arraysOf(file), ids[at] as Float64Array]);
  let row = 0;
  for await (const chunk of db.chunks(`select ${items.join(", ")} from data order by ${side}, ${order}`)) {
    for (const index of items.keys()) scatter(chunk.column(index), row, counts, (at) => targets[at]?.[index]);
    row += chunk.rows;
  }
}

async function extras(db: Database, { weight, group, side }: Extraction): Promise<string[]> {
  const weights = weight === null ? [] : [numberOf(weight.sql, weight.kind)];
  if (group === null) return weights;
  // A row without a group is a group of its own, as it is for the split.
  const text = `coalesce(${textOf(group.sql, group.kind)}, 'row ' || h::varchar)`;
  return [...weights, (await dictionaryOf(db, { text, side, id: "group", order: [] })).code];
}

type Target = Float32Array | Float64Array | Int32Array;

/** The arrays of a side's file, in the order of the query's columns. */
function arraysOf(file: Uint8Array): readonly Target[] {
  const { table, truth, weight, group } = viewSideFile(file.buffer);
  const columns = table.columns.map((column) => ("values" in column ? column.values : column.codes));
  return [...columns, truth, weight, group].filter((array) => array !== null);
}

/** Copies values of consecutive rows, the first of them being row `from` of all, to the sides that they belong to. */
function scatter(
  values: Target,
  from: number,
  counts: readonly number[],
  target: (side: number) => Target | undefined,
): void {
  let start = 0;
  for (const [side, count] of counts.entries()) {
    const low = Math.max(from, start);
    const high = Math.min(from + values.length, start + count);
    if (low < high) target(side)?.set(values.subarray(low - from, high - from), low - start);
    start += count;
  }
}
