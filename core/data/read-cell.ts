/** Cells as numbers, moments and truth values, in SQL; null where a cell is none. */
import type { Kind } from "./column.js";

const NUMBER = String.raw`\s*[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[iI]nf(inity)?|INF(INITY)?)\s*`;
const DATE = String.raw`\s*\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?)?\s*`;

/** Microseconds in a day. */
const DAY = 86_400_000_000;

/** DOUBLE, which may be infinite. */
export function numberOf(cell: string, kind: Kind): string {
  if (kind === "number") return `${cell}::double`;
  if (kind !== "text") return "null::double";
  return `case when regexp_full_match(${cell}, '${NUMBER}') then try_cast(${cell} as double) end`;
}

/** Days since 1970-01-01 UTC, from ISO 8601 dates and moments; those without a zone are UTC. */
export function dateOf(cell: string, kind: Kind): string {
  const moment = kind === "date" ? cell : `try_cast(${cell} as timestamptz)`;
  const days = `epoch_us(${kind === "date" ? `${cell}::timestamptz` : moment}) / ${DAY}::double`;
  if (kind === "date") return days;
  return kind === "text" ? `case when regexp_full_match(${cell}, '${DATE}') then ${days} end` : "null::double";
}

/** 1 for true, 0 for false: of a truth value, of the numbers 1 and 0, and of the words true and false. */
export function booleanOf(cell: string, kind: Kind): string {
  return kind === "boolean" ? `${cell}::double` : truthOf(numberOf(cell, kind), cell);
}

/** The same where the cell's number is known, or null where it is none. */
export function truthOf(number: string, cell: string): string {
  const word = `case lower(trim(${cell}::varchar)) when 'true' then 1.0 when 'false' then 0.0 end`;
  return `(case when ${number} is null then ${word} when ${number} in (0, 1) then ${number} end)::double`;
}
