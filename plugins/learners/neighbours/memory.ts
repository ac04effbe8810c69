/** What a model of neighbours remembers, and what it makes of a row. */
import type { Told } from "./strengths.js";

export interface Memory {
  /** [rows, width] row by row, each number times its strength. */
  readonly points: Float32Array;
  readonly width: number;
  /** [width] */
  readonly strengths: Float32Array;
  /** Σ of squares of each row. [rows] */
  readonly squares: Float64Array;
  /** Weight of each row times its answers, and its weight alone at the end. [rows, each + 1] */
  readonly answers: Float64Array;
  readonly each: number;
  /** Weighted mean of the answers of all rows. [each] */
  readonly prior: Float64Array;
  readonly k: number;
}

/** How a standardised value becomes one in the target's unit; 0 and 1 for classes. */
export interface Unit {
  readonly mean: number;
  readonly scale: number;
}

/** The distance at which a row counts for nothing, squared: this times that of the k-th nearest. So the k-th counts for a third. */
export const REACH = 1.5;
/** Added to it, since the k nearest may be the row itself. Numbers are of the size 1. */
export const NEAR = 1e-6;
/** Rows that the mean of all counts for. */
export const PRIOR = 0.1;

interface Remembered extends Told {
  readonly strengths: Float32Array;
  /** The rows that are kept. */
  readonly rows: Int32Array;
}

export function memoryOf({ numbers, width, strengths, values, weight, rows }: Remembered, k: number): Memory {
  const each = values.length / weight.length;
  const points = new Float32Array(rows.length * width);
  const squares = new Float64Array(rows.length);
  const answers = new Float64Array(rows.length * (each + 1));
  rows.forEach((row, at) => {
    for (let column = 0; column < width; column++) {
      const value = Math.fround((numbers[row * width + column] as number) * (strengths[column] as number));
      points[at * width + column] = value;
      squares[at] = (squares[at] as number) + value * value;
    }
    const share = weight[row] as number;
    for (let one = 0; one < each; one++) answers[at * (each + 1) + one] = share * (values[row * each + one] as number);
    answers[at * (each + 1) + each] = share;
  });
  return {
    points,
    width,
    strengths,
    squares,
    answers,
    each,
    prior: priorOf(values, weight),
    k: Math.min(k, rows.length),
  };
}

function priorOf(values: Float64Array, weight: Float64Array): Float64Array {
  const each = values.length / weight.length;
  const sums = new Float64Array(each);
  let total = 0;
  weight.forEach((share, row) => {
    total += share;
    for (let at = 0; at < each; at++) sums[at] = (sums[at] as number) + share * (values[row * each + at] as number);
  });
  return sums.map((sum) => sum / total);
}

/** @param numbers [rows, width] @returns [rows, each] */
export function predictFrom(memory: Memory, numbers: Float32Array, { mean, scale }: Unit): Float64Array {
  const { width, each, strengths } = memory;
  const rows = numbers.length / width;
  const prediction = new Float64Array(rows * each);
  for (let row = 0; row < rows; row++) {
    const point = numbers
      .subarray(row * width, (row + 1) * width)
      .map((value, at) => value * (strengths[at] as number));
    const sums = sumsOf(memory, distancesTo(memory, point));
    for (let at = 0; at < each; at++) {
      const sum = (sums[at] as number) + PRIOR * (memory.prior[at] as number);
      prediction[row * each + at] = mean + scale * (sum / ((sums[each] as number) + PRIOR));
    }
  }
  return prediction;
}

/** Squared, of a point to all remembered ones. */
function distancesTo({ points, width, squares }: Memory, point: Float32Array): Float64Array {
  const own = point.reduce((sum, value) => sum + value * value, 0);
  return squares.map((square, at) => {
    let product = 0;
    for (let column = 0; column < width; column++)
      product += (points[at * width + column] as number) * (point[column] as number);
    return Math.max(0, own + square - 2 * product);
  });
}

/** Of answers and weights, each times how near its row is. [each + 1] */
function sumsOf({ answers, each, k }: Memory, distances: Float64Array): Float64Array {
  const reach = REACH * smallest(distances, k) + NEAR;
  const sums = new Float64Array(each + 1);
  distances.forEach((distance, at) => {
    const near = 1 - distance / reach;
    if (near <= 0) return;
    for (let one = 0; one <= each; one++)
      sums[one] = (sums[one] as number) + near * (answers[at * (each + 1) + one] as number);
  });
  return sums;
}

/** The k-th smallest, by keeping the k smallest so far in order. */
function smallest(distances: Float64Array, k: number): number {
  const least = new Float64Array(k).fill(Infinity);
  for (const distance of distances) {
    if (distance >= (least[k - 1] as number)) continue;
    let at = k - 1;
    for (; at > 0 && (least[at - 1] as number) > distance; at--) least[at] = least[at - 1] as number;
    least[at] = distance;
  }
  return least[k - 1] as number;
}
