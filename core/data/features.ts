/** Which columns a learner sees, and why it doesn't see the others. */
import { SousError } from "../errors.js";
import { nearest } from "../nearest.js";
import type { ColumnType } from "../plugin/index.js";
import type { RecipeData } from "../recipe/recipe.js";
import type { LoadedColumn } from "./column.js";
import { type Typed, typeOf } from "./column-type.js";
import type { Profile } from "./profile.js";
import type { ColumnSummary, LeftOut } from "./snapshot.js";

export interface Feature extends Typed {
  readonly column: LoadedColumn;
  readonly profile: Profile;
}

export interface Chosen {
  readonly features: readonly Feature[];
  readonly leftOut: readonly LeftOut[];
}

/** Every column that the recipe names, with the word that names it. */
function namedIn(data: RecipeData): readonly (readonly [role: string, column: string])[] {
  const single = (["target", "weight", "group", "time"] as const).flatMap((role) => {
    const column = data[role];
    return column === null ? [] : [[`data.${role}`, column] as const];
  });
  const listed = (["key", "ignore"] as const).flatMap((role) =>
    data[role].map((column) => [`data.${role}`, column] as const),
  );
  return [...single, ...listed, ...Object.keys(data.types).map((column) => ["data.types", column] as const)];
}

/** Refuses a recipe that names a column which isn't there. */
export function assertColumns(data: RecipeData, columns: readonly string[]): void {
  for (const [role, column] of namedIn(data)) {
    if (columns.includes(column)) continue;
    const near = nearest(column, columns);
    const hint = near === null ? "" : ` Did you mean ${near}?`;
    throw new SousError("DATA_NO_COLUMN", { role, column, hint, columns: columns.join(", ") });
  }
}

/** The sentence for a column that has another part to play than that of a feature; the first that fits. */
function role(column: string, data: RecipeData): string | null {
  if (column === data.target) return "the target";
  if (data.ignore.includes(column)) return "data.ignore names it";
  if (column === data.weight) return "the row weights";
  if (data.key.includes(column)) return "the row key: it names rows and says nothing about them";
  if (column === data.group) return "the group: a group of new rows is most likely new";
  return column === data.time ? "the time: moments of the past never come again" : null;
}

/** The columns that may be features, as far as the recipe says. */
export function candidates(columns: readonly LoadedColumn[], data: RecipeData): readonly LoadedColumn[] {
  return columns.filter(({ name }) => role(name, data) === null);
}

/** @param profiles of the candidates at least, by their name in `data` */
export function chooseFeatures(
  columns: readonly LoadedColumn[],
  data: RecipeData,
  profiles: ReadonlyMap<string, Profile>,
): Chosen {
  const features: Feature[] = [];
  const leftOut: LeftOut[] = [];
  for (const column of columns) {
    const profile = profiles.get(column.sql);
    const found = role(column.name, data) ?? (profile && consider(column, profile, data.types[column.name]));
    if (typeof found === "string") leftOut.push({ name: column.name, why: found });
    else if (found !== undefined) features.push(found);
  }
  if (features.length === 0) {
    throw new SousError("DATA_NO_FEATURES", { reasons: leftOut.map(({ name, why }) => `${name} (${why})`).join(", ") });
  }
  return { features, leftOut };
}

function consider(column: LoadedColumn, profile: Profile, given: ColumnType | undefined): Feature | string {
  const typed = typeOf(column, profile, given);
  return useless(profile, typed) ?? { column, profile, ...typed };
}

function useless(profile: Profile, { type, why }: Typed): string | null {
  const { rows, present, distinct } = profile;
  if (present === 0) return "every value is missing";
  if (distinct === 1 && present === rows) return "every row has the same value";
  if (why === "recipe") return null;
  if (type === "categorical" && distinct === rows) return "an identifier: every row has a value of its own";
  return type === "numeric" && isRowNumber(profile) ? "row numbers: each whole number once, without gaps" : null;
}

function isRowNumber({ rows, wholes, distinctNumbers, lowest, highest }: Profile): boolean {
  if (wholes !== rows || distinctNumbers !== rows || lowest === null || highest === null) return false;
  return (lowest === 0 || lowest === 1) && highest - lowest === rows - 1;
}

export function summarize({ column, type, why, profile }: Feature): ColumnSummary {
  const counted = type === "numeric" ? profile.distinctNumbers : profile.distinct;
  return { name: column.name, type, why, missing: profile.rows - profile.present, distinct: counted };
}

/** Numbers that a 32-bit float can't hold count as missing; the person should know. */
export function beyondWarnings(features: readonly Feature[]): readonly string[] {
  return features
    .filter(({ type, profile }) => type === "numeric" && profile.beyond > 0)
    .map(
      ({ column, profile }) =>
        `${column.name}: ${profile.beyond} values are infinite or beyond ±3.4e38 and count as missing`,
    );
}
