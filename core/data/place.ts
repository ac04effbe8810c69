/** A row → its place: the number that alone decides its side (split.ts), made of the row's own cells and the seed. */
import type { RecipeData, RecipeSplit } from "../recipe/recipe.js";
import type { LoadedColumn } from "./column.js";
import { dateOf, numberOf } from "./read-cell.js";
import type { IdRule } from "./row-ids.js";
import { literal, name as quote, textOf, uniform } from "./sql.js";

/**
 * The row's text, as SQL over the files' own columns: for each cell that is there `<length>:<name>=<length>:<text>;`,
 * sorted by name, lengths in UTF-8 bytes. No two rows with different cells have the same text.
 */
export function rowText(columns: readonly LoadedColumn[]): string {
  const byName = [...columns].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `concat(${byName.map(cellText).join(", ")})`; // concat leaves out nulls
}

function cellText({ name, kind }: LoadedColumn): string {
  const text = textOf(quote(name), kind);
  const label = literal(`${Buffer.byteLength(name)}:${name}=`);
  return `case when ${text} <> '' then concat(${label}, strlen(${text}), ':', ${text}, ';') end`;
}

export interface Placing {
  readonly columns: readonly LoadedColumn[];
  readonly data: RecipeData;
  readonly split: RecipeSplit;
}

/** What the place is made from, as SQL over the files' own columns: the time, or the text to hash; null where there is none. */
export function anchorOf({ columns, data, split }: Placing): string {
  if (split.method === "time") return timeOf(named(columns, [data.time ?? ""]));
  const names = split.method === "group" ? [data.group ?? ""] : data.key;
  return names.length === 0 ? "null::varchar" : `nullif(${rowText(named(columns, names))}, '')`;
}

/** The place of a row from its anchor and its text; a row without a key or a group goes by its text. */
export function placeOf(anchor: string, text: string, { method, seed }: RecipeSplit): string {
  return method === "time" ? anchor : uniform(`${literal(`${seed}\n`)} || coalesce(${anchor}, ${text})`);
}

/** By what a row is known among others (row-ids.ts). */
export function idRuleOf({ columns, data }: Omit<Placing, "split">): IdRule {
  const isKey = data.key.length > 0;
  const names = isKey ? data.key : columns.map(({ name }) => name).filter((name) => !data.ignore.includes(name));
  return { columns: [...names].sort(), isKey };
}

/** The id of a row, as SQL over the files' own columns: DOUBLE. A row without a key goes by its text. */
export function idOf(placing: Omit<Placing, "split">): string {
  const { columns, isKey } = idRuleOf(placing);
  const text = rowText(named(placing.columns, columns));
  const known = isKey ? `coalesce(nullif(${text}, ''), ${rowText(placing.columns)})` : text;
  return `(md5_number_lower(${known}) % 9007199254740992)::double`; // 2^53
}

function named(columns: readonly LoadedColumn[], names: readonly string[]): LoadedColumn[] {
  return columns.filter((column) => names.includes(column.name));
}

function timeOf(columns: readonly LoadedColumn[]): string {
  const times = columns.flatMap(({ name, kind }) => [dateOf(quote(name), kind), numberOf(quote(name), kind)]);
  return `coalesce(${times.join(", ")})`;
}
