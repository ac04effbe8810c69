/** SQL as text: quoting, and cells as text and as places. */
import type { Kind } from "./column.js";

export function name(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A cell as text that is the same in whatever type a file keeps it: 1, 1.0 and DECIMAL '1.00' are all `1`, so that
 * a wider type in a later file changes no row's hash. Moments are microseconds since 1970 UTC.
 */
export function textOf(cell: string, kind: Kind): string {
  if (kind === "number") return numberText(cell);
  if (kind === "date")
    return `case when isfinite(${cell}::timestamptz) then epoch_us(${cell}::timestamptz)::varchar end`;
  return `${cell}::varchar`;
}

function numberText(cell: string): string {
  const double = `${cell}::double`;
  return `case when isnan(${double}) then null
    when abs(${double}) < 1e15 and ${double} = trunc(${double}) then ${double}::bigint::varchar
    when typeof(${cell}) like '%INT%' then ${cell}::varchar
    else ${double}::varchar end`;
}

/**
 * The place of a text in [0, 1): bytes 8 … 15 of its MD5 as a little-endian number, of which the upper 53 bits count.
 * MD5 because it is fixed for ever and the same everywhere; nothing here rests on its being hard to invert.
 */
export function uniform(text: string): string {
  return `((md5_number_lower(${text}) >> 11)::double / 9007199254740992)`;
}
