/** What came of a study: a fold over its trials, so that it is the same whenever it is asked for. */
import type { Direction, FrozenTrial, Params } from "hyperparameter-js";
import type { ErrorRecord } from "../errors.js";
import type { EnsembleChoice, TrialOutcome } from "../evaluator/messages.js";
import { RUNNING } from "../ledger/entry.js";
import { splitParams } from "./space.js";

/** User attributes of a trial: what the evaluator said of it. */
export const OUTCOME = "outcome";
export const ERROR = "error";
/** Only the study's last candidate has it, the ensemble: what was chosen, and why. */
export const ENSEMBLE = "ensemble";
/** Where a trial of the study's opening is from. */
export const FROM = "from";
/** Seconds of a trial that was pruned or failed, for people; a complete one has them in its outcome. */
export const SECONDS = "seconds";

export type Ended = "trials" | "work" | "wall" | "space";

/** The trials up to the first complete one; null while an earlier one, or all, may still become it. */
export function untilFirst(trials: readonly FrozenTrial[]): readonly FrozenTrial[] | null {
  const first = trials.findIndex((trial) => trial.state === "complete" || !isFinished(trial));
  return trials[first]?.state === "complete" ? trials.slice(0, first + 1) : null;
}

export interface Finalist {
  readonly trial: number;
  readonly learner: string;
  /** The learner's own parameters, without prefix. */
  readonly params: Params;
  readonly outcome: TrialOutcome;
  /** What an ensemble is made of; null for the model of one trial. */
  readonly ensemble: EnsembleChoice | null;
}

export interface SearchResult {
  readonly ended: Ended | typeof RUNNING;
  /**
   * The ensemble where one was made, since that it is better was shown on rows that had no part in choosing it; else the
   * best complete trial on the select side, the earliest of equals; null when no trial completed.
   */
  readonly finalist: Finalist | null;
  /** Of what was searched, the ensemble apart. */
  readonly counts: Readonly<Record<"complete" | "pruned" | "failed", number>>;
  /** Multiply-adds of all trials. */
  readonly work: number;
  /** What the last failed trial said, for a study without a finalist. */
  readonly failure: ErrorRecord | null;
}

export function resultOf(
  all: readonly FrozenTrial[],
  direction: Direction,
  ended: SearchResult["ended"],
): SearchResult {
  const trials = searched(all);
  const ensemble = all.find((trial) => isEnsemble(trial) && trial.state === "complete");
  const count = (state: string) => trials.filter((trial) => trial.state === state).length;
  const failed = trials.findLast((trial) => trial.state === "failed");
  return {
    ended,
    finalist: finalistOf(ensemble ?? bestOf(trials, direction)),
    counts: { complete: count("complete"), pruned: count("pruned"), failed: count("failed") },
    work: workOf(all),
    failure: (failed?.userAttrs[ERROR] as ErrorRecord | undefined) ?? null,
  };
}

/** The complete trial that is best by the metric; of equals the earliest. */
export function bestOf(trials: readonly FrozenTrial[], direction: Direction): FrozenTrial | null {
  return ranked(trials, direction)[0] ?? null;
}

/** The complete trials that were searched, best first; of equals the earlier first. */
export function ranked(trials: readonly FrozenTrial[], direction: Direction): readonly FrozenTrial[] {
  const sign = direction === "minimize" ? 1 : -1;
  const cost = (trial: FrozenTrial) => sign * (trial.values?.[0] ?? Number.POSITIVE_INFINITY);
  const complete = searched(trials).filter((trial) => trial.state === "complete");
  return complete.sort((a, b) => cost(a) - cost(b) || a.number - b.number);
}

/** The study's last candidate, of several trials. */
export function isEnsemble({ userAttrs }: FrozenTrial): boolean {
  return ENSEMBLE in userAttrs;
}

/** The trials without the study's last candidate, which no sampler proposed and none must see. */
export function searched(trials: readonly FrozenTrial[]): FrozenTrial[] {
  return trials.filter((trial) => !isEnsemble(trial));
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

/** Why there is an ensemble, or none. */
export function reasonOf({ userAttrs }: FrozenTrial): string {
  return (userAttrs[ENSEMBLE] as { readonly reason: string }).reason;
}

/** What an ensemble is made of; null of any other trial. */
export function choiceOf({ userAttrs }: FrozenTrial): EnsembleChoice | null {
  const { choice = null } = (userAttrs[ENSEMBLE] ?? {}) as { readonly choice?: EnsembleChoice | null };
  return choice;
}

function finalistOf(trial: FrozenTrial | null): Finalist | null {
  const outcome = trial === null ? null : outcomeOf(trial);
  if (trial === null || outcome === null) return null;
  const { learner, own } = splitParams(trial.params);
  return { trial: trial.number, learner, params: own, outcome, ensemble: choiceOf(trial) };
}
