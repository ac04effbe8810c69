/** Records of trials for specs. */
import type { FrozenTrial, TrialState } from "hyperparameter-js";

export function trial(
  number: number,
  state: TrialState,
  score: number | null,
  more: Partial<FrozenTrial> = {},
): FrozenTrial {
  const values = state === "complete" ? [score as number] : null;
  return { number, state, params: {}, distributions: {}, values, intermediate: [], userAttrs: {}, why: null, ...more };
}
