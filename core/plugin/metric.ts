import type { Answers, Task, TaskSpec, Truth } from "./table.js";

/** A metric of classes reads `labels` where there are any; one of probabilities need not know of them. */
export interface Judged extends Answers {
  readonly spec: TaskSpec;
  readonly truth: Truth;
  readonly weight: Float64Array | null;
}

/**
 * How a score comes about, for what has to be known before there is a model: the smallest effect that a confirm side
 * can resolve (core/promotion/power.ts). `ranking` has a test of its own as well.
 *
 * - `ranking`: area under the ROC curve of each class against the rest, by its probability, averaged over the classes;
 * - `rate`: share of rows that are right, with losses of 0 and 1;
 * - `class_rate`: such shares of single classes, averaged or combined;
 * - `log`: mean log of a probability; `probability`: mean squared error of probabilities;
 * - `squared_error`, `absolute_error`: of a regression, in the target's unit; `explained`: share of variance.
 */
export type Shape =
  | "ranking"
  | "rate"
  | "class_rate"
  | "log"
  | "probability"
  | "squared_error"
  | "absolute_error"
  | "explained";

/** Scores predictions. Pure; keeps no reference to the arrays that it is given. */
export interface Metric {
  readonly name: string;
  readonly direction: "minimize" | "maximize";
  readonly tasks: readonly Task[];
  /** Absent: `sous plan` can't say what effect can be resolved, and gates resample. */
  readonly shape?: Shape;
  /** NaN where the score is not defined on these rows (one class only, say); never a made-up number. */
  score(judged: Judged): number;
  /**
   * Loss of each row, lower is better, where the score is a (weighted) mean of row losses or a monotone function of
   * one; gates then use a paired t test. Absent: gates resample, unless `shape` is `ranking`.
   */
  losses?(judged: Judged): Float64Array;
  /** The score that a mean of row losses makes: monotone and smooth. Absent: the mean is the score. */
  fromMeanLoss?(mean: number): number;
}
