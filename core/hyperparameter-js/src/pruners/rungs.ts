/** The ladder of successive halving: which values trials had when they reached each rung, and who may climb on. */
import type { FrozenTrial } from "../types.js";
import { RankedValues } from "./ranked.js";

type Reports = FrozenTrial["intermediate"];

export interface Ladder {
  /** The step of the lowest rung: 1 or more. */
  readonly first: number;
  /** Each rung is so many times higher than the one below: 2 or more. */
  readonly factor: number;
  /** Values that a rung must have before any trial may pass it. */
  readonly bootstrap: number;
  /** 1 to minimize, −1 to maximize. */
  readonly sign: number;
}

/**
 * Values at the rungs that the reports have reached, lowest first: each of the first report at or above it. NaN at a rung
 * is the last one: it goes no further.
 */
function climbed(reports: Reports, { first, factor, sign }: Ladder): readonly number[] {
  const values: number[] = [];
  let rung = first;
  for (const [step, value] of reports)
    for (; step >= rung; rung *= factor) {
      values.push(sign * value);
      if (Number.isNaN(value)) return values;
    }
  return values;
}

/**
 * Asynchronous successive halving that only stops (Li et al., "A System for Massively Parallel Hyperparameter Tuning",
 * MLSys 2020; as Optuna's SuccessiveHalvingPruner): at a rung with k values, its own among them, a trial goes on if it is
 * among the best ⌊k/η⌋, or the best of all while k < η.
 */
export class Rungs {
  readonly #ladder: Ladder;
  readonly #values: RankedValues[] = [];

  constructor(ladder: Ladder) {
    this.#ladder = ladder;
  }

  /** Counts an ended trial at the rungs that it reached. */
  add({ intermediate }: FrozenTrial): void {
    const { factor } = this.#ladder;
    climbed(intermediate, this.#ladder).forEach((value, rung) => {
      if (Number.isNaN(value)) return;
      this.#values[rung] ??= new RankedValues((size) => Math.max(1, Math.floor((size + 1) / factor)));
      this.#values[rung].add(value);
    });
  }

  /** Whether a trial that has not been counted falls off at a rung that it has reached. */
  falls({ intermediate }: FrozenTrial): boolean {
    return climbed(intermediate, this.#ladder).some((value, rung) => {
      const others = this.#values[rung];
      if (Number.isNaN(value) || (others?.size ?? 0) < this.#ladder.bootstrap) return true;
      return value > (others?.atRank ?? value);
    });
  }
}
