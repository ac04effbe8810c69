/**
 * From raw columns to bins and back to nothing unknown: what is fitted here on the training side is all that trees, and
 * the exported graph, know of a column. Thresholds are single precision, as the graph's inputs are, and are fixed before
 * training: "in one of the bins 0 … b" and "x ≤ threshold b" are the same rows.
 */
import {
  type Column,
  LearnerFailure,
  type LevelColumn,
  type NumberColumn,
  type Table,
} from "../../../core/plugin/index.js";
import { fitThresholds, padded, writeBins } from "./quantiles.js";

/** Bins of one column at most: what one byte tells apart. The last of a number column's is for missing values. */
export const BINS = 256;
/** Rows that a level needs for a bin of its own; with fewer, its gain is noise more often than not. */
const LEAST_ROWS = 3;
/** Rows binned before the next column: their bins stay in the cache. */
const BLOCK = 4_096;

export interface NumberFeature {
  readonly name: string;
  readonly type: NumberColumn["type"];
  /** Ascending. Bin b has values above threshold b − 1 and up to threshold b; the last one all that are larger. */
  readonly thresholds: Float32Array;
}

export interface LevelFeature {
  readonly name: string;
  readonly type: "categorical";
  /** Levels with a bin of their own; "" is missing. All others share the last bin. */
  readonly keys: readonly string[];
}

export type Feature = NumberFeature | LevelFeature;

/** Bins of the features of many rows. */
export interface Binned {
  readonly rows: number;
  /** How many features. */
  readonly width: number;
  /** [rows × width], row by row. */
  readonly codes: Uint8Array;
}

export function isLevels(feature: Feature): feature is LevelFeature {
  return "keys" in feature;
}

/** How many bins a feature has, the last one (missing, or the rare and unknown levels) too. */
export function binsOf(feature: Feature): number {
  return isLevels(feature) ? feature.keys.length + 1 : feature.thresholds.length + 2;
}

/**
 * Text columns, of which making.ts makes numbers, and columns that never vary are left out.
 * @param maxBins of values of one number column, 2 … 255
 * @throws LearnerFailure no_features
 */
export function fitFeatures(table: Table, maxBins: number): Feature[] {
  const features = table.columns.flatMap((column): Feature[] => {
    if ("values" in column) return numberFeature(column, maxBins);
    return column.type === "categorical" ? levelFeature(column) : [];
  });
  if (features.length > 0) return features;
  throw new LearnerFailure("no_features", "no column varies in the training rows, text columns apart");
}

function numberFeature({ name, type, values }: NumberColumn, maxBins: number): Feature[] {
  const thresholds = fitThresholds(values, maxBins);
  const varies = thresholds.length > 0 || (values.some(Number.isNaN) && !values.every(Number.isNaN));
  return varies ? [{ name, type, thresholds }] : [];
}

/** The most frequent levels have bins; among equals those that come first by code point. */
function levelFeature({ name, codes, levels }: LevelColumn): Feature[] {
  const counts = new Map<string, number>();
  for (const code of codes) {
    const level = spelling(levels, code);
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  if (counts.size < 2) return [];
  const keys = [...counts]
    .filter(([level, count]) => count >= LEAST_ROWS && !level.includes("\0"))
    .sort(([a, often], [b, seldom]) => seldom - often || (a < b ? -1 : 1))
    .slice(0, BINS - 1)
    .map(([level]) => level);
  return keys.length > 0 ? [{ name, type: "categorical", keys: keys.sort() }] : [];
}

/**
 * The columns as bins, written to `codes`.
 * @throws LearnerFailure missing_column: one of them isn't there, or of another kind
 */
export function encode(features: readonly Feature[], table: Table, codes?: Uint8Array): Binned {
  const width = features.length;
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const binned = { rows: table.rows, width, codes: codes ?? new Uint8Array(table.rows * width) };
  const writers = features.map((feature, at) => writerOf(feature, byName.get(feature.name), { ...binned, at }));
  for (let from = 0; from < table.rows; from += BLOCK) {
    const to = Math.min(from + BLOCK, table.rows);
    for (const write of writers) write(from, to);
  }
  return binned;
}

interface Place {
  readonly codes: Uint8Array;
  readonly width: number;
  readonly at: number;
}

function writerOf(feature: Feature, column: Column | undefined, place: Place): (from: number, to: number) => void {
  if (isLevels(feature) && column?.type === "categorical") return levelWriter(feature, column, place);
  if (!isLevels(feature) && column !== undefined && "values" in column) {
    const { values } = column;
    const thresholds = padded(feature.thresholds);
    const missing = binsOf(feature) - 1;
    return (from, to) => writeBins(values, { thresholds, missing }, { ...place, from, to });
  }
  const message = `the model needs column ${JSON.stringify(feature.name)} as it was in training`;
  throw new LearnerFailure("missing_column", message);
}

function levelWriter(feature: LevelFeature, { codes, levels }: LevelColumn, place: Place) {
  const known = new Map(feature.keys.map((key, bin) => [key, bin]));
  const binOf = (code: number) => known.get(spelling(levels, code)) ?? feature.keys.length;
  const bins = Uint8Array.from(levels, (_, code) => binOf(code));
  const missing = binOf(-1);
  return (from: number, to: number) => {
    for (let row = from; row < to; row++) {
      place.codes[row * place.width + place.at] = bins[codes[row] ?? -1] ?? missing;
    }
  };
}

/** Missing is the empty string, as in the inputs of the exported graph. */
function spelling(levels: readonly string[], code: number): string {
  return levels[code] ?? "";
}
