import type { Gate, Json } from "../../core/plugin/index.js";
import { judgeEffect } from "./effect.js";
import { type Equivalence, equivalentAndSmaller } from "./equivalence.js";
import { metricNamed, numberOr, referenceOf } from "./reference.js";

/**
 * The gain over the champion is above a margin. Before the first promotion the margin has to be gained over the
 * baseline instead. Where the recipe says so, an equivalent candidate may pass for being smaller.
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
      equivalent: {
        type: "object",
        additionalProperties: false,
        required: ["margin", "smaller"],
        description:
          "Lets a candidate pass that gains nothing: one whose score is shown to differ by less than `margin` either way, and whose file is smaller than the champion's by the share `smaller`.",
        properties: {
          margin: { type: "number", exclusiveMinimum: 0, description: "In the metric's own unit." },
          smaller: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1, description: "0.2: by a fifth." },
        },
      },
    },
  },
  judge(evidence, { metric, margin, equivalent }) {
    const chosen = metricNamed(evidence, metric);
    const verdict = judgeEffect(evidence, chosen, referenceOf(evidence), numberOr(margin, 0));
    if (verdict.outcome === "PASS" || equivalent === undefined) return verdict;
    return equivalentAndSmaller(evidence, chosen, equivalent as Json & Equivalence) ?? verdict;
  },
};
