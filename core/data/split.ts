/**
 * Which side a row is on. `place` is a number that depends on the row alone (and the seed), and a side is a range of
 * places; so a row stays where it is whatever other rows come and go. Under hash, stratified and group splits the place
 * is uniform in [0, 1) and the ranges are the fractions; under a time split it is the row's time and the ranges are kept
 * from the first snapshot on. Under a fixed split the row says itself.
 */
import { type Details, type ErrorCode, SousError } from "../errors.js";
import { canonicalJson } from "../json.js";
import type { TaskSpec } from "../plugin/index.js";
import { type RecipeData, type RecipeSplit, SPLIT_COLUMN } from "../recipe/recipe.js";
import type { LoadedColumn } from "./column.js";
import type { Database } from "./database.js";
import type { Side, TimeCuts } from "./snapshot.js";
import { literal, textOf } from "./sql.js";

export const SIDES: readonly Side[] = ["train", "select", "confirm"];

/** Refuses a split that the recipe gives no column for. */
export function assertSplit(data: RecipeData, split: RecipeSplit): void {
  const needs = SPLIT_COLUMN[split.method];
  if (needs === undefined || data[needs] !== null) return;
  throw new SousError("DATA_SPLIT_NEEDS", { method: split.method, needs: `data.${needs}` });
}

export function assertStratifiable({ method }: RecipeSplit, { task, target }: TaskSpec): void {
  if (method === "stratified" && task === "regression") throw new SousError("DATA_STRATIFIED_NUMBERS", { target });
}

/** Where the sides meet: a row is in select from `select` on, in confirm from `confirm` on. */
export type Cuts = Pick<TimeCuts, "select" | "confirm">;

/** Of every split but that by time. */
export function placeCuts({ fractions: { train, select } }: RecipeSplit): Cuts {
  return { select: train, confirm: train + select };
}

/** The cuts that were kept, where they were made for this column and these fractions; else new ones. */
export async function timeCuts(
  db: Database,
  { fractions }: RecipeSplit,
  { column, kept }: { readonly column: string; readonly kept: TimeCuts | null },
): Promise<TimeCuts> {
  if (kept !== null && canonicalJson([kept.column, kept.fractions]) === canonicalJson([column, fractions])) return kept;
  const { train, select } = fractions;
  return { column, fractions, select: await placeAt(db, train), confirm: await placeAt(db, train + select) };
}

/** The place before which this share of the rows lies, as nearly as rows of one moment let it. */
async function placeAt(db: Database, share: number): Promise<number> {
  const rank = `(select floor(count(*) * ${exact(share)})::bigint from data)`;
  const [row] = await db.rows(`select place as p from data order by place limit 1 offset ${rank}`);
  return Number(row?.p);
}

/** The side of a row of `data`: 0, 1 or 2, an index into SIDES. */
export function sideOf({ select, confirm }: Cuts): string {
  return `case when place < ${exact(select)} then 0 when place < ${exact(confirm)} then 1 else 2 end`;
}

/** What people call the sides, in lower case. */
const SIDE_WORDS: Readonly<Record<Side, readonly string[]>> = {
  train: ["train", "training"],
  select: ["select", "validation", "valid", "val", "dev"],
  confirm: ["confirm", "test", "holdout"],
};

/**
 * The side of a row as its column says. Where no row is given to select, rows of train are divided between the two by their
 * place, in the proportion of the fractions.
 * @throws SousError DATA_BAD_SIDE
 */
export async function givenSide(db: Database, column: LoadedColumn, { fractions }: RecipeSplit): Promise<string> {
  const cell = textOf(column.sql, column.kind);
  const among = (side: Side) => `lower(trim(${cell})) in (${SIDE_WORDS[side].map(literal).join(", ")})`;
  const wrong = `not coalesce(${SIDES.map(among).join(" or ")}, false)`;
  await assertNone(db, { cell, wrong, code: "DATA_BAD_SIDE", as: { column: column.name } });
  const [row] = await db.rows(`select count(*)::double as n from data where ${among("select")}`);
  const share = fractions.train / (fractions.train + fractions.select);
  const train = Number(row?.n) > 0 ? "0" : `case when place < ${exact(share)} then 0 else 1 end`;
  return `case when ${among("confirm")} then 2 when ${among("select")} then 1 else ${train} end`;
}

/** Rows on each side. */
export async function sideCounts(db: Database, side: string): Promise<readonly number[]> {
  const rows = await db.rows(`select ${side} as s, count(*)::double as n from data group by 1`);
  return SIDES.map((_, index) => Number(rows.find((row) => row.s === index)?.n ?? 0));
}

/** Refuses a split that leaves a side empty. */
export function assertSides(counts: readonly number[]): void {
  const empty = SIDES[counts.indexOf(0)];
  const [train = 0, select = 0, confirm = 0] = counts;
  if (empty !== undefined) throw new SousError("DATA_SIDE_EMPTY", { side: empty, train, select, confirm });
}

/** As DOUBLE: DuckDB reads a bare 0.6 as a DECIMAL. */
function exact(value: number): string {
  return `'${value}'::double`;
}

/** Refuses rows whose time is not known. */
export async function assertTimes(db: Database, time: LoadedColumn | null): Promise<void> {
  const as = { column: time?.name ?? "" };
  await assertNone(db, { cell: time?.sql ?? "null", wrong: "place is null", code: "DATA_BAD_TIME", as });
}

export interface Wrong {
  /** The cell to show, as SQL over `data`. */
  readonly cell: string;
  /** The condition that no row may meet. */
  readonly wrong: string;
  readonly code: ErrorCode;
  /** Further details of the error. */
  readonly as: Details;
}

/** Throws the code with how many rows meet the condition, and the first of their values in sorted order. */
export async function assertNone(db: Database, { cell, wrong, code, as }: Wrong): Promise<void> {
  const sql = `select count(*)::double as n, min(coalesce(${cell}::varchar, '(missing)')) as v from data where ${wrong}`;
  const [row] = await db.rows(sql);
  const count = Number(row?.n);
  if (count > 0) throw new SousError(code, { ...as, count, value: String(row?.v) });
}
