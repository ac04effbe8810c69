/** Which fold a row is in, and which rows a fold has. */
import { createRng } from "hyperparameter-js";
import type { Labelled, TaskSpec } from "../plugin/index.js";

/** Rows that are dealt into folds. */
export interface Dealt extends Pick<Labelled, "truth" | "group"> {
  readonly spec: TaskSpec;
  readonly seed: number;
}

/** The fold of each row, 0 … folds − 1. Classes are spread evenly, and rows of one group share a fold. */
export function foldsOf({ spec, truth, group, seed }: Dealt, folds: number): Int32Array {
  if (group !== null) {
    const dealt = new Map(shuffled([...new Set(group)], seed).map((code, at) => [code, at % folds]));
    return group.map((code) => dealt.get(code) as number);
  }
  const rows = shuffled(Array.from(truth.keys()), seed);
  if (spec.task !== "regression") rows.sort((a, b) => (truth[a] as number) - (truth[b] as number));
  const dealt = new Int32Array(truth.length);
  rows.forEach((row, at) => {
    dealt[row] = at % folds;
  });
  return dealt;
}

/** So many rows, drawn without replacement, in ascending order; all where there are no more. */
export function sampledRows(rows: number, most: number, seed: number): Int32Array {
  const all = Array.from({ length: rows }, (_, row) => row);
  return rows <= most ? Int32Array.from(all) : Int32Array.from(shuffled(all, seed).slice(0, most)).sort();
}

/** The numbers of the rows for which `keep` holds. */
export function rowsWhere(folds: Int32Array, keep: (fold: number) => boolean): Int32Array {
  return Int32Array.from(folds.keys()).filter((row) => keep(folds[row] as number));
}

/** Fisher and Yates. */
function shuffled(values: readonly number[], seed: number): number[] {
  const rng = createRng(seed, "ensemble", "rows");
  const drawn = [...values];
  for (let last = drawn.length - 1; last > 0; last--) {
    const other = rng.int(last + 1);
    [drawn[last], drawn[other]] = [drawn[other] as number, drawn[last] as number];
  }
  return drawn;
}
