/** Orders what a sampler sees, as TPE needs it: best first, the good part apart from the rest. */
import type { Direction, FrozenTrial } from "../types.js";

/** Trials in two parts, each by number: age decides weights. */
export interface Split {
  readonly below: readonly FrozenTrial[];
  readonly above: readonly FrozenTrial[];
}

const LARGEST_BELOW = 25;

/** How many of n trials count as good: ⌈n/10⌉, at most 25. */
export function gamma(n: number): number {
  return Math.min(Math.ceil(0.1 * n), LARGEST_BELOW);
}

type SortKey = readonly number[];

function compareKeys(a: SortKey, b: SortKey): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? 0 : (a[at] as number) < (b[at] as number) ? -1 : 1;
}

/**
 * Smaller is better: complete trials by value; then pruned ones, the furthest first, by their last report (NaN as the
 * worst), those without a report last; ties by age.
 */
function keyOf({ state, values, intermediate, number }: FrozenTrial, sign: number): SortKey {
  if (state === "complete") return [0, sign * (values?.[0] ?? Number.NaN), 0, number];
  const last = intermediate.at(-1);
  if (last === undefined) return [2, 0, 0, number];
  const [step, value] = last;
  return [1, -step, Number.isNaN(value) ? Number.POSITIVE_INFINITY : sign * value, number];
}

function byNumber(a: FrozenTrial, b: FrozenTrial): number {
  return a.number - b.number;
}

/** Complete and pruned trials: the ones whose worth is known. */
export function scoredTrials(trials: readonly FrozenTrial[]): readonly FrozenTrial[] {
  return trials.filter(({ state }) => state === "complete" || state === "pruned");
}

/**
 * `below` are the γ(n) best of the n scored trials; all others go to `above`, running ones too (the constant liar: a
 * place that is being tried is taken as poor until known), and failed ones, so that a region that fails is left.
 */
export function splitTrials(trials: readonly FrozenTrial[], direction: Direction): Split {
  const sign = direction === "minimize" ? 1 : -1;
  const ranked = scoredTrials(trials)
    .map((trial) => ({ trial, key: keyOf(trial, sign) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ trial }) => trial);
  const below = ranked.slice(0, gamma(ranked.length));
  const good = new Set(below);
  return { below: below.sort(byNumber), above: trials.filter((trial) => !good.has(trial)).sort(byNumber) };
}
