import type { Prediction, Task, TaskSpec, Truth } from "./table.js";

export interface Judged {
  readonly spec: TaskSpec;
  readonly truth: Truth;
  readonly prediction: Prediction;
  readonly weight: Float64Array | null;
}

/** Scores predictions. Pure. */
export interface Metric {
  readonly name: string;
  readonly direction: "minimize" | "maximize";
  readonly tasks: readonly Task[];
  /** NaN where the score is not defined on these rows (one class only, say); never a made-up number. */
  score(judged: Judged): number;
  /**
   * Loss of each row, lower is better, where the score is a (weighted) mean of row losses or a monotone function of
   * one; gates then use a paired t test. Absent: gates resample.
   */
  losses?(judged: Judged): Float64Array;
}
