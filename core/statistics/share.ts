/** How sure a share of rows is. */
import { regularizedBeta } from "./beta.js";
import { effectiveRows, type Layout, meanOf, spreadOf } from "./estimate.js";

export interface ShareBounds {
  readonly share: number;
  /** One-sided bounds, each wrong with probability alpha at most; 0 and 1 where there are no rows. */
  readonly lower: number;
  readonly upper: number;
}

/** Halvings of [0, 1], which leave less than a double can show. */
const HALVINGS = 60;

/**
 * The exact interval of Clopper and Pearson (Biometrika 26, 1934) for the share of rows that are marked. With weights or
 * groups of rows by the number of independent rows that would be as sure (Korn and Graubard, Survey Methodology 24,
 * 1998), which need not be whole.
 * @param marked 1 for each row that counts, else 0
 * @param alpha 0 … 0.5
 */
export function shareBounds(marked: Float64Array, layout: Omit<Layout, "strata">, alpha: number): ShareBounds {
  if (marked.length === 0) return { share: Number.NaN, lower: 0, upper: 1 };
  const { value: share, influence } = meanOf(marked, layout.weight);
  const rows = independentRows(share, influence, layout);
  const count = share * rows;
  return {
    share,
    lower: count > 0 ? betaQuantile(alpha, count, rows - count + 1) : 0,
    upper: count < rows ? betaQuantile(1 - alpha, count + 1, rows - count) : 1,
  };
}

/** Rows that agree because they are of one group, or follow each other, are less evidence; never more than there are. */
function independentRows(share: number, influence: Float64Array, layout: Omit<Layout, "strata">): number {
  const { weight, group, serial } = layout;
  const rows = effectiveRows(influence.length, weight);
  if (group === null && serial !== true) return rows;
  const { se } = spreadOf(influence, { ...layout, strata: null });
  if (se > 0) return Math.min(rows, (share * (1 - share)) / se ** 2);
  return group === null ? rows : Math.min(rows, new Set(group).size);
}

/** The x with I_x(a, b) = p, by halving: the function rises. */
function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (regularizedBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
