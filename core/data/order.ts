/** An order among strings that is not that of their spelling: of known scales, of ranges, of numbers with a unit. Pure. */
import { SCALES, type Scale } from "./scales.js";

export interface Order {
  /** The levels from the least to the most. */
  readonly levels: readonly string[];
  /** What the order rests on, for a sentence: "words of a known scale". */
  readonly by: string;
}

/** Two levels have no order that a learner could use beyond telling them apart. */
const FEWEST = 3;

/** Null where the levels show no order, or are fewer than three. */
export function orderOf(levels: readonly string[]): Order | null {
  if (levels.length < FEWEST) return null;
  return byScale(levels) ?? byMeasure(levels);
}

function byScale(levels: readonly string[]): Order | null {
  const words = withoutShared(levels.map(wordsOf)).map((each) => each.join(" "));
  const known = SCALES.find((scale) => words.every((word) => rankOf(word, scale) !== -1));
  if (known === undefined) return null;
  const ranks = words.map((word) => rankOf(word, known));
  if (new Set(ranks).size < FEWEST) return null;
  return { levels: sorted(levels, ranks), by: "words of a known scale" };
}

function rankOf(word: string, scale: Scale): number {
  return scale.findIndex((words) => words.includes(word));
}

/** `Travel_Rarely` → travel, rarely. */
function wordsOf(level: string): string[] {
  return level
    .toLowerCase()
    .replaceAll("'", "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** What every level has says nothing: of Non-Travel, Travel_Rarely and Travel_Frequently it is the travel. */
function withoutShared(levels: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const shared = new Set(levels[0]?.filter((word) => levels.every((words) => words.includes(word))));
  return levels.map((words) => words.filter((word) => !shared.has(word)));
}

/** A level as a stretch of numbers: `6-10` is [6, 10], `65+` is [65, ∞], `5 kg` is [5, 5]. */
interface Measure {
  readonly low: number;
  readonly high: number;
  readonly unit: string;
}

const BOUND = `(?<bound><=?|>=?|≤|≥|up to|under|below|less than|over|above|more than|at least)?`;
const MONEY = String.raw`(?:[$€£¥]\s*)?`;
const number = (name: string) => String.raw`(?<${name}>-?(?:\d{1,3}(?:,\d{3})+|0|[1-9]\d*)(?:\.\d+)?)`;
const RANGE = String.raw`(?:(?:-|–|to|and|\.\.)\s*${MONEY}${number("high")}\s*)?`;
const OPEN = String.raw`(?<open>\+|plus|and over|and above|and more|or more|or over|or above)?`;
const MEASURE = new RegExp(
  String.raw`^\s*${BOUND}\s*${MONEY}${number("low")}\s*(?<inner>[\p{L}%°]*)\s*${RANGE}\s*${OPEN}\s*(?<unit>[\p{L}%°/²³]*)\s*$`,
  "iu",
);

const BELOW: ReadonlySet<string> = new Set(["<", "<=", "≤", "up to", "under", "below", "less than"]);

function measureOf(level: string): Measure | null {
  const found = MEASURE.exec(level)?.groups;
  if (found === undefined) return null;
  const low = numberOf(found.low);
  const unit = singular(found.unit || found.inner || "");
  if (found.bound !== undefined) {
    return BELOW.has(found.bound.toLowerCase())
      ? { low: Number.NEGATIVE_INFINITY, high: low, unit }
      : { low, high: Number.POSITIVE_INFINITY, unit };
  }
  if (found.open !== undefined) return { low, high: Number.POSITIVE_INFINITY, unit };
  return { low, high: found.high === undefined ? low : numberOf(found.high), unit };
}

function numberOf(text: string | undefined): number {
  return Number(text?.replaceAll(",", ""));
}

/** 1st, 2nd and 3rd have one unit, and so have 1 year and 2 years. */
function singular(unit: string): string {
  return unit
    .toLowerCase()
    .replace(/^(st|nd|rd|th)$/, "th")
    .replace(/(?<=..)s$/, "");
}

/** Stretches of one unit that don't overlap; and at least one of them is more than a bare number. */
function byMeasure(levels: readonly string[]): Order | null {
  const measures = levels.map(measureOf).filter((measure) => measure !== null);
  if (measures.length < levels.length || !sameUnit(measures)) return null;
  if (measures.every(({ low, high, unit }) => low === high && unit === "")) return byMoney(levels, measures);
  const order = [...measures.keys()].sort((a, b) => compare(measures[a], measures[b]));
  const inOrder = order.flatMap((index) => measures[index] ?? []);
  if (!inOrder.every(({ low, high }, index) => low <= high && low >= (inOrder[index - 1]?.high ?? low))) return null;
  return { levels: order.flatMap((index) => levels[index] ?? []), by: "numbers with a unit, or ranges of numbers" };
}

/** Amounts of money and numbers with thousands separators; other bare numbers are numbers already, or codes. */
function byMoney(levels: readonly string[], measures: readonly Measure[]): Order | null {
  if (!levels.some((level) => /[$€£¥,]/.test(level))) return null;
  const lows = measures.map(({ low }) => low);
  return { levels: sorted(levels, lows), by: "amounts" };
}

/** True where every level is a number with a unit or a sign of money: strings that hold amounts. */
export function areAmounts(levels: readonly string[]): boolean {
  const measures = levels.map(measureOf);
  return (
    measures.every((measure, index) => {
      return (
        measure !== null && measure.low === measure.high && (measure.unit !== "" || /[$€£¥,]/.test(levels[index] ?? ""))
      );
    }) && sameUnit(measures.filter((measure) => measure !== null))
  );
}

/** A bare number has the unit of the others. */
function sameUnit(measures: readonly Measure[]): boolean {
  return new Set(measures.map(({ unit }) => unit).filter((unit) => unit !== "")).size <= 1;
}

function compare(a: Measure | undefined, b: Measure | undefined): number {
  if (a === undefined || b === undefined) return 0;
  // not by differences: those of infinities are no numbers
  return Math.sign(Number(a.low > b.low) - Number(a.low < b.low)) || Number(a.high > b.high) - Number(a.high < b.high);
}

function sorted(levels: readonly string[], ranks: readonly number[]): readonly string[] {
  const order = [...levels.keys()].sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0) || a - b);
  return order.flatMap((index) => levels[index] ?? []);
}
