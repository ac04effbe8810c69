/**
 * Greedy forward selection with replacement (Caruana, Niculescu-Mizil, Crew and Ksikes, "Ensemble Selection from
 * Libraries of Models", ICML 2004): the model that helps the mean most is added, again and again, and the best of all
 * prefixes is kept. How often a model was added is its weight, so weights are rational and never negative.
 */
import type { Metric, Prediction } from "../plugin/index.js";
import type { Judging } from "../statistics/pair.js";
import type { Candidate, Member, Pause, Pool } from "./pool.js";

export interface Limits {
  /** Models added at most, counted as often as they are, 1 … */
  readonly size: number;
  /** Of all files of the ensemble, in bytes. */
  readonly bytes: number;
}

/** Costs that differ by less, relative to 1 or their size, are equal: sums of the same numbers differ by 1e-16 of it. */
const TIE = 1e-10;

interface Prefix {
  readonly cost: number;
  readonly picks: readonly Candidate[];
}

/**
 * The members, by trial; fewer members go before more where the metric can't tell them apart, and lower trials before
 * higher ones. The order of the candidates changes nothing. Empty where the metric is defined for none of them.
 */
export async function selectGreedily(pool: Pool, limits: Limits, pause: Pause): Promise<readonly Member[]> {
  const candidates = pool.candidates.toSorted((a, b) => a.trial - b.trial);
  const rounds = new Rounds(pool.judging, candidates, limits);
  let best: Prefix | null = null;
  for (let round = 1; round <= limits.size; round++) {
    const next = await rounds.next(pause);
    if (next === null) break;
    if (best === null || isBetter(next, best)) best = next;
  }
  return counted(best?.picks ?? []);
}

function isBetter(next: Prefix, best: Prefix): boolean {
  if (!isTie(next.cost, best.cost)) return next.cost < best.cost;
  return new Set(next.picks).size < new Set(best.picks).size;
}

function isTie(a: number, b: number): boolean {
  return Math.abs(a - b) <= TIE * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Lower is better; infinite where the metric isn't defined. */
export function costOf(metric: Metric, score: number): number {
  if (Number.isNaN(score)) return Number.POSITIVE_INFINITY;
  return metric.direction === "minimize" ? score : -score;
}

/** By trial, with counts that have no common divisor. */
function counted(picks: readonly Candidate[]): readonly Member[] {
  const counts = new Map<number, number>();
  for (const { trial } of picks) counts.set(trial, (counts.get(trial) ?? 0) + 1);
  const divisor = [...counts.values()].reduce(greatestCommonDivisor, 0);
  const members = [...counts].map(([trial, count]) => ({ trial, count: count / divisor }));
  return members.sort((a, b) => a.trial - b.trial);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

class Rounds {
  readonly #judging: Judging;
  readonly #candidates: readonly Candidate[];
  readonly #limits: Limits;
  readonly #picks: Candidate[] = [];
  /** Of the predictions of all picks. */
  readonly #sum: Prediction;
  readonly #mean: Prediction;

  constructor(judging: Judging, candidates: readonly Candidate[], limits: Limits) {
    this.#judging = judging;
    this.#candidates = candidates;
    this.#limits = limits;
    this.#sum = new Float64Array(candidates[0]?.prediction.length ?? 0);
    this.#mean = new Float64Array(this.#sum.length);
  }

  /** One model more; null where none can be added. */
  async next(pause: Pause): Promise<Prefix | null> {
    const tried: { readonly candidate: Candidate; readonly cost: number }[] = [];
    for (const candidate of this.#candidates.filter((one) => this.#fits(one))) {
      await pause();
      tried.push({ candidate, cost: this.#costWith(candidate) });
    }
    const least = Math.min(...tried.map(({ cost }) => cost));
    if (!Number.isFinite(least)) return null;
    const equals = tried.filter(({ cost }) => isTie(cost, least));
    const pick = equals.find(({ candidate }) => this.#picks.includes(candidate)) ?? equals[0];
    if (pick === undefined) return null;
    this.#picks.push(pick.candidate);
    pick.candidate.prediction.forEach((value, at) => {
      this.#sum[at] = (this.#sum[at] as number) + value;
    });
    return { cost: pick.cost, picks: [...this.#picks] };
  }

  #fits(candidate: Candidate): boolean {
    const files = new Set([...this.#picks, candidate]);
    return [...files].reduce((sum, { bytes }) => sum + bytes, 0) <= this.#limits.bytes;
  }

  #costWith({ prediction }: Candidate): number {
    const size = this.#picks.length + 1;
    for (let at = 0; at < prediction.length; at++) {
      this.#mean[at] = ((this.#sum[at] as number) + (prediction[at] as number)) / size;
    }
    const { metric, spec, truth, weight } = this.#judging;
    return costOf(metric, metric.score({ spec, truth, weight, prediction: this.#mean }));
  }
}
