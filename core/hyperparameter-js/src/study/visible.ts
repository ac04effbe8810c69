/**
 * Logical time: what trial n may see. Trials before n − lag are seen as they ended, the others before n as running,
 * even if they have ended: so the proposals, and with them the log, don't depend on which trial ends first.
 */
import type { Distribution, FrozenTrial, Space } from "../types.js";

export function isFinished({ state }: FrozenTrial): boolean {
  return state === "complete" || state === "pruned" || state === "failed";
}

/** The trial as it was when it had just been asked. */
function asRunning(trial: FrozenTrial): FrozenTrial {
  const { number, why } = trial;
  const { params, distributions } = trial.asked ?? trial;
  return { number, state: "running", params, distributions, values: null, intermediate: [], userAttrs: {}, why };
}

export function visibleTrials(trials: readonly FrozenTrial[], number: number, lag: number): readonly FrozenTrial[] {
  const settled = Math.max(0, number - lag);
  return [...trials.slice(0, settled), ...trials.slice(settled, number).map(asRunning)];
}

/** The space that define-by-run objectives have shown so far: each name with its latest distribution. */
export function seenSpace(visible: readonly FrozenTrial[]): Space {
  const space: Record<string, Distribution> = {};
  for (const trial of visible) if (isFinished(trial)) Object.assign(space, trial.distributions);
  return space;
}
