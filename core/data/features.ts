/** Which columns a learner sees, and why it doesn't see the others. */
import { SousError } from "../errors.js";
import { nearest } from "../nearest.js";
import type { ColumnType } from "../plugin/index.js";
import type { NamedColumn } from "../recipe/gate-columns.js";
import type { RecipeData } from "../recipe/recipe.js";
import type { LoadedColumn } from "./column.js";
import { type Decision, decide, type Facts, factsOf } from "./column-kind.js";
import { asGiven } from "./given-kind.js";
import { type Settled, settle } from "./kept-kind.js";
import { areAmounts } from "./order.js";
import type { Profile } from "./profile.js";
import type { ColumnSummary, KeptKind, LeftOut } from "./snapshot.js";

export interface Feature extends Decision {
  readonly column: LoadedColumn;
  readonly profile: Profile;
  readonly type: ColumnType;
}

export interface Chosen {
  readonly features: readonly Feature[];
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
}

/** Every column that the data of a recipe name, with the word that names it. */
export function namedIn(data: RecipeData): readonly NamedColumn[] {
  const single = (["target", "weight", "group", "time", "side"] as const).flatMap((role) => {
    const column = data[role];
    return column === null ? [] : [{ role: `data.${role}`, column }];
  });
  const listed = (["key", "ignore"] as const).flatMap((role) =>
    data[role].map((column) => ({ role: `data.${role}`, column })),
  );
  return [...single, ...listed, ...Object.keys(data.types).map((column) => ({ role: "data.types", column }))];
}

/** Refuses a recipe that names a column which isn't there. */
export function assertColumns(named: readonly NamedColumn[], columns: readonly string[]): void {
  for (const { role, column } of named) {
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
  if (column === data.side) return "the side of each row";
  return column === data.group ? "the group: a group of new rows is most likely new" : null;
}

/** The columns that may be features, as far as the recipe says. */
export function candidates(columns: readonly LoadedColumn[], data: RecipeData): readonly LoadedColumn[] {
  return columns.filter(({ name }) => role(name, data) === null);
}

export interface Choosing {
  readonly columns: readonly LoadedColumn[];
  readonly data: RecipeData;
  /** Of the candidates at least, by their name in `data`. */
  readonly profiles: ReadonlyMap<string, Profile>;
  /** What earlier snapshots found. */
  readonly kept: readonly KeptKind[];
}

export function chooseFeatures({ columns, data, profiles, kept }: Choosing): Chosen {
  const features: Feature[] = [];
  const leftOut: LeftOut[] = [];
  const warnings: string[] = [];
  for (const column of columns) {
    const { name } = column;
    const profile = profiles.get(column.sql);
    const why = role(name, data);
    if (why !== null) leftOut.push({ name, kind: null, why, missing: null, distinct: null });
    if (why !== null || profile === undefined) continue;
    const facts = factsOf(column, profile);
    const { decision, change } = consider(facts, data, kept);
    if (change !== null) warnings.push(change);
    const { kind, type } = decision;
    // weekdays and months come round again
    if (name === data.time && type !== "date") leftOut.push({ name, kind, why: GONE, ...counts(profile, decision) });
    else if (type === null) leftOut.push({ name, kind, why: decision.why, ...counts(profile, decision) });
    else features.push({ column, profile, ...decision, type });
  }
  assertAny(features, leftOut);
  return { features, leftOut, warnings: [...warnings, ...features.flatMap(doubts)] };
}

const GONE = "the time: moments of the past never come again";

/** A column where every row says the same is none, whatever the recipe calls it. */
function consider(facts: Facts, data: RecipeData, kept: readonly KeptKind[]): Settled {
  const given = data.types[facts.name];
  const fresh = decide(facts);
  const own = given === undefined ? null : asGiven(facts, given);
  if (own !== null && fresh.kind !== "constant") return { decision: own, change: null };
  return settle(
    facts,
    fresh,
    kept.find(({ name }) => name === facts.name),
  );
}

function assertAny(features: readonly Feature[], leftOut: readonly LeftOut[]): void {
  if (features.length > 0) return;
  throw new SousError("DATA_NO_FEATURES", { reasons: leftOut.map(({ name, why }) => `${name} (${why})`).join(", ") });
}

/** @param leak by column name, where one alone tells the target */
export function summarize(feature: Feature, leak: ReadonlyMap<string, string>): ColumnSummary {
  const { column, kind, type, why, order, profile } = feature;
  const { name } = column;
  return { name, kind, type, ordered: order !== null, why, leak: leak.get(name) ?? null, ...counts(profile, feature) };
}

/** Of all rows. */
function counts(profile: Profile, { type }: Decision): { readonly missing: number; readonly distinct: number } {
  const distinct = type === "numeric" ? profile.distinctNumbers : profile.distinct;
  return { missing: profile.rows - profile.present, distinct };
}

/** What is not wrong, but a person should know. */
function doubts({ column: { name }, kind, type, profile }: Feature): readonly string[] {
  // numbers that a 32-bit float can't hold
  const beyond = type === "numeric" && profile.beyond > 0;
  const amounts = kind === "high_cardinality" && areAmounts(profile.train.levels);
  return [
    ...(beyond ? [`${name}: ${profile.beyond} values are infinite or beyond ±3.4e38 and count as missing`] : []),
    ...(amounts
      ? [`${name}: strings such as "${profile.train.levels[0]}" hold amounts; as plain numbers they would teach more`]
      : []),
  ];
}
