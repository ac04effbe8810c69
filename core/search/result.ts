/** What came of a study: a fold over its trials, so that it is the same whenever it is asked for. */
import type { Direction, FrozenTrial, Params } from "hyperparameter-js";
import type { ErrorRecord } from "../errors.js";
import type { TrialOutcome } from "../evaluator/messages.js";
import { splitParams } from "./space.js";

/** User attributes of a trial: what the evaluator said of it. */
export const OUTCOME = "outcome";
export const ERROR = "error";

export type Ended = "trials" | "work" | "wall" | "space";

export interface Finalist {
  readonly trial: number;
  readonly learner: string;
  /** The learner's own parameters, without prefix. */
  readonly params: Params;
  readonly outcome: TrialOutcome;
}

export interface SearchResult {
  readonly ended: Ended;
  /** The best complete trial on the select side, the earliest of equals; null when no trial completed. */
  readonly finalist: Finalist | null;
  readonly counts: Readonly<Record<"complete" | "pruned" | "failed", number>>;
  /** Multiply-adds of all trials. */
  readonly work: number;
  /** What the last failed trial said, for a study without a finalist. */
  readonly failure: ErrorRecord | null;
}

export function resultOf(trials: readonly FrozenTrial[], direction: Direction, ended: Ended): SearchResult {
  const count = (state: string) => trials.filter((trial) => trial.state === state).length;
  const failed = trials.findLast((trial) => trial.state === "failed");
  return {
    ended,
    finalist: finalistOf(bestOf(trials, direction)),
    counts: { complete: count("complete"), pruned: count("pruned"), failed: count("failed") },
    work: workOf(trials),
    failure: (failed?.userAttrs[ERROR] as ErrorRecord | undefined) ?? null,
  };
}

/** The complete trial that is best by the metric; of equals the earliest. */
export function bestOf(trials: readonly FrozenTrial[], direction: Direction): FrozenTrial | null {
  const sign = direction === "minimize" ? 1 : -1;
  const cost = (trial: FrozenTrial) => sign * (trial.values?.[0] ?? Number.POSITIVE_INFINITY);
  const complete = trials.filter((trial) => trial.state === "complete");
  return complete.reduce<FrozenTrial | null>(
    (best, trial) => (best === null || cost(trial) < cost(best) ? trial : best),
    null,
  );
}

export function isFinished({ state }: FrozenTrial): boolean {
  return state === "complete" || state === "pruned" || state === "failed";
}

/** What the evaluator said of a complete trial; null for the others. */
export function outcomeOf(trial: FrozenTrial): TrialOutcome | null {
  return (trial.userAttrs[OUTCOME] as TrialOutcome | undefined) ?? null;
}

export function workOf(trials: readonly FrozenTrial[]): number {
  return trials.reduce((sum, trial) => sum + (outcomeOf(trial)?.work ?? 0), 0);
}

function finalistOf(trial: FrozenTrial | null): Finalist | null {
  const outcome = trial === null ? null : outcomeOf(trial);
  if (trial === null || outcome === null) return null;
  const { learner, own } = splitParams(trial.params);
  return { trial: trial.number, learner, params: own, outcome };
}
