/** What is derived from a history that only grows is kept beside it and extended, never computed from the start again. */
import type { FrozenTrial } from "../types.js";

type Trials = readonly FrozenTrial[];

interface Kept<S> {
  readonly state: S;
  count: number;
}

/**
 * A left fold over the trials of a study, as a function of the array and of an object that it depends on (a space, say).
 * The same append-only array costs only its new trials; any other array is folded from its first trial on, with the same
 * result. So a fold is a cache, never a state that has to be saved. `add` may change `state` in place.
 */
export function foldTrials<K extends object, S>(
  start: (key: K) => S,
  add: (state: S, trial: FrozenTrial, index: number) => void,
): (trials: Trials, key: K) => S {
  const kept = new WeakMap<Trials, WeakMap<K, Kept<S>>>();
  return (trials, key) => {
    const byKey = kept.get(trials) ?? new WeakMap<K, Kept<S>>();
    kept.set(trials, byKey);
    const known = byKey.get(key);
    const fold = known !== undefined && known.count <= trials.length ? known : { state: start(key), count: 0 };
    byKey.set(key, fold);
    for (; fold.count < trials.length; fold.count++) add(fold.state, trials[fold.count] as FrozenTrial, fold.count);
    return fold.state;
  };
}
