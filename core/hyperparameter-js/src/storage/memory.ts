import type { FrozenTrial, Storage } from "../types.js";

/** Keeps trials in memory, for as long as the object lives. */
export function memoryStorage(): Storage {
  const trials = new Map<number, FrozenTrial>();
  return {
    load: async () => [...trials.values()],
    put: async (trial) => {
      trials.set(trial.number, trial);
    },
  };
}
