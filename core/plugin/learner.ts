import type { Params, Space } from "hyperparameter-js";
import type { ColumnType, Labelled, Prediction, Table, Task, TaskSpec } from "./table.js";

/** A model that a fit goes on from, and what it says of the rows of the fit. */
export interface Origin {
  /** For this task and these classes, by docs/models.md. Its columns are among those of the sides. */
  readonly model: Uint8Array;
  /** Its predictions for the rows of the two sides, by onnxruntime. */
  readonly train: Prediction;
  readonly select: Prediction;
}

export interface FitRequest {
  readonly spec: TaskSpec;
  readonly train: Labelled;
  /** For early stopping and calibration. Never the confirm side: a learner is not given it. */
  readonly select: Labelled;
  /** The learner's own parameters, without the `<learner>.` prefix. */
  readonly params: Params;
  /** Source of all randomness in the fit: 0 … 2^53 − 1. */
  readonly seed: number;
  /** Only for a learner that `continues`: what it makes better. */
  readonly base?: Origin;
}

export interface FitContext {
  /**
   * The recipe's metric of a prediction for the select side, as a loss: negated where higher is better. What is reported
   * has to be this, since trials are compared by it while they run, with other learners' and with where they end.
   * @param select as `Fitted.predict` gives it for `FitRequest.select`
   */
  loss(select: Prediction): number;
  /**
   * Reports the loss on the select side after a chunk of work, and yields. The only place where a trial is pruned or
   * cancelled: it throws then, and the learner must let the error pass. Call it at least once a second.
   * @param step 0, 1, 2 …, larger at each call
   */
  report(step: number, loss: number): Promise<void>;
  /** Yields without a loss, so that a cancel is seen. Throws as `report` does. */
  pause(): Promise<void>;
  /** Counts work done, in multiply-adds; the recipe's `budget.work` is in this unit, never in seconds. */
  work(units: number): void;
  /**
   * Whether the work that was counted is all that this fit may take: it ends then, with the best that it has, and never with
   * nothing. By work and not by a clock, so that a fit ends at the same place on every machine.
   */
  isSpent(): boolean;
}

export interface Fitted {
  /**
   * One ONNX model: raw columns in, prediction out (docs/models.md has names, types and shapes). It is what is scored,
   * judged and shipped.
   */
  readonly model: Uint8Array;
  /**
   * The trainer's own prediction, computed without ONNX; parity of the two is a gate.
   * @param base what the base that the fit went on from predicts for the table
   */
  predict(table: Table, base?: Prediction): Prediction;
  /**
   * Parameters that fix what the fit found on the select side, such as how many rounds are best: with them and the same
   * others, a fit of all rows without a select side repeats this one. Empty where it found nothing there. Absent: this model
   * is what ships, and the select rows teach it nothing.
   */
  readonly settled?: Params;
}

/** Fits a model to a table and exports it as ONNX. */
export interface Learner {
  /** Lower-case name used in recipes and as the prefix of its parameters. */
  readonly name: string;
  readonly tasks: readonly Task[];
  /** True for the learner whose model every first champion must beat; it is always tried, outside the budget. */
  readonly baseline?: boolean;
  /** Tables without a column of any of these types are not offered to it, unless the recipe names it. Absent: all are. */
  readonly needs?: readonly ColumnType[];
  /** Whether a fit goes on from the base that a recipe names; else it begins from nothing there too. */
  readonly continues?: boolean;
  /**
   * Multiply-adds, as it counts them, that it does in a second with a core of its own, about: by it the seconds of a recipe are
   * work. Default 4e8.
   */
  readonly pace?: number;
  /** The parameters to search, without prefix. */
  space(spec: TaskSpec): Space;
  /** Throws a labelled error (`LearnerFailure`) where no model can be made; never returns a wrong score. */
  fit(request: FitRequest, context: FitContext): Promise<Fitted>;
}
