/** From the evidence to a column's type, with the reason in words. Pure. */
import { type ErrorCode, SousError } from "../errors.js";
import type { ColumnType } from "../plugin/index.js";
import type { Kind, LoadedColumn } from "./column.js";
import type { Profile } from "./profile.js";

export interface Typed {
  readonly type: ColumnType;
  readonly why: string;
}

/** Strings of this many words, or characters, on average are sentences rather than names of classes. */
const TEXT_WORDS = 4;
const TEXT_LENGTH = 50;

const KIND_TYPES: Readonly<Record<Exclude<Kind, "text">, ColumnType>> = {
  number: "numeric",
  boolean: "boolean",
  date: "date",
};

/** The type that the recipe gives, or else the one that the cells show. Throws DATA_TYPE_MISMATCH. */
export function typeOf(column: LoadedColumn, profile: Profile, given: ColumnType | undefined): Typed {
  if (given !== undefined) return asGiven(column, profile, given);
  if (column.kind !== "text") return { type: KIND_TYPES[column.kind], why: "the file gives this type" };
  return column.typed ? ofStrings(profile, "the file says that it is text") : ofCells(profile);
}

function asGiven(column: LoadedColumn, profile: Profile, type: ColumnType): Typed {
  const fitting: Readonly<Partial<Record<ColumnType, readonly [number, string | null]>>> = {
    numeric: [profile.numbers, profile.odd.number],
    date: [profile.dates, profile.odd.date],
    boolean: [profile.booleans, profile.odd.boolean],
  };
  const [fits, odd] = fitting[type] ?? [profile.present, null];
  const code: ErrorCode = "DATA_TYPE_MISMATCH";
  if (fits < profile.present) {
    throw new SousError(code, { column: column.name, type, value: odd, count: profile.present - fits });
  }
  return { type, why: "recipe" };
}

interface Rule {
  readonly holds: (profile: Profile) => boolean;
  readonly type: ColumnType;
  readonly why: (profile: Profile) => string;
}

/** First match wins. */
const RULES: readonly Rule[] = [
  { holds: (p) => p.present === 0, type: "categorical", why: () => "no row has a value" },
  { holds: (p) => p.words === p.present, type: "boolean", why: () => "every value is true or false" },
  {
    holds: (p) => p.numbers === p.present && p.padded > 0,
    type: "categorical",
    why: (p) => `values with leading zeros, such as ${p.paddedExample}, are codes rather than numbers`,
  },
  { holds: (p) => p.numbers === p.present, type: "numeric", why: () => "every value is a number" },
  { holds: (p) => p.dates === p.present, type: "date", why: () => "every value is an ISO 8601 date" },
];

function ofCells(profile: Profile): Typed {
  const rule = RULES.find(({ holds }) => holds(profile));
  if (rule !== undefined) return { type: rule.type, why: rule.why(profile) };
  const almost = profile.numbers >= 0.9 * profile.present;
  const not = profile.present - profile.numbers;
  return ofStrings(
    profile,
    almost ? `${not} of ${profile.present} values, such as "${profile.odd.number}", are no numbers` : null,
  );
}

function ofStrings(profile: Profile, why: string | null): Typed {
  if (profile.meanWords >= TEXT_WORDS || profile.meanLength >= TEXT_LENGTH) {
    return { type: "text", why: `${profile.meanWords.toFixed(1)} words in a value on average` };
  }
  return { type: "categorical", why: why ?? `${profile.distinct} different strings` };
}
