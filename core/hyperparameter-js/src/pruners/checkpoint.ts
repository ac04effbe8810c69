/** At which reports a pruner looks at a trial. */
import type { FrozenTrial } from "../types.js";

type Report = FrozenTrial["intermediate"][number];

/** The report with the largest step; undefined: none. */
export function lastReport({ intermediate }: Pick<FrozenTrial, "intermediate">): Report | undefined {
  return intermediate.reduce<Report | undefined>((last, each) => (last && last[0] >= each[0] ? last : each), undefined);
}

export interface CheckpointOptions {
  /** No trial is pruned before this step: 0 or more. Default: 0. */
  readonly warmup?: number;
  /** Steps between checks, counted from `warmup`: 1 or more. A check without a report waits for the next one. Default: 1. */
  readonly interval?: number;
}

/** Whether the last report is the first one at or after the newest step at which the trial is to be checked. */
export function isCheckpoint({ intermediate }: FrozenTrial, last: number, warmup: number, interval: number): boolean {
  if (last < warmup) return false;
  const due = last - ((last - warmup) % interval);
  return intermediate.every(([step]) => step < due || step === last);
}

/** The least but NaN; NaN where there is no other. */
export function leastOf(values: readonly number[]): number {
  return values.reduce((least, value) => (least <= value || Number.isNaN(value) ? least : value), Number.NaN);
}
