import type { Gate } from "../../core/plugin/index.js";
import { judgeEffect } from "./effect.js";
import { metricNamed, numberOr, referenceOf } from "./reference.js";

/**
 * The gain over the champion is above a margin. Before the first promotion the margin has to be gained over the
 * baseline instead.
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
    return judgeEffect(evidence, metricNamed(evidence, metric), referenceOf(evidence), numberOr(margin, 0));
  },
};
