/** How differently models of two classes treat groups of rows. */
import { type Answers, predictedClass, type TaskSpec, type Truth } from "../../core/plugin/index.js";

/**
 * A gap is the largest difference between groups of how often the label is the positive class, among the rows of a kind:
 * all, those that are positive (true positive rate), those that are negative (false positive rate). Names as in Hardt,
 * Price and Srebro, Equality of Opportunity in Supervised Learning (2016).
 */
const GAP_KINDS = {
  demographic_parity: ["all"],
  equal_opportunity: ["positive"],
  equalised_odds: ["positive", "negative"],
} as const;

export type Gap = keyof typeof GAP_KINDS;
type Among = "all" | "positive" | "negative";

export const GAPS = Object.keys(GAP_KINDS) as readonly Gap[];

/** Rows with their groups, and what two models label them with. */
export interface Grouped {
  readonly truth: Truth;
  readonly weight: Float64Array | null;
  /** −1 for a row that is in no group that is judged. [rows] */
  readonly groupOf: Int32Array;
  readonly groups: number;
  /** 1 where the label is the positive class. [rows] */
  readonly candidate: Float64Array;
  readonly reference: Float64Array;
}

/** Bits of a row's cell, below its group. */
const BITS = { candidate: 1, reference: 2, positive: 4 } as const;
const CELLS = 8;
export type Role = "candidate" | "reference";

/** 1 where the label is the positive class. [rows] */
export function positiveLabels(spec: TaskSpec, answers: Answers, rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => Number(predictedClass({ spec, ...answers }, row) === 1));
}

/** The cell of each row in `countsOf`; that after the last one for rows without a group. [rows] */
export function cellsOf({ truth, groupOf, groups, candidate, reference }: Grouped): Int32Array {
  return groupOf.map((group, row) => {
    if (group < 0) return CELLS * groups;
    const labels = (candidate[row] ? BITS.candidate : 0) + (reference[row] ? BITS.reference : 0);
    return CELLS * group + labels + (truth[row] === 1 ? BITS.positive : 0);
  });
}

/** What the rows of each group weigh by truth and labels: all that gaps are made of, in one pass. */
export function countsOf(cells: Int32Array, { weight, groups }: Grouped, rows: Int32Array): Float64Array {
  const counts = new Float64Array(CELLS * groups + 1);
  for (const row of rows) {
    const cell = cells[row] as number;
    counts[cell] = (counts[cell] as number) + (weight === null ? 1 : (weight[row] as number));
  }
  return counts;
}

/** 0 … 1; NaN where a group has no row of a kind. */
export function gapOf(kind: Gap, role: Role, counts: Float64Array): number {
  const gaps = GAP_KINDS[kind].map((among) => {
    const rates = ratesOf(among, role, counts);
    return Math.max(...rates) - Math.min(...rates);
  });
  return Math.max(...gaps);
}

/** The smallest group's share of positive labels by the largest's; NaN where nobody gets one. */
export function ratioOf(role: Role, counts: Float64Array): number {
  const rates = ratesOf("all", role, counts);
  return Math.min(...rates) / Math.max(...rates);
}

/** Share of positive labels of each group, among rows of a kind. [groups] */
export function ratesOf(among: Among, role: Role, counts: Float64Array): number[] {
  return Array.from({ length: (counts.length - 1) / CELLS }, (_, group) => {
    let [labelled, all] = [0, 0];
    for (let cell = 0; cell < CELLS; cell++) {
      if (among !== "all" && (among === "positive") !== (cell & BITS.positive) > 0) continue;
      const count = counts[CELLS * group + cell] as number;
      all += count;
      if ((cell & BITS[role]) > 0) labelled += count;
    }
    return labelled / all;
  });
}
