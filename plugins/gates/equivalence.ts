/** The other way over a champion: a candidate that is as good as it, shown by two one-sided tests, and smaller. */
import { type Evidence, type Metric, pairedTest, type Verdict } from "../../core/plugin/index.js";
import { referenceOf } from "./reference.js";
import { counted, figure, percent } from "./words.js";

export interface Equivalence {
  /** The gain is shown to be above −margin, and below margin; in the metric's own unit, > 0. */
  readonly margin: number;
  /** Share by which its file has to be smaller than the champion's, 0 … 1. */
  readonly smaller: number;
}

/**
 * PASS where the gain lies within the margin on both sides with confidence 1 − alpha each (Schuirmann 1987) and the file is
 * smaller by the share; null where that isn't shown. No correction beside the test of a gain: a candidate that is really
 * worse by the margin would have to pass here, and one that is equivalent is promoted rightly.
 */
export function equivalentAndSmaller(evidence: Evidence, metric: Metric, wanted: Equivalence): Verdict | null {
  const { contender, role } = referenceOf(evidence);
  const saved = 1 - evidence.candidate.bytes / contender.bytes;
  if (role !== "champion" || !(saved >= wanted.smaller)) return null;
  const demand = { margin: -wanted.margin, alpha: evidence.alpha };
  const result = pairedTest({ ...evidence, metric }, contender, evidence.candidate, demand);
  if (result.test === null || !(result.lower > -wanted.margin && result.upper < wanted.margin)) return null;
  return {
    outcome: "PASS",
    reason: `Equivalent to the champion and smaller: its ${metric.name} differs by ${figure(result.lower)} to ${figure(result.upper)} at alpha ${figure(evidence.alpha)} (${counted(result.n)} rows; + is better), within ±${figure(wanted.margin)}, and its file of ${counted(evidence.candidate.bytes)} bytes is ${percent(saved)} smaller.`,
    figures: {
      metric: metric.name,
      against: role,
      ...result,
      alpha: evidence.alpha,
      equivalence: { ...wanted },
      saved,
    },
  };
}
