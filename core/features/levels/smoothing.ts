/**
 * How many rows the mean of all rows counts for: the variance within levels over the variance between them, which makes the
 * smoothed mean the best linear guess at a level's own one. Both by the analysis of variance (Searle, Casella and McCulloch,
 * Variance Components, 1992, §3.6), summed over the answers.
 */
import type { Answers } from "../answers.js";
import type { Coded } from "./dictionary.js";

/** Less than a row would trust a single one of them. */
const LEAST = 1;

export function smoothingOf({ codes, dictionary: { size } }: Coded, { values, each, weight }: Answers): number {
  const weights = new Float64Array(size);
  codes.forEach((code, row) => {
    weights[code] = (weights[code] as number) + (weight[row] as number);
  });
  const count = weights.reduce((sum, one) => sum + one, 0);
  const levels = weights.reduce((sum, one) => sum + (one > 0 ? 1 : 0), 0);
  const evenness = count - weights.reduce((sum, one) => sum + one * one, 0) / count;
  let [within, between] = [0, 0];
  for (let at = 0; at < each; at++) {
    const squares = squaresOf(codes, weights, (row) => ({
      share: weight[row] as number,
      value: values[row * each + at] as number,
    }));
    const noise = squares.within / (count - levels);
    within += noise;
    between += (squares.between - (levels - 1) * noise) / evenness;
  }
  const most = Math.max(LEAST, count);
  return between > 0 && within >= 0 ? Math.min(Math.max(within / between, LEAST), most) : most;
}

interface Cell {
  readonly share: number;
  readonly value: number;
}

/** Weighted sums of squares: of values around their level's mean, and of these around the mean of all. */
function squaresOf(codes: Int32Array, weights: Float64Array, cellOf: (row: number) => Cell) {
  const sums = new Float64Array(weights.length);
  let [total, squares] = [0, 0];
  codes.forEach((code, row) => {
    const { share, value } = cellOf(row);
    sums[code] = (sums[code] as number) + share * value;
    total += share * value;
    squares += share * value * value;
  });
  const count = weights.reduce((sum, one) => sum + one, 0);
  const explained = sums.reduce((sum, one, code) => sum + (one === 0 ? 0 : one ** 2 / (weights[code] as number)), 0);
  return { within: Math.max(squares - explained, 0), between: explained - total ** 2 / count };
}
