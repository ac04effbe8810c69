/** What a column holds, counted: the evidence that types are inferred from. */

import type { Kind, LoadedColumn } from "./column.js";
import type { Database, Row } from "./database.js";
import { dateOf, numberOf, truthOf } from "./read-cell.js";

/**
 * Counts of rows, but where it says otherwise. Missing cells are in none of them. These are of all rows, since what a
 * cell can be read as has to hold on every side; what a column is like is learned from the training rows alone.
 */
export interface Profile {
  readonly train: TrainProfile;
  readonly rows: number;
  readonly present: number;
  /** Distinct texts. */
  readonly distinct: number;
  /** Cells that are numbers, infinite ones too. */
  readonly numbers: number;
  /** Distinct numbers. */
  readonly distinctNumbers: number;
  /** Whole numbers. */
  readonly wholes: number;
  /** Numbers that are infinite or beyond the range of a 32-bit float. */
  readonly beyond: number;
  /** Whole numbers with a leading zero, such as 02134. */
  readonly padded: number;
  readonly dates: number;
  /** The words true and false. */
  readonly words: number;
  /** Cells that `types: boolean` takes: the words, 1 and 0. */
  readonly booleans: number;
  readonly lowest: number | null;
  readonly highest: number | null;
  /** The first cell in sorted order that is no number, no date, no boolean. */
  readonly odd: Readonly<Record<"number" | "date" | "boolean", string | null>>;
  /** The first number with a leading zero. */
  readonly paddedExample: string | null;
}

export interface TrainProfile {
  readonly rows: number;
  readonly present: number;
  /** Distinct texts. */
  readonly distinct: number;
  readonly wholes: number;
  readonly lowest: number | null;
  readonly highest: number | null;
  /** Mean over cells, in characters and in words; numbers have none. */
  readonly meanLength: number;
  readonly meanWords: number;
  /** Cells of one word that has a digit in it and is no number, such as B000J0LSBG. */
  readonly codes: number;
  /** Dates with a time of day. */
  readonly timed: number;
  /** The first distinct texts in sorted order: MOST_LEVELS and one more at most. */
  readonly levels: readonly string[];
}

/** Levels among which an order is looked for; a scale of more would be a number. */
export const MOST_LEVELS = 256;

/** Largest finite 32-bit float. */
export const FLOAT32_MAX = 3.4028234663852886e38;

/** Cells that one statement counts: few enough for memory, and many enough that planning costs little beside counting. */
const CELLS = 1_000_000;

export interface Counted {
  /** The side of a row, as SQL: 0 for train. */
  readonly side: string;
  readonly rows: number;
  readonly trainRows: number;
}

/** The columns' profiles by their name in `data`. */
export async function profileColumns(
  db: Database,
  columns: readonly LoadedColumn[],
  counted: Counted,
): Promise<ReadonlyMap<string, Profile>> {
  const profiles = new Map(columns.map(({ sql }) => [sql, profileFrom({}, counted)]));
  const size = Math.max(1, Math.floor(CELLS / counted.rows));
  for (const kind of ["text", "number", "boolean", "date"] as const) {
    const alike = columns.filter((column) => column.kind === kind).map(({ sql }) => sql);
    for (let start = 0; start < alike.length; start += size) {
      const found = await db.rows(statement(alike.slice(start, start + size), kind, counted.side));
      for (const row of found) profiles.set(String(row.name), profileFrom(row, counted));
    }
  }
  return profiles;
}

/** Columns of one kind, with one row for each that has any cell. */
function statement(columns: readonly string[], kind: Kind, side: string): string {
  const cells = kind === "number" ? columns.map((column) => `${column}::double as ${column}`) : columns;
  return `with cells as (
      select name, v, count(*)::double as n, (count(*) filter (training))::double as m
      from (unpivot (select ${side} = 0 as training, ${cells.join(", ")} from data) on ${columns.join(", ")} into name name value v) group by all),
    numbers as (select name, v, v::varchar as t, n, m, ${numberOf("v", kind)} as x from cells),
    seen as (select name, t, n, m, x, case when x is null then t end as w,
      case when x is null then ${dateOf("v", kind)} end as d,
      ${truthOf("x", "v")} as b,
      case when x = trunc(x) then ltrim(t, ' +-') between '00' and '0:' end as padded from numbers)
    select name, ${COUNTS} from seen group by name`;
}

/** `w` is the text of what is no number, so that numbers cost no counting of their words. */
const COUNTS = `sum(n) as present, count(*)::double as distinct_texts,
  sum(n) filter (x is not null) as numbers,
  count(distinct x)::double as distinct_numbers,
  sum(n) filter (isfinite(x) and x = trunc(x)) as wholes,
  sum(n) filter (not isfinite(x) or abs(x) > ${FLOAT32_MAX}::double) as beyond,
  sum(n) filter (padded) as padded, min(t) filter (padded) as padded_example,
  sum(n) filter (d is not null) as dates,
  sum(n) filter (b is not null and x is null) as words,
  sum(n) filter (b is not null) as booleans,
  min(x) filter (isfinite(x)) as lowest, max(x) filter (isfinite(x)) as highest,
  sum(m) as train_present, (count(*) filter (m > 0))::double as train_distinct,
  sum(m) filter (isfinite(x) and x = trunc(x)) as train_wholes,
  min(x) filter (m > 0 and isfinite(x)) as train_lowest, max(x) filter (m > 0 and isfinite(x)) as train_highest,
  sum(m * length(w)) / sum(m) as mean_length,
  sum(m * (1 + length(trim(w)) - length(replace(trim(w), ' ', '')))) / sum(m) as mean_words,
  sum(m) filter (regexp_matches(w, '^\\s*\\S*[0-9]\\S*\\s*$')) as train_codes,
  sum(m) filter (d <> floor(d)) as train_timed,
  min(t, ${MOST_LEVELS + 1}) filter (m > 0) as train_levels,
  min(w) as odd_number, min(t) filter (d is null) as odd_date, min(t) filter (b is null) as odd_boolean`;

function profileFrom(row: Row, { rows, trainRows }: Counted): Profile {
  const { count, number, text } = readers(row);
  return {
    train: trainProfileFrom(row, trainRows),
    rows,
    present: count("present"),
    distinct: count("distinct_texts"),
    numbers: count("numbers"),
    distinctNumbers: count("distinct_numbers"),
    wholes: count("wholes"),
    beyond: count("beyond"),
    padded: count("padded"),
    dates: count("dates"),
    words: count("words"),
    booleans: count("booleans"),
    lowest: number("lowest"),
    highest: number("highest"),
    odd: { number: text("odd_number"), date: text("odd_date"), boolean: text("odd_boolean") },
    paddedExample: text("padded_example"),
  };
}

function trainProfileFrom(row: Row, rows: number): TrainProfile {
  const { count, number } = readers(row);
  const levels = row.train_levels;
  return {
    rows,
    present: count("train_present"),
    distinct: count("train_distinct"),
    wholes: count("train_wholes"),
    lowest: number("train_lowest"),
    highest: number("train_highest"),
    meanLength: count("mean_length"),
    meanWords: count("mean_words"),
    codes: count("train_codes"),
    timed: count("train_timed"),
    levels: Array.isArray(levels) ? levels.map(String) : [],
  };
}

/** The fields of a row of counts; what is null counts nothing. */
function readers(row: Row) {
  return {
    count: (field: string) => Number(row[field] ?? 0),
    number: (field: string) => (row[field] == null ? null : Number(row[field])),
    text: (field: string) => (row[field] == null ? null : String(row[field])),
  };
}
