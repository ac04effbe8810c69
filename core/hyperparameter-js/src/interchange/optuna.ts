/** What both ways between Optuna's journal and this library have in common. */
import type { Direction, FrozenTrial, TrialState } from "../types.js";

/** A study as data. */
export interface OptunaStudy {
  readonly name: string;
  readonly directions: readonly Direction[];
  /** By number, without gaps. */
  readonly trials: readonly FrozenTrial[];
  /** JSON values of the study. Default: none. */
  readonly userAttrs?: Readonly<Record<string, unknown>>;
}

/** `optuna/storages/journal/_storage.py`, JournalOperation; the last is Rustuna's, and Optuna passes over it. */
export const OPERATION = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttr: 2,
  setStudySystemAttr: 3,
  createTrial: 4,
  setTrialParam: 5,
  setTrialStateValues: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttr: 8,
  setTrialSystemAttr: 9,
  discardTrials: 10,
} as const;

/** `optuna/trial/_state.py`. What Optuna has no state for is a failed trial there. */
export const STATES: readonly TrialState[] = ["running", "complete", "pruned", "failed", "waiting"];

/** `optuna/study/_study_direction.py`; 0 is "not set". */
export const DIRECTIONS: readonly (Direction | null)[] = [null, "minimize", "maximize"];

/** System attributes: the first two are Optuna's own, the others keep what it has no place for. */
export const ATTRIBUTE = {
  constraints: "constraints",
  fixedParams: "fixed_params",
  why: "hyperparameter-js:why",
  state: "hyperparameter-js:state",
} as const;
