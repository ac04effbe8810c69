/**
 * Columns that gates divide the confirm rows by and no model sees, as a sex that must make no difference: those that gates
 * name and that are no features. They are a file of their own, in the order of the confirm side's rows, so that neither the
 * sides nor the snapshot's digest know of them.
 */
import type { Column, Table } from "../plugin/index.js";
import type { NamedColumn } from "../recipe/gate-columns.js";
import type { RecipeData } from "../recipe/recipe.js";
import { tableFrom } from "./cells.js";
import type { LoadedColumn } from "./column.js";
import { decide, factsOf } from "./column-kind.js";
import type { Database } from "./database.js";
import { asGiven } from "./given-kind.js";
import type { Profile } from "./profile.js";
import { blankSideFile, encodeLevels, viewSideFile } from "./side-file.js";
import { SIDES } from "./split.js";

/** The columns that are named and in no other part of a snapshot. */
export function contextOf(
  columns: readonly LoadedColumn[],
  named: readonly NamedColumn[],
  features: readonly string[],
): readonly LoadedColumn[] {
  return columns.filter(({ name }) => !features.includes(name) && named.some(({ column }) => column === name));
}

export interface ContextRows {
  readonly columns: readonly LoadedColumn[];
  /** By the columns' names in `data`. */
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly data: RecipeData;
  /** The side of a row, as SQL: 0, 1 or 2. */
  readonly side: string;
  /** What rows of a side are sorted by, as SQL. */
  readonly order: string;
}

/** The file of the columns; null where there are none. */
export async function extractContext(db: Database, context: ContextRows): Promise<Uint8Array | null> {
  const { columns, side, order } = context;
  if (columns.length === 0) return null;
  const typed = columns.map((column) => ({ column, name: column.name, ...typeOf(column, context) }));
  const from = `data where ${side} = ${SIDES.indexOf("confirm")} order by ${order}`;
  const { rows, columns: found } = await tableFrom(db, typed, from);
  return encode({ rows, columns: found.map((column, at) => inOrder(column, typed[at]?.levels ?? [])) });
}

/** As a feature would be; what is none, such as an identifier, is levels. Decided anew each time: no model depends on it. */
function typeOf(column: LoadedColumn, { profiles, data }: ContextRows) {
  const profile = profiles.get(column.sql);
  if (profile === undefined) throw new TypeError(`the column ${column.name} was profiled`);
  const facts = factsOf(column, profile);
  const given = data.types[column.name];
  const { type, order } = given === undefined ? decide(facts) : asGiven(facts, given);
  return { type: type ?? "categorical", levels: order ?? [] } as const;
}

/** Levels of the given order first, and the others by code point: those of rows would say which rows come first. */
function inOrder(column: Column, order: readonly string[]): Column {
  if (!("codes" in column)) return column;
  const present = new Set(column.levels);
  const known = order.filter((level) => present.has(level));
  const levels = [...known, ...column.levels.filter((level) => !known.includes(level)).sort()];
  const places = new Map(levels.map((level, place) => [level, place]));
  return { ...column, levels, codes: column.codes.map((code) => places.get(column.levels[code] ?? "") ?? -1) };
}

/** In the format of a side, without answers: zeros stand for them. */
function encode({ rows, columns }: Table): Uint8Array {
  const plans = columns.map((column) =>
    "codes" in column
      ? { name: column.name, type: column.type, ordered: false, levels: encodeLevels(column.levels) }
      : { name: column.name, type: column.type },
  );
  const file = blankSideFile({ rows, columns: plans, weighted: false, grouped: false });
  for (const [at, to] of viewSideFile(file.buffer).table.columns.entries()) {
    const from = columns[at];
    if (from !== undefined) arrayOf(to).set(arrayOf(from));
  }
  return file;
}

function arrayOf(column: Column): Float32Array | Int32Array {
  return "codes" in column ? column.codes : column.values;
}

/** The columns of such a file. Throws RangeError on other bytes. */
export function decodeContext(bytes: Uint8Array): Table {
  // the file's own memory need not begin at a multiple of 8
  return viewSideFile(Uint8Array.from(bytes).buffer).table;
}
