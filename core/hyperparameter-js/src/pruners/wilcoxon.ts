import { checkOptions, checkPositive, type OptionNames } from "../given.js";
import { foldTrials } from "../history/fold.js";
import { exp } from "../math/elementary.js";
import { violationOf } from "../pareto/constraints.js";
import type { Pruner } from "../types.js";
import { type Sense, senseOf } from "./sense.js";

export interface WilcoxonOptions {
  /**
   * The chance that a trial no worse than the best is pruned, over all its reports together: above 0, below 1. About
   * log2(1/alpha) + 1 instances are the fewest that can be enough. Default: 0.1.
   */
  readonly alpha?: number;
}

const KNOWN: OptionNames<WilcoxonOptions> = { alpha: true };

/** Bets by the rank r in (0, 1] of a difference's size: tanh(stake · r), for small effects and for large ones. */
const STAKES = [0.6, 1.8] as const;

function tanh(x: number): number {
  return 1 - 2 / (exp(2 * x) + 1);
}

/** Puts a value into the sorted first `count` numbers; returns how many of them are smaller. */
function insertSorted(sorted: Float64Array, count: number, value: number): number {
  let low = 0;
  for (let high = count; low < high; ) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  sorted.copyWithin(low + 1, low, count);
  sorted[low] = value;
  return low;
}

/**
 * The largest wealth that bets on positive differences have had, from 1: an e-process for "symmetric around 0, or
 * lower". Given its size and all before it, a difference is then positive with chance ½ at most, so that a bet whose
 * stake depends on those only can't be expected to gain; the mean over several stakes neither. By Ville's inequality
 * the wealth ever reaches 1/α with chance α at most, however often one looks. The bet of size tanh(c·|d|) is the best
 * one against a shift (Vovk and Wang, "Nonparametric e-tests of symmetry", 2024); with the rank among the sizes so far in
 * place of |d| it is Wilcoxon's test, one difference at a time, and no outlier decides. Zeros say nothing.
 */
export function largestWealth(differences: readonly number[]): number {
  const sizes = new Float64Array(differences.length);
  const wealth = STAKES.map(() => 1);
  let count = 0;
  let largest = 1;
  for (const difference of differences) {
    if (difference === 0) continue;
    const rank = (insertSorted(sizes, count, Math.abs(difference)) + 1) / (count + 1);
    count++;
    const sign = difference > 0 ? 1 : -1;
    let sum = 0;
    for (let at = 0; at < STAKES.length; at++) {
      const now = (wealth[at] as number) * (1 + sign * tanh((STAKES[at] as number) * rank));
      wealth[at] = now;
      sum += now;
    }
    largest = Math.max(largest, sum / STAKES.length);
  }
  return largest;
}

interface Best {
  readonly sign: number;
  /** Total violation of constraints (without any: more than any), then value; less is better. */
  violation: number;
  value: number;
  /** What the best complete trial reported, by instance. */
  reports: ReadonlyMap<number, number>;
}

const bestOf = foldTrials(
  ({ sign }: Sense): Best => ({
    sign,
    violation: Number.POSITIVE_INFINITY,
    value: Number.POSITIVE_INFINITY,
    reports: new Map(),
  }),
  (best, { state, values, constraints, intermediate }) => {
    if (state !== "complete" || values === null) return;
    const violation = constraints === undefined ? Number.POSITIVE_INFINITY : violationOf(constraints);
    const value = best.sign * (values[0] as number);
    if (violation > best.violation || (violation === best.violation && value >= best.value)) return;
    Object.assign(best, { violation, value, reports: new Map(intermediate) });
  },
);

/**
 * For trials that report one value per instance (a fold, a seed, a task) with the instance's id as the step: prunes a
 * trial when it is shown to be worse than the best complete one on the instances that both have. Paired as in Optuna's
 * WilcoxonPruner, but always valid: looking after every report doesn't add up errors, see `largestWealth`. The order of
 * the instances must not depend on the results. A trial whose sum of differences is not worse is never pruned. The best
 * trial's own luck is not tested: its scores are taken as they are. Pairs with NaN are left out.
 */
export function wilcoxonPruner(options: WilcoxonOptions = {}): Pruner {
  checkOptions("wilcoxon", options, KNOWN);
  const { alpha = 0.1 } = options;
  checkPositive("wilcoxon.alpha", alpha, "chance");
  return {
    name: "wilcoxon",
    prune({ trial, trials, direction }) {
      const { sign, reports } = bestOf(trials, senseOf(direction));
      const differences = trial.intermediate
        .map(([instance, value]) => sign * (value - (reports.get(instance) ?? Number.NaN)))
        .filter((difference) => !Number.isNaN(difference));
      const sum = differences.reduce((total, difference) => total + difference, 0);
      return sum > 0 && alpha * largestWealth(differences) >= 1;
    },
  };
}
