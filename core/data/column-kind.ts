/**
 * From the evidence to what a column is, with the reason in words: a table of rules, of which the first that holds wins.
 * Pure. The evidence is of the training rows, so that nothing is learned from rows that judge; but for row numbers, which
 * only all rows together show, and for what cells can be read as (core/data/reading.ts).
 */
import type { ColumnType } from "../plugin/index.js";
import type { LoadedColumn } from "./column.js";
import { areAmounts, type Order, orderOf } from "./order.js";
import { MOST_LEVELS, type Profile, type TrainProfile } from "./profile.js";
import { type Reading, readingOf } from "./reading.js";
import type { ColumnKind } from "./snapshot.js";

/** What the rules look at. */
export interface Facts {
  readonly name: string;
  readonly reading: Reading;
  readonly profile: Profile;
  readonly train: TrainProfile;
  /** Of the training levels; null where they are not strings, too many, or show none. */
  readonly order: Order | null;
}

export interface Decision {
  readonly kind: ColumnKind;
  /** The type in which learners get it; null where it is left out. */
  readonly type: ColumnType | null;
  readonly why: string;
  /** The levels from the least to the most; null: by code point. */
  readonly order: readonly string[] | null;
}

export function factsOf(column: LoadedColumn, profile: Profile): Facts {
  const reading = readingOf(column, profile);
  const { levels } = profile.train;
  const order = reading === "string" && levels.length <= MOST_LEVELS ? orderOf(levels) : null;
  return { name: column.name, reading, profile, train: profile.train, order };
}

export function decide(facts: Facts): Decision {
  const rule = RULES.find(({ of, holds }) => (of === undefined || of === facts.reading) && holds(facts)) ?? LAST;
  return decision(rule.kind, facts, rule.why(facts));
}

/** A kind with all that follows from it. */
export function decision(kind: ColumnKind, facts: Facts, why: string): Decision {
  const ordered = kind === "ordinal" && facts.reading === "string";
  return { kind, type: typeOf(kind, facts.reading), why, order: ordered ? (facts.order?.levels ?? null) : null };
}

/** Cells that are numbers stay numbers: they are in order already, and the model is served what the data hold. */
function typeOf(kind: ColumnKind, reading: Reading): ColumnType | null {
  if (kind === "identifier" || kind === "constant") return null;
  if (reading === "string") return kind === "text" ? "text" : "categorical";
  return reading === "number" ? "numeric" : reading;
}

interface Rule {
  readonly kind: ColumnKind;
  /** The reading that it is about; left out: any. */
  readonly of?: Reading;
  readonly holds: (facts: Facts) => boolean;
  readonly why: (facts: Facts) => string;
}

/** Whole numbers from 0 to 10 of at most ten values are grades or small counts; of more they are amounts. */
const GRADES = 10;
/** Rows for each grade: few rows of any whole numbers have few values. */
const ROWS_PER_GRADE = 10;
/** Share of the rows with a value of their own above which strings name rows; a learner meets each of them once. */
const OWN = 0.99;
/** The same for strings that look like codes: one word with a digit in it, in nine of ten rows. */
const OWN_CODES = 0.9;
/** Strings of this many words, or characters, on average are sentences. */
const TEXT_WORDS = 4;
const TEXT_LENGTH = 50;
/** So many levels are names of classes, however long; sentences of people are hardly ever twice the same. */
const FEW = 50;

