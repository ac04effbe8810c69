/** Studies in a test: ports that say nothing, and the log without what only people look at. */
import type { FrozenTrial, Storage } from "hyperparameter-js";
import type { Evaluator } from "../../core/evaluator/messages.js";
import { canonicalJson } from "../../core/json.js";
import type { SearchPorts } from "../../core/search/search.js";

export function quietPorts(evaluator: Evaluator, storage: Storage): SearchPorts {
  const signal = new AbortController().signal;
  return {
    evaluator,
    storage,
    signal,
    onStart: () => {},
    onTrial: () => {},
    onFirst: async () => {},
    onEnsemble: () => {},
  };
}

/** Times differ from run to run. */
export async function studyLog(storage: Storage): Promise<string> {
  const plain = (trial: FrozenTrial) =>
    JSON.stringify(trial, (key, value) => (key === "seconds" || key === "timing" ? 0 : value));
  const trials = [...(await storage.load())].sort((a, b) => a.number - b.number);
  return canonicalJson(trials.map((trial) => JSON.parse(plain(trial))));
}
