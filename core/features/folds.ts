/** Folds of the training rows, for numbers that are made of answers. */
import { createRng, type Rng } from "hyperparameter-js";
import type { Training } from "./part.js";

export const FOLDS = 5;

/** The fold of each row, 0 … 4, of nearly equal sizes; rows of a group are in the same one. A negative code is no group. */
export function foldsOf({ train, seed }: Training): Uint8Array {
  const rng = createRng(seed, "features", "folds");
  if (train.group === null) return Uint8Array.from(shuffled(train.table.rows, rng), (place) => place % FOLDS);
  const keys = train.group.map((group, row) => (group < 0 ? -1 - row : group));
  const groups = [...new Set(keys)].sort((a, b) => a - b);
  const places = shuffled(groups.length, rng);
  const foldOf = new Map(groups.map((group, at) => [group, (places[at] as number) % FOLDS]));
  return Uint8Array.from(keys, (group) => foldOf.get(group) as number);
}

/** The numbers 0 … count − 1 in a random order (Fisher and Yates). */
function shuffled(count: number, rng: Rng): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at--) {
    const other = rng.int(at + 1);
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order;
}
