/**
 * Columns that alone tell the target: most often something that is known only once the target is, such as the date on
 * which a contract ended. Looked for in the training rows, each column by itself. Pure.
 */
import type { Column, Labelled, TaskSpec, Truth } from "../plugin/index.js";
import { count } from "./column-kind.js";

/** Above these a column is suspected: area under the ROC curve, and rank correlation without its sign. */
const AREA = 0.99;
const CORRELATION = 0.999;
/** Rows that are looked at: an area of 0.99 is known to ±0.001 by them, and a column takes a few milliseconds. */
const ROWS = 20_000;
/** Rows of a class, or of all for numbers, below which a perfect order is too likely by chance. */
const LEAST_ROWS = 10;
const LEAST_NUMBERS = 30;
/** Classes against the rest, the largest ones. */
const CLASSES = 10;
/** Numbers of so few values are levels as well: an order of classes need not be one of size. */
const FEW = 50;
const FOLDS = 5;

export interface Suspect {
  readonly name: string;
  readonly why: string;
}

/** @param train rows in an order that doesn't go by the target, as a side has them */
export function leakSuspects({ table, truth }: Labelled, spec: TaskSpec): readonly Suspect[] {
  const rows = spec.task === "regression" ? everyNth(truth.keys(), truth.length, ROWS) : fromEachClass(truth, spec);
  const seen = Float64Array.from(rows, (row) => truth[row] ?? Number.NaN);
  const judge = spec.task === "regression" ? judgeNumbers(seen) : judgeClasses(seen, spec);
  if (judge === null) return [];
  return table.columns.flatMap((column) => {
    const why = judge(viewsOf(column, rows));
    return why === null ? [] : [{ name: column.name, why }];
  });
}

function everyNth(rows: Iterable<number>, length: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(length / most));
  return [...rows].filter((_, index) => index % step === 0);
}

/** As many rows of each class where there are enough: an area doesn't depend on how many rows a class has. */
function fromEachClass(truth: Truth, { classes }: TaskSpec): number[] {
  const byClass: number[][] = classes.map(() => []);
  for (const [row, code] of truth.entries()) byClass[code]?.push(row);
  const share = Math.ceil(ROWS / classes.length);
  const chosen = byClass.flatMap((rows) => everyNth(rows, rows.length, share));
  return chosen.sort((a, b) => a - b);
}

/** A column as numbers to rank by, NaN where missing, or as levels, or both. */
interface Views {
  readonly values: Float64Array | null;
  /** −1 where missing, which is a level too. */
  readonly codes: Int32Array | null;
}

function viewsOf(column: Column, rows: readonly number[]): Views {
  if ("levels" in column) {
    // of texts hardly any is there twice
    const codes = column.type === "text" ? null : Int32Array.from(rows, (row) => column.codes[row] ?? -1);
    return { values: null, codes };
  }
  const values = Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN);
  const distinct = [...new Set(values)];
  if (distinct.length > FEW) return { values, codes: null };
  const codeOf = new Map(distinct.map((value, code) => [value, Number.isNaN(value) ? -1 : code]));
  return { values, codes: Int32Array.from(values, (value) => codeOf.get(value) ?? -1) };
}

type Judge = (views: Views) => string | null;

function judgeClasses(truth: Truth, { task, classes }: TaskSpec): Judge | null {
  const sizes = classes.map((_, code) => truth.reduce((sum, value) => sum + Number(value === code), 0));
  const positive = (code: number) => Float64Array.from(truth, (value) => Number(value === code));
  const codes = [...classes.keys()].filter((code) => (sizes[code] ?? 0) >= LEAST_ROWS);
  if (codes.length < 2) return null;
  const judged = task === "binary" ? [1] : codes.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0)).slice(0, CLASSES);
  const targets = judged.map(positive);
  return (views) => {
    const area = targets.reduce((sum, target) => sum + areaOf(views, target), 0) / targets.length;
    const what = task === "binary" ? `${classes[1]} from ${classes[0]}` : "the classes apart, each from the rest";
    return area > AREA
      ? `alone it tells ${what} with an area under the ROC curve of ${floored(area)} in ${rows(truth)}`
      : null;
  };
}

