import type { Outcome, Verdict } from "../../core/plugin/index.js";

/** No data, no opinion. */
export function unsure(reason: string, figures: Verdict["figures"] = {}): Verdict {
  return { outcome: "INCONCLUSIVE", reason, figures };
}

const WORST_FIRST: readonly Outcome[] = ["FAIL", "INCONCLUSIVE", "PASS"];

/** What several checks say together; of none nothing is known. */
export function worstOf(outcomes: readonly Outcome[]): Outcome {
  return WORST_FIRST.find((outcome) => outcomes.includes(outcome)) ?? "INCONCLUSIVE";
}
