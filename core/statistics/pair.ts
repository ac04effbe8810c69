/** What a comparison of two models is of, and what it says. */
import type { Metric } from "../plugin/metric.js";
import type { Answers, TaskSpec, Truth } from "../plugin/table.js";

/** The rows that models are compared on. `Evidence` of a gate is one. */
export interface Judging {
  readonly metric: Metric;
  readonly spec: TaskSpec;
  readonly truth: Truth;
  readonly weight: Float64Array | null;
  readonly group: Int32Array | null;
  /** Rows are in the order of time, so that near ones may err alike; absent: they are not. */
  readonly serial?: boolean;
  readonly seed: number;
}

export interface Demand {
  /** The gain to be shown, in the metric's own unit; below 0, the loss that would do. */
  readonly margin: number;
  /** One-sided error rate, 0 … 0.5. */
  readonly alpha: number;
}

export type TestName =
  | "delong"
  | "cluster_delong"
  | "serial_delong"
  | "stratified_bootstrap"
  | "mcnemar"
  | "paired_t"
  | "cluster_t"
  | "diebold_mariano"
  | "paired_bootstrap"
  | "cluster_bootstrap"
  | "block_bootstrap"
  | "paired_batches";

/** B against A. Gains are in the metric's own unit, positive where B is better, whatever the metric's direction. */
export interface Comparison {
  readonly test: TestName;
  readonly delta: number;
  /** Two-sided 95 % interval of `delta`. */
  readonly low: number;
  readonly high: number;
  /** One-sided bounds at 1 − alpha: the gain is above `lower`; it is below `upper`. */
  readonly lower: number;
  readonly upper: number;
  /** Of "the gain is at most `margin`". */
  readonly p: number;
  /** Standard error of `delta`. */
  readonly se: number;
  readonly n: number;
  /** (delta − margin)/se; null where the test isn't by it, and where every row says the same. */
  readonly statistic: number | null;
}

/** No comparison can be made, with the reason as a clause ("there are only 7 rows"). */
export interface Undecidable {
  readonly test: null;
  readonly n: number;
  readonly reason: string;
}

type Side = Judging & Answers;

export interface Pair {
  readonly judging: Judging;
  readonly a: Side;
  readonly b: Side;
  readonly demand: Demand;
}

/** From a to b, positive where b is better. */
export function gain({ direction }: Metric, a: number, b: number): number {
  return direction === "maximize" ? b - a : a - b;
}
