/** Which n-grams of units of a column of texts get a number: of those that enough texts have, the ones that tell most of the answers. */

import type { LevelColumn } from "../../plugin/table.js";
import type { Answers } from "../answers.js";
import { spelling } from "../spelling.js";
import type { Units } from "./units.js";

export interface CountOptions {
  /** The shortest and the longest n-gram, in units. */
  readonly grams: readonly [shortest: number, longest: number];
  /** Texts that an n-gram must be in. */
  readonly minCount: number;
}

export interface RankingOptions extends CountOptions {
  /** n-grams that are kept of those that were counted. */
  readonly most: number;
}

export interface Vocabulary {
  /** The number of each spelling of a unit, from 1 on; 0 is every other unit. */
  readonly units: ReadonlyMap<string, number>;
  /** Numbers of units, by length and then by number. */
  readonly grams: readonly (readonly number[])[];
  readonly names: readonly string[];
  /** The inverse document frequency of each n-gram. */
  readonly idf: Float32Array;
}

/** With longer n-grams, too few units could be told apart. */
export const LONGEST = 4;
/** Texts that the vocabulary is made from, evenly spread over the rows. */
const SAMPLE = 20_000;

/**
 * Units that may be part of an n-gram; those of most texts come first. n-grams are counted by one number, made of their units',
 * which is below 2^48: four units are of 4,096 different ones at most, three of 65,536.
 */
function mostUnits([, longest]: CountOptions["grams"]): number {
  return 2 ** Math.floor(48 / Math.max(longest, 3));
}

interface Text {
  /** Numbers of its units. */
  readonly units: readonly number[];
  /** The row that it stands for. */
  readonly row: number;
}

/** n-grams that a column's texts have, those first that tell most of the answers. */
export interface Ranking {
  /** Texts that were looked at. */
  readonly texts: number;
  readonly known: KnownUnits;
  /** The n-grams, and how many texts have each; the first of them, where there are more. */
  readonly keys: Float64Array;
  readonly counts: Uint32Array;
}

export function rankGrams(column: LevelColumn, answers: Answers, units: Units, options: RankingOptions): Ranking {
  const rows = sampledRows(column.codes.length);
  const split = rows.map((row) => units.split(spelling(column.levels, column.codes[row] as number)));
  const known = fitUnits(split, units, options);
  const texts = split.map(
    (one, at): Text => ({ units: one.map((unit) => known.numbers.get(unit) ?? 0), row: rows[at] as number }),
  );
  const telling = mostTelling(countGrams(texts, answers, options), texts.length, options.most);
  return {
    texts: texts.length,
    known,
    keys: Float64Array.from(telling, ({ key }) => key),
    counts: Uint32Array.from(telling, ({ texts: count }) => count),
  };
}

/** Of the first n-grams; null where there is none. @param ranking of the same units and lengths, with `limit` n-grams or all */
export function fitVocabulary(
  ranking: Ranking,
  units: Units,
  { grams, limit }: Pick<CountOptions, "grams"> & { readonly limit: number },
): Vocabulary | null {
  const { texts, known } = ranking;
  const chosen = firstGrams(ranking, limit, mostUnits(grams));
  if (chosen.length === 0) return null;
  const used = new Set(chosen.flatMap(({ units: gram }) => gram));
  return {
    units: new Map([...known.numbers].filter(([, number]) => used.has(number))),
    grams: chosen.map(({ units: gram }) => gram),
    names: chosen.map(({ units: gram }) => gram.map((unit) => known.spellings[unit - 1]).join(units.glue)),
    // the smoothed one of scikit-learn's TfidfTransformer
    idf: Float32Array.from(chosen, ({ texts: count }) => Math.log((1 + texts) / (1 + count)) + 1),
  };
}

function sampledRows(rows: number): number[] {
  const count = Math.min(rows, SAMPLE);
  return Array.from({ length: count }, (_, at) => Math.floor((at * rows) / count));
}

interface KnownUnits {
  /** Of every spelling. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Of number − 1, folded. */
  readonly spellings: readonly string[];
}

