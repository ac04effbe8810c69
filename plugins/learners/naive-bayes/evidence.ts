/** What each number of a row says for each class. */
import type { SparseRows, Truth } from "../../../core/plugin/index.js";

export interface Counted {
  readonly truth: Truth;
  /** [rows] */
  readonly weight: Float64Array;
  readonly classes: number;
}

export interface Counts {
  /** Sums of the numbers of each class's rows. [width, classes] */
  readonly sums: Float64Array;
  /** Weights of each class's rows. [classes] */
  readonly rows: Float64Array;
}

export interface Evidence {
  /** Added to a class's score for each number, times it. [width, classes] */
  readonly weights: Float64Array;
  /** [classes] */
  readonly priors: Float64Array;
}

/** `complement`: a class is held against the texts of all others, of which there are more than of itself. */
export type Kind = "multinomial" | "complement";

export function countsOf(
  { rows, width, starts, places, values }: SparseRows,
  { truth, weight, classes }: Counted,
): Counts {
  const counts = { sums: new Float64Array(width * classes), rows: new Float64Array(classes) };
  for (let row = 0; row < rows; row++) {
    const code = truth[row] as number;
    const share = weight[row] as number;
    counts.rows[code] = (counts.rows[code] as number) + share;
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      const cell = (places[at] as number) * classes + code;
      counts.sums[cell] = (counts.sums[cell] as number) + share * (values[at] as number);
    }
  }
  return counts;
}

/**
 * Logarithms of smoothed shares: of a class's own numbers, or of those of all others, negated.
 * @param alpha added to each sum
 */
export function evidenceOf({ sums, rows }: Counts, kind: Kind, alpha: number): Evidence {
  const classes = rows.length;
  const of = kind === "multinomial" ? sums : othersOf(sums, classes);
  const totals = new Float64Array(classes);
  of.forEach((sum, cell) => {
    totals[cell % classes] = (totals[cell % classes] as number) + sum + alpha;
  });
  const sign = kind === "multinomial" ? 1 : -1;
  const weights = of.map((sum, cell) => sign * Math.log((sum + alpha) / (totals[cell % classes] as number)));
  const all = rows.reduce((sum, one) => sum + one, 0);
  // a class without rows keeps a share that no logarithm minds
  return { weights, priors: rows.map((one) => Math.log((one + alpha) / (all + alpha * classes))) };
}

function othersOf(sums: Float64Array, classes: number): Float64Array {
  const others = new Float64Array(sums.length);
  for (let first = 0; first < sums.length; first += classes) {
    const all = sums.subarray(first, first + classes).reduce((sum, one) => sum + one, 0);
    for (let one = 0; one < classes; one++) others[first + one] = Math.max(0, all - (sums[first + one] as number));
  }
  return others;
}
