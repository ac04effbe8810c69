/**
 * Rolling origins, for rows in the order of their time: a model learns from all rows before a moment and is judged on those
 * that come next, again and again (Tashman, "Out-of-sample tests of forecasting accuracy", International Journal of
 * Forecasting 16, 2000). One stretch of time says little of the next one, however many rows it has.
 */
import type { Division } from "./tables.js";

/** Share of the rows that the first model learns from; the others are judged. */
const FIRST = 0.5;

/** Of each origin the rows before and after it. @param origins 1 or more; there are at least twice as many rows */
export function originsOf(rows: number, origins: number): readonly Division[] {
  const first = firstJudged(rows);
  const at = (origin: number) => first + Math.round((origin * (rows - first)) / origins);
  return Array.from({ length: origins }, (_, origin) => ({
    train: range(0, at(origin)),
    select: range(at(origin), at(origin + 1)),
  }));
}

/** The rows that some origin judges, in their order. */
export function judgedRows(rows: number): Int32Array {
  return range(firstJudged(rows), rows);
}

function firstJudged(rows: number): number {
  return Math.round(FIRST * rows);
}

function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, at) => from + at);
}