function fitUnits(texts: readonly (readonly string[])[], units: Units, { grams, minCount }: CountOptions): KnownUnits {
  const spelt = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const unit of text) if (!spelt.has(unit)) spelt.set(unit, units.fold(unit));
    for (const unit of new Set(text.map((one) => spelt.get(one) as string)))
      counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  const enough = [...counts].filter(([unit, count]) => count >= minCount && unit !== "");
  const most = enough.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, mostUnits(grams) - 1);
  const spellings = most.map(([unit]) => unit).sort();
  const byFolded = new Map(spellings.map((unit, at) => [unit, at + 1]));
  const numbers = new Map(byFolded);
  for (const unit of spellings) {
    for (const other of units.spellings(unit))
      if (!numbers.has(other)) numbers.set(other, byFolded.get(unit) as number);
  }
  for (const [unit, fold] of spelt) {
    const number = byFolded.get(fold);
    if (number === undefined) numbers.delete(unit);
    else numbers.set(unit, number);
  }
  return { numbers: new Map([...numbers].sort(([a], [b]) => (a < b ? -1 : 1))), spellings };
}

interface Gram {
  readonly key: number;
  /** How many texts have it. */
  readonly texts: number;
  /** Sums of these texts' answers. */
  readonly sums: Float64Array;
}

interface Counted {
  readonly grams: readonly Gram[];
  /** Over all texts: sums of the answers, and of their squares. */
  readonly all: { readonly sums: Float64Array; readonly squares: Float64Array };
}

/** In two passes, as most n-grams are in one text only: those get no sums. */
function countGrams(texts: readonly Text[], { values, each }: Answers, { grams, minCount }: CountOptions): Counted {
  const counts = new Map<number, number>();
  for (const { units } of texts) {
    for (const key of keysOf(units, grams)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const found = new Map<number, Gram>();
  for (const [key, count] of counts) {
    if (count >= minCount && count < texts.length) found.set(key, { key, texts: count, sums: new Float64Array(each) });
  }
  const all = { sums: new Float64Array(each), squares: new Float64Array(each) };
  for (const { units, row } of texts) {
    const answers = values.subarray(row * each, (row + 1) * each);
    addTo(all.sums, answers);
    addTo(
      all.squares,
      answers.map((value) => value * value),
    );
    for (const key of keysOf(units, grams)) {
      const gram = found.get(key);
      if (gram !== undefined) addTo(gram.sums, answers);
    }
  }
  return { grams: [...found.values()], all };
}

/** Each once. */
function keysOf(units: readonly number[], grams: CountOptions["grams"]): ReadonlySet<number> {
  const keys = new Set<number>();
  eachGram(units, grams, (key) => keys.add(key));
  return keys;
}

function addTo(sums: Float64Array, values: Float64Array): void {
  for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] as number) + (values[at] as number);
}

/** Calls back with the key of each n-gram, as often as it is there; one with an unknown unit is none. */
export function eachGram(units: readonly number[], grams: CountOptions["grams"], found: (key: number) => void): void {
  const [shortest, longest] = grams;
  const radix = mostUnits(grams);
  for (let from = 0; from < units.length; from++) {
    let key = 0;
    for (let length = 1; length <= longest; length++) {
      const unit = units[from + length - 1] ?? 0;
      if (unit === 0) break;
      key = key * radix + unit;
      if (length >= shortest) found(key);
    }
  }
}

export function keyOf(gram: readonly number[], grams: CountOptions["grams"]): number {
  const radix = mostUnits(grams);
  return gram.reduce((key, unit) => key * radix + unit, 0);
}

function unitsOf(key: number, radix: number): number[] {
  return key === 0 ? [] : [...unitsOf(Math.floor(key / radix), radix), key % radix];
}

interface Chosen {
  readonly units: readonly number[];
  readonly texts: number;
}

function mostTelling({ grams, all }: Counted, texts: number, most: number): readonly Gram[] {
  const scored = grams.map((gram) => ({ gram, score: tellingOf(gram, all, texts) }));
  const best = scored.sort((a, b) => b.score - a.score || a.gram.key - b.gram.key);
  return best.slice(0, most).map(({ gram }) => gram);
}

/** By their keys, which are sorted as n-grams are: shorter ones first. */
function firstGrams({ keys, counts }: Ranking, limit: number, radix: number): Chosen[] {
  const first = Array.from(keys.subarray(0, limit), (key, at) => ({ key, texts: counts[at] as number }));
  return first.sort((a, b) => a.key - b.key).map(({ key, texts }) => ({ units: unitsOf(key, radix), texts }));
}

/** Squared correlation of having it with the answers, times the number of texts; summed over the answers. */
function tellingOf({ texts: count, sums }: Gram, all: Counted["all"], texts: number): number {
  const spread = count * (1 - count / texts);
  return sums.reduce((total, sum, at) => {
    const mean = (all.sums[at] as number) / texts;
    const variance = (all.squares[at] as number) / texts - mean * mean;
    return total + (variance > 0 ? (sum - count * mean) ** 2 / spread / variance : 0);
  }, 0);
}
