import type { Evidence, Gate, Json, Outcome } from "../../../core/plugin/index.js";

export interface Boundary {
  readonly name: string;
  readonly gate: string;
  readonly options: Record<string, Json>;
  /** What would be said in error, and in how large a share of cases it may be. */
  readonly wrong: Outcome;
  readonly most: number;
  made(rows: number, random: () => number): Evidence;
}

export const ALPHA: number;
export const CASES: readonly Boundary[];
export function wrongShare(
  one: Boundary,
  gate: Gate,
  options: { readonly rounds: number; readonly rows: number; readonly random: () => number },
): Promise<number>;
