/** Which training rows a model remembers. */
import { createRng } from "hyperparameter-js";

/** A model of more rows would be large and slow, and hardly better: half the distance to the nearest takes 2^width as many. */
const MOST_ROWS = 10_000;
/** Numbers of all remembered rows: 4 MB of the file, and a million multiply-adds a prediction. */
const MOST_NUMBERS = 1e6;

/** Evenly likely, ascending; all where there are few. */
export function keptRows(rows: number, width: number, seed: number): Int32Array {
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / width)));
  if (rows <= most) return Int32Array.from({ length: rows }, (_, row) => row);
  const rng = createRng(seed, "neighbours", "rows");
  // selection sampling: Knuth, The Art of Computer Programming 2, §3.4.2, algorithm S
  const kept: number[] = [];
  for (let row = 0; kept.length < most; row++) {
    if (rng.next() * (rows - row) < most - kept.length) kept.push(row);
  }
  return Int32Array.from(kept);
}
