/** What is made of training rows alone, and is asked for again by the trials of a study, which share them fold by fold. */
import type { Labelled } from "../plugin/table.js";
import type { Training } from "./part.js";

/** Things of one training side that are kept, those that were asked for last. */
const MOST = 8;

/**
 * The same function, which makes the same thing once as long as the side is there.
 * @param make goes by the training side and what else it is given, which is plain data, and never by the seed
 */
export function remembered<Given extends readonly unknown[], Made>(
  make: (training: Training, ...given: Given) => Made,
): (training: Training, ...given: Given) => Made {
  const sides = new WeakMap<Labelled, Map<string, Made>>();
  return (training, ...given) => {
    const known = sides.get(training.train) ?? new Map<string, Made>();
    sides.set(training.train, known);
    const key = JSON.stringify([training.spec, given]);
    const found = known.get(key);
    const made = found === undefined ? make(training, ...given) : found;
    known.delete(key);
    known.set(key, made);
    for (const old of [...known.keys()].slice(0, -MOST)) known.delete(old);
    return made;
  };
}
