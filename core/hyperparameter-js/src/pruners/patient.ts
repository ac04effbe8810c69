import { checkCounts, checkMethods, checkOptions, checkRange, type OptionNames } from "../given.js";
import type { Direction, FrozenTrial, Pruner } from "../types.js";
import { leastOf } from "./checkpoint.js";

export interface PatientOptions {
  /** So many reports without a gain are borne with: 0 or more. */
  readonly patience: number;
  /** Only what is better by more than this counts as a gain: 0 or more, in the unit of the reports. Default: 0. */
  readonly minDelta?: number;
}

const KNOWN: OptionNames<PatientOptions> = { patience: true, minDelta: true };

function hasStalled({ intermediate }: FrozenTrial, direction: Direction, patience: number, minDelta: number): boolean {
  const sign = direction === "minimize" ? 1 : -1;
  const values = intermediate.toSorted(([a], [b]) => a - b).map(([, value]) => sign * value);
  const before = values.length - patience - 1;
  return before > 0 && leastOf(values.slice(0, before)) + minDelta < leastOf(values.slice(before));
}

/**
 * Asks another pruner only about trials that have stopped gaining: whose best of the last patience + 1 reports is worse
 * than what they had before. Without another pruner it ends them itself. As Optuna's PatientPruner.
 */
export function patientPruner(inner: Pruner | null, options: PatientOptions): Pruner {
  checkOptions("patient", options, KNOWN);
  const { patience, minDelta = 0 } = options;
  if (inner !== null) checkMethods("patient.inner", inner, ["prune"]);
  checkCounts("patient", { patience: [patience, 0] });
  checkRange("patient.minDelta", minDelta, [0, Number.POSITIVE_INFINITY]);
  return {
    name: "patient",
    prune: (request) =>
      hasStalled(request.trial, request.direction, patience, minDelta) && (inner?.prune(request) ?? true),
  };
}
