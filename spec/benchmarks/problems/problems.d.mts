import type { Params, Space } from "hyperparameter-js";

/** A function to be minimised. */
export interface Problem {
  readonly name: string;
  readonly space: Space;
  /** What a trial measures. `draw` tells apart the measurements of a noisy problem at one point. */
  readonly value: (params: Params, draw?: number) => number;
  /** The value without noise, which a trial is judged by. */
  readonly truth: (params: Params) => number;
  /** The least that `truth` can be, and where it is so. */
  readonly minimum: number;
  readonly minimizer: Params;
  readonly group: "tuning" | "tables" | "held-back";
}

/** `best` and `median`: of the measured values, in their own unit; `about`: the table's description. */
export interface TableProblem extends Problem {
  readonly best: number;
  readonly median: number;
  readonly about: { readonly best_mean: number; readonly median_mean: number };
}

export const TUNING: readonly Problem[];
export const HELD_BACK: readonly Problem[];
export function tables(): readonly TableProblem[] | null;
