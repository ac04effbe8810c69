/** Trials in the order of their worth, kept while a history grows. */
import { violationOf } from "../pareto/constraints.js";
import type { Direction, FrozenTrial } from "../types.js";
import { foldTrials } from "./fold.js";

/** How a trial compares, part by part: less is better. */
type Worth = readonly [kind: number, first: number, second: number];

const COMPLETE = 0;
const REPORTED = 1;
const UNREPORTED = 2;
const INFEASIBLE = 3;

const NONE: readonly number[] = [];

/**
 * Complete trials by value; then pruned ones, the furthest first, by their last report (NaN as the worst), those without a
 * report last; then those that violate constraints, by the sum of the violations. Optuna's order. Undefined: the trial's
 * worth isn't known.
 */
function worthOf({ state, values, intermediate, constraints = NONE }: FrozenTrial, sign: number): Worth | undefined {
  if (state !== "complete" && state !== "pruned") return undefined;
  const violation = violationOf(constraints);
  if (violation > 0) return [INFEASIBLE, violation, 0];
  if (state === "complete") return [COMPLETE, sign === 0 ? 0 : sign * (values?.[0] ?? Number.POSITIVE_INFINITY), 0];
  const last = intermediate.at(-1);
  if (last === undefined) return [UNREPORTED, 0, 0];
  const [step, value] = last;
  return [REPORTED, -step, Number.isNaN(value) ? Number.POSITIVE_INFINITY : (sign || 1) * value];
}

function isBetter(a: Worth, b: Worth): boolean {
  for (let part = 0; part < a.length; part++) if (a[part] !== b[part]) return (a[part] as number) < (b[part] as number);
  return false;
}

/** Rows of the history, best first; of equals the older one first. It grows with the history: read it, don't keep it. */
export interface Ranking {
  readonly rows: readonly number[];
  /** How many of them, the first ones, are complete and violate nothing. */
  readonly complete: number;
}

class GrowingRanking implements Ranking {
  readonly rows: number[] = [];
  complete = 0;
  /** Those of the rows. Their worth is formed anew where it is asked for: kept, it would take as much as a point does. */
  readonly #trials: FrozenTrial[] = [];
  readonly #sign: number;

  /** @param sign - −1: values are maximised; 0: they say nothing, complete trials are in the order of their numbers. */
  constructor(sign: number) {
    this.#sign = sign;
  }

  add(trial: FrozenTrial, row: number): void {
    const worth = worthOf(trial, this.#sign);
    if (worth === undefined) return;
    let [from, to] = [0, this.rows.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (isBetter(worth, worthOf(this.#trials[middle] as FrozenTrial, this.#sign) as Worth)) to = middle;
      else from = middle + 1;
    }
    this.rows.splice(from, 0, row);
    this.#trials.splice(from, 0, trial);
    if (worth[0] === COMPLETE) this.complete++;
  }
}

const SIGNS = { minimize: { sign: 1 }, maximize: { sign: -1 }, several: { sign: 0 } };

const rank = foldTrials(
  ({ sign }: { readonly sign: number }) => new GrowingRanking(sign),
  (ranking, trial, row) => ranking.add(trial, row),
);

/** The complete and pruned trials by worth. With several directions the complete ones are in the order of their numbers. */
export function rankingOf(trials: readonly FrozenTrial[], directions: readonly Direction[]): Ranking {
  const [only] = directions;
  return rank(trials, SIGNS[directions.length === 1 && only !== undefined ? only : "several"]);
}
