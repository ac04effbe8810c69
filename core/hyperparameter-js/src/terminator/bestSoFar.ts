import { checkDirections, checkTrials } from "../given.js";
import { violationsOf } from "../history/violation.js";
import type { Direction, FrozenTrial } from "../types.js";

/**
 * The best value of the complete trials up to each trial, one per trial; NaN before the first. Where constraints were
 * measured only feasible trials count. One objective.
 */
export function bestSoFar(trials: readonly FrozenTrial[], direction: Direction = "minimize"): number[] {
  checkTrials("bestSoFar.trials", trials);
  checkDirections("bestSoFar.direction", [direction]);
  const violations = violationsOf(trials.filter(({ state }) => state === "complete"));
  let complete = 0;
  let best = Number.NaN;
  return trials.map(({ state, values }) => {
    if (state !== "complete") return best;
    const value = values?.[0] ?? Number.NaN;
    const better = direction === "minimize" ? value < best : value > best;
    if (violations[complete++] === 0 && (better || Number.isNaN(best))) best = value;
    return best;
  });
}
