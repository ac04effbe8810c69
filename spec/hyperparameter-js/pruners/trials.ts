import type { FrozenTrial } from "hyperparameter-js";

export type Reports = FrozenTrial["intermediate"];

export function trial(number: number, state: FrozenTrial["state"], intermediate: Reports, value = 0): FrozenTrial {
  const values = state === "complete" ? [value] : null;
  return { number, state, params: {}, distributions: {}, values, intermediate, userAttrs: {}, why: null };
}

/** Reports at steps 0, 1, 2, … */
export function reports(...values: readonly number[]): Reports {
  return values.map((value, step) => [step, value] as const);
}