const RULES: readonly Rule[] = [
  { kind: "constant", holds: ({ train }) => train.present === 0, why: () => "no training row has a value" },
  {
    kind: "constant",
    holds: ({ train }) => train.distinct === 1 && train.present === train.rows,
    why: ({ train }) => `all ${count(train.rows)} training rows have the same value`,
  },
  { kind: "boolean", of: "boolean", holds: () => true, why: () => "every value is true or false" },
  {
    kind: "boolean",
    of: "number",
    holds: ({ train }) => train.wholes === train.present && train.lowest === 0 && train.highest === 1,
    why: () => "every value is 0 or 1",
  },
  {
    kind: "identifier",
    of: "number",
    holds: ({ profile }) => areRowNumbers(profile),
    why: ({ profile }) => `row numbers: each whole number from ${profile.lowest} to ${profile.highest} once`,
  },
  {
    kind: "identifier",
    of: "number",
    holds: ({ name, train }) => namesRows(name) && train.wholes === train.rows && train.distinct === train.rows,
    why: ({ train, name }) => `${different(train)}, all whole numbers, and it is called ${name}`,
  },
  { kind: "ordinal", of: "number", holds: ({ train }) => areGrades(train), why: ({ train }) => grades(train) },
  { kind: "numeric", of: "number", holds: () => true, why: ({ train }) => `every value is a number${range(train)}` },
  {
    kind: "datetime",
    of: "date",
    holds: ({ train }) => train.timed > 0,
    why: ({ train }) =>
      `every value is an ISO 8601 date, ${count(train.timed)} of ${count(train.present)} with a time of day`,
  },
  { kind: "date", of: "date", holds: () => true, why: () => "every value is an ISO 8601 date without a time of day" },
  { kind: "text", holds: ({ train }) => isText(train), why: ({ train }) => prose(train) },
  {
    kind: "ordinal",
    holds: ({ order }) => order !== null,
    why: ({ order, train }) => `${count(train.distinct)} levels: ${order?.by}, ${ends(order?.levels ?? [])}`,
  },
  {
    kind: "identifier",
    holds: ({ train }) => train.distinct >= OWN_CODES * train.present && areCodes(train),
    why: ({ train }) => `${different(train)}, and they look like codes`,
  },
  {
    kind: "identifier",
    holds: ({ train }) => train.distinct >= OWN * train.present && !areAmounts(train.levels),
    why: ({ train }) => `${different(train)}: hardly any is there twice to learn from`,
  },
  {
    kind: "high_cardinality",
    holds: ({ train }) => train.distinct > FEW,
    why: ({ profile, train }) => `${strings(profile, train)}, more than ${FEW}`,
  },
];

const LAST: Rule = { kind: "categorical", holds: () => true, why: ({ profile, train }) => strings(profile, train) };

function areRowNumbers({ rows, wholes, distinctNumbers, lowest, highest }: Profile): boolean {
  if (wholes !== rows || distinctNumbers !== rows || lowest === null || highest === null) return false;
  return (lowest === 0 || lowest === 1) && highest - lowest === rows - 1;
}

/** id, customer_id, CustomerID. Numbers alone don't tell a serial number from a year or an amount; their name may. */
function namesRows(name: string): boolean {
  return /(^|[^a-z])(id|uuid|guid|key)$/i.test(name) || /[a-z](Id|ID)$/.test(name);
}

function areGrades({ wholes, present, lowest, highest, distinct }: TrainProfile): boolean {
  if (lowest === null || highest === null || wholes !== present) return false;
  return lowest >= 0 && highest <= GRADES && distinct > 2 && present >= ROWS_PER_GRADE * distinct;
}

function isText({ meanWords, meanLength, distinct, present, codes }: TrainProfile): boolean {
  if (distinct >= OWN * present && meanWords >= 2 && codes === 0) return true; // names and titles
  const long = meanWords >= TEXT_WORDS || (meanLength >= TEXT_LENGTH && meanWords >= 2);
  return long && (distinct > FEW || distinct >= present / 2);
}

/** Prices and the like have digits as well, but say more than a name. */
function areCodes({ codes, present, levels }: TrainProfile): boolean {
  return codes >= 0.9 * present && !areAmounts(levels);
}

/** A number of rows or values, for people. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

function different({ distinct, present }: TrainProfile): string {
  return `${count(distinct)} different values in ${count(present)} training rows`;
}

function grades({ distinct, lowest, highest }: TrainProfile): string {
  return `whole numbers from ${lowest} to ${highest}, ${distinct} different ones`;
}

function range({ lowest, highest }: TrainProfile): string {
  return lowest === null || highest === null ? "" : `, from ${short(lowest)} to ${short(highest)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function prose({ meanWords, distinct, present }: TrainProfile): string {
  const words = `${meanWords.toFixed(1)} words in a value on average`;
  return `${words}, ${count(distinct)} different values in ${count(present)} training rows`;
}

function ends(levels: readonly string[]): string {
  return `from ${levels[0]} to ${levels.at(-1)}`;
}

/** Names the leading zeros or the few words that keep numbers from being numbers. */
function strings({ present, numbers, odd, padded, paddedExample }: Profile, { distinct }: TrainProfile): string {
  const different = `${count(distinct)} different strings`;
  if (padded > 0 && numbers === present) return `${different} with leading zeros, such as ${paddedExample}: codes`;
  if (numbers === present || numbers < 0.9 * present) return different;
  return `${different}, since ${count(present - numbers)} of ${count(present)} values, such as "${odd.number}", are no numbers`;
}
