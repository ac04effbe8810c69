import type { Evidence, Gate, Metric } from "../../core/plugin/index.js";
import { judgeEffect } from "./effect.js";

/**
 * The gain over the champion is above a margin. Before the first promotion the margin has to be gained over the
 * baseline instead: a gate that passed for want of a champion would let any first model through.
 */
export const minEffect: Gate = {
  name: "min_effect",
  options: {
    type: "object",
    additionalProperties: false,
    properties: {
      metric: { type: "string", description: "Metric that the gain is measured in; default: the recipe's metric." },
      margin: {
        type: "number",
        minimum: 0,
        default: 0,
        description: "Gain that must be exceeded, in the metric's own unit; 0: any gain.",
      },
    },
  },
  judge(evidence, { metric, margin }) {
    const reference =
      evidence.champion === null
        ? ({ contender: evidence.baseline, role: "baseline" } as const)
        : ({ contender: evidence.champion, role: "champion" } as const);
    return judgeEffect(evidence, chosen(evidence, metric), reference, typeof margin === "number" ? margin : 0);
  },
};

function chosen({ metrics, metric, spec }: Evidence, name: unknown): Metric {
  if (typeof name !== "string") return metric;
  const found = metrics.get(name);
  if (!found) throw new Error(`no metric is called ${name}; there are ${[...metrics.keys()].sort().join(", ")}`);
  if (!found.tasks.includes(spec.task)) throw new Error(`${name} is no metric for a ${spec.task} task`);
  return found;
}