function judgeNumbers(truth: Truth): Judge | null {
  if (truth.length < LEAST_NUMBERS) return null;
  return (views) => {
    const correlation = correlationOf(views, truth);
    return correlation > CORRELATION
      ? `its order is that of the target, with a rank correlation of ${floored(correlation)} in ${rows(truth)}`
      : null;
  };
}

function rows({ length }: Truth): string {
  return `${count(length)} training rows`;
}

/** Cut off, not rounded: 0.99996 is not 1. */
function floored(value: number): string {
  return (Math.floor(value * 10_000) / 10_000).toFixed(4);
}

/** The best area of the views; missing cells stand below all numbers or above them. */
function areaOf({ values, codes }: Views, positive: Float64Array): number {
  const areas = values === null ? [] : orders(values).map((order) => area(order, positive));
  const byLevel = codes === null ? [] : [area(levelMeans(codes, positive), positive)];
  return Math.max(...areas.map((one) => Math.max(one, 1 - one)), ...byLevel, 0);
}

function orders(values: Float64Array): readonly Float64Array[] {
  const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const filled = (by: number) => values.map((value) => (Number.isNaN(value) ? by : value));
  return values.some(Number.isNaN) ? [filled(low), filled(high)] : [values];
}

/** The area under the ROC curve by Mann and Whitney's statistic; ties count one half. NaN where a class has no row. */
export function area(score: Float64Array, positive: Float64Array): number {
  const ranks = midranks(score);
  let [sum, count] = [0, 0];
  for (const [row, is] of positive.entries()) {
    sum += is * (ranks[row] ?? 0);
    count += is;
  }
  return (sum - (count * count) / 2) / (count * (positive.length - count));
}

/** For each value the number of smaller ones and half that of equal ones, its own included. */
function midranks(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  return values.map(
    (value) => (firstFrom(sorted, (other) => other >= value) + firstFrom(sorted, (other) => other > value)) / 2,
  );
}

/** The first index at which it holds, in values of which all after that hold too. */
function firstFrom(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Each row's level by the mean target of the level's rows in the other folds, drawn to the mean of all by one row. */
function levelMeans(codes: Int32Array, target: Float64Array): Float64Array {
  const levels = codes.reduce((most, code) => Math.max(most, code), -1) + 2; // one more for missing
  const sums = new Float64Array(levels * FOLDS);
  const counts = new Float64Array(levels * FOLDS);
  for (const [row, code] of codes.entries()) {
    const at = (code + 1) * FOLDS + (row % FOLDS);
    sums[at] = (sums[at] ?? 0) + (target[row] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  const means = sums.map((_, at) => (mean + withoutFold(sums, at)) / (1 + withoutFold(counts, at)));
  return Float64Array.from(codes, (code, row) => means[(code + 1) * FOLDS + (row % FOLDS)] ?? mean);
}

/** The sum over the folds of a level, but for the one at this place. */
function withoutFold(sums: Float64Array, at: number): number {
  const start = at - (at % FOLDS);
  let sum = 0;
  for (let fold = start; fold < start + FOLDS; fold++) if (fold !== at) sum += sums[fold] ?? 0;
  return sum;
}

/** Spearman's, without its sign; missing numbers are left out unless they are the half. */
function correlationOf({ values, codes }: Views, truth: Truth): number {
  const present = values === null ? [] : [...values.keys()].filter((row) => !Number.isNaN(values[row]));
  const enough = present.length >= Math.max(LEAST_NUMBERS, truth.length / 2);
  const taken = (from: Float64Array) => Float64Array.from(present, (row) => from[row] ?? 0);
  const byValue = values !== null && enough ? spearman(taken(values), taken(truth)) : 0;
  const byLevel = codes === null ? 0 : spearman(levelMeans(codes, truth), truth);
  return Math.max(Math.abs(byValue), Math.abs(byLevel));
}

/** Zero where either is the same in every row. */
export function spearman(a: Float64Array, b: Float64Array): number {
  const [x, y] = [midranks(a), midranks(b)];
  const mean = a.length / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (const [row, rank] of x.entries()) {
    const other = (y[row] ?? 0) - mean;
    xy += (rank - mean) * other;
    xx += (rank - mean) ** 2;
    yy += other ** 2;
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}
