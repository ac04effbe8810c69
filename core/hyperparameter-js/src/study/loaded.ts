/** What a storage gives, looked through before a study is built on it. */
import { HyperparameterError, show } from "../errors.js";
import { isObject } from "../given.js";
import type { FrozenTrial } from "../types.js";

function invalid(where: string, expected: string, got: unknown): HyperparameterError {
  return new HyperparameterError({ code: "STORAGE_INVALID", where, expected, got: show(got) });
}

const PARTS = ["params", "distributions", "userAttrs"] as const;

function checkTrial(trial: FrozenTrial, objectives: number): void {
  const where = `storage, trial ${trial.number}`;
  const part = PARTS.find((name) => !isObject(trial[name]));
  if (part !== undefined) throw invalid(`${where}, ${part}`, "an object", trial[part]);
  if (!Array.isArray(trial.intermediate)) throw invalid(`${where}, intermediate`, "a list", trial.intermediate);
  if (trial.state !== "complete" || trial.values?.length === objectives) return;
  const expected = `${objectives} value${objectives === 1 ? "" : "s"}, as many as the study has directions`;
  throw invalid(`${where}, values`, expected, trial.values);
}

/** The trials by number. Throws STORAGE_INVALID where one is missing, broken, or of a study with other objectives. */
export function loadedTrials(loaded: readonly FrozenTrial[], objectives: number): readonly FrozenTrial[] {
  if (!Array.isArray(loaded)) throw invalid("storage", "a list of trials", loaded);
  const odd = loaded.findIndex((trial) => !isObject(trial));
  if (odd >= 0) throw invalid(`storage, [${odd}]`, "a trial", loaded[odd]);
  const trials = loaded.toSorted((a: FrozenTrial, b: FrozenTrial) => a.number - b.number);
  const gap = trials.findIndex(({ number }, index) => number !== index);
  if (gap >= 0) throw invalid("storage", `trial ${gap}`, trials[gap]?.number);
  for (const trial of trials) checkTrial(trial, objectives);
  return trials;
}
