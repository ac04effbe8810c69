/** Two models run in turn in one process, so that what else the machine does is there for both. */
import { createRng } from "hyperparameter-js";
import type { OpenContender } from "../../core/plugin/index.js";

/** Single-row runs of each model before any counts, and those that count (knowledge/promotion.md §3.5). */
const WARM_UPS = 50;
export const LEAST_RUNS = 1000;
/** The share of the budget that warming up may take. */
const WARM_SHARE = 0.2;

export interface Race {
  readonly candidate: OpenContender;
  /** Null before the first promotion. */
  readonly champion: OpenContender | null;
  /** Rows to run, by number below it. */
  readonly rows: number;
  readonly seed: number;
  /** Milliseconds that the runs may take together. */
  readonly budget: number;
}

/** Milliseconds of the runs: two of each model in each round, one after another. */
export interface Times {
  readonly candidate: Float64Array;
  /** As many as of the candidate, round by round; empty without a champion. */
  readonly champion: Float64Array;
}

/** Champion and candidate in the order A B B A, on the same rows, until there are enough runs or the budget is used up. */
export async function race({ candidate, champion, rows, seed, budget }: Race): Promise<Times> {
  const rng = createRng(seed, "latency");
  const models = champion === null ? [candidate] : [champion, candidate];
  let left = budget;
  for (let run = 0; run < WARM_UPS && left > budget * (1 - WARM_SHARE); run++)
    for (const model of models) left -= await model.time(rng.int(rows));
  const times = models.map((): number[] => []);
  while ((times[0]?.length ?? 0) < LEAST_RUNS && left > 0) {
    const row = rng.int(rows);
    const order = [...models.keys(), ...[...models.keys()].reverse()];
    for (const model of order) {
      const time = await (models[model] as OpenContender).time(row);
      times[model]?.push(time);
      left -= time;
    }
  }
  const [own, other] = times.toReversed().map((list) => Float64Array.from(list));
  return { candidate: own as Float64Array, champion: other ?? new Float64Array(0) };
}

/** The smallest value that at least this share of the values is at or below. @param share 0 … 1 */
export function quantileOf(values: Float64Array, share: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)] ?? Number.NaN;
}

export interface Bounds {
  readonly low: number;
  /** Infinity where there are too few values for an upper bound. */
  readonly high: number;
}

/**
 * Bounds of a quantile of what the values are a sample of, each wrong with probability 2.5 % at most, by order statistics:
 * the number of values at or below it is binomial (David and Nagaraja, Order Statistics, 2003, § 7.1).
 */
export function quantileBounds(values: Float64Array, share: number): Bounds {
  const sorted = values.slice().sort();
  const most = cumulative(sorted.length, share);
  const below = most.findIndex((probability) => probability > 0.025);
  const above = most.findIndex((probability) => probability >= 0.975);
  return {
    low: below <= 0 ? 0 : (sorted[below - 1] as number),
    high: sorted[above] ?? Number.POSITIVE_INFINITY,
  };
}

/** P(X ≤ k) for k = 0 … trials − 1, X binomial. */
function cumulative(trials: number, share: number): number[] {
  const odds = Math.log(share) - Math.log1p(-share);
  let term = trials * Math.log1p(-share);
  let sum = 0;
  return Array.from({ length: trials }, (_, count) => {
    sum += Math.exp(term);
    term += Math.log(trials - count) - Math.log(count + 1) + odds;
    return sum;
  });
}
