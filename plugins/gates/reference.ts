/** What a recipe's words stand for in the evidence. */
import type { Contender, Evidence, Metric } from "../../core/plugin/index.js";

/** The model that the candidate is compared with, and what to call it. */
export interface Reference {
  readonly contender: Contender;
  readonly role: "champion" | "baseline";
}

/**
 * The champion; before the first promotion the baseline: a gate that passed for want of a champion would let any first
 * model through.
 */
export function referenceOf({ champion, baseline }: Evidence): Reference {
  return champion === null ? { contender: baseline, role: "baseline" } : { contender: champion, role: "champion" };
}

/**
 * The metric that an option names, or the recipe's.
 * @throws Error where there is none of this name, or it is none for the task: the gate is then inconclusive
 */
export function metricNamed({ metrics, metric, spec }: Evidence, name: unknown): Metric {
  if (typeof name !== "string") return metric;
  const found = metrics.get(name);
  if (!found) throw new Error(`no metric is called ${name}; there are ${[...metrics.keys()].sort().join(", ")}`);
  if (!found.tasks.includes(spec.task)) throw new Error(`${name} is no metric for a ${spec.task} task`);
  return found;
}

/** An option that is a number, or else what stands for it. */
export function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
