/** What all cells of a column can be read as. Pure. */
import type { LoadedColumn } from "./column.js";
import type { Profile } from "./profile.js";

export type Reading = "number" | "boolean" | "date" | "string";

interface Rule {
  readonly reading: Reading;
  readonly holds: (profile: Profile) => boolean;
}

/** First match wins; a string else. Whole numbers with leading zeros, such as 02134, are codes. */
const RULES: readonly Rule[] = [
  { reading: "string", holds: (p) => p.present === 0 },
  { reading: "boolean", holds: (p) => p.words === p.present },
  { reading: "number", holds: (p) => p.numbers === p.present && p.padded === 0 },
  { reading: "date", holds: (p) => p.dates === p.present },
];

/** Of all rows: a select row that can't be read as a number makes no number of the column, however the training rows look. */
export function readingOf({ kind, typed }: LoadedColumn, profile: Profile): Reading {
  if (kind !== "text") return kind;
  if (typed) return "string";
  return RULES.find(({ holds }) => holds(profile))?.reading ?? "string";
}
