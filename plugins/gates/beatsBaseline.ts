import type { Gate } from "../../core/plugin/index.js";
import { judgeEffect } from "./effect.js";

/** The candidate is better than the model that knows no features, by the same test as the champion is met with. */
export const beatsBaseline: Gate = {
  name: "beats_baseline",
  options: { type: "object", additionalProperties: false, properties: {} },
  judge: (evidence) => judgeEffect(evidence, evidence.metric, { contender: evidence.baseline, role: "baseline" }, 0),
};
