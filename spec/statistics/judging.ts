/** Comparisons in short, for the specs of tests. */
import type { Metric } from "../../core/plugin/index.js";
import type { pairedTest } from "../../core/statistics/compare.js";
import type { Comparison, Judging } from "../../core/statistics/pair.js";

export function judging(metric: Metric, truth: readonly number[], extra: Partial<Judging> = {}): Judging {
  const task = metric.tasks.includes("regression") ? "regression" : "binary";
  const spec = { task, target: "y", classes: task === "binary" ? ["no", "yes"] : [] } as const;
  return { metric, spec, truth: Float64Array.from(truth), weight: null, group: null, seed: 1, ...extra };
}

/** Both columns of two classes' probabilities. */
export const both = (positive: readonly number[]) => Float64Array.from(positive.flatMap((p) => [1 - p, p]));
export const values = (numbers: readonly number[]) => Float64Array.from(numbers);

export function decided(result: ReturnType<typeof pairedTest>): Comparison {
  if (result.test === null) throw new Error(result.reason);
  return result;
}
