/**
 * Which parameters matter, by PED-ANOVA: Watanabe, Bansal and Hutter, IJCAI 2023 (arXiv 2304.10255). What good trials
 * have in common is told apart from what all have: a parameter matters as far as its values are distributed otherwise
 * among the best.
 */
import {
  checkCallable,
  checkDirections,
  checkOneOf,
  checkOnePerValue,
  checkOptions,
  checkPositive,
  checkTrials,
  type OptionNames,
} from "../given.js";
import { violationsOf } from "../history/violation.js";
import { minimised } from "../objective.js";
import { constrainedRanks } from "../pareto/constraints.js";
import type { Direction, FrozenTrial } from "../types.js";
import { categoricalDensity, numericDensity, pearsonDivergence } from "./density.js";
import { type Regime, regimesOf } from "./regimes.js";

export interface ImportanceOptions {
  /** One per objective; with several, what matters for the Pareto front's ranks. Default: minimize, for one objective. */
  readonly directions?: readonly Direction[];
  /** What matters to make this small, in place of the objectives; trials for which it is NaN are left out. */
  readonly target?: (trial: FrozenTrial) => number;
  /** The best part of the trials: above 0, at most 1; two trials at least. Default: 0.1. */
  readonly quantile?: number;
  /** Compare with all trials (what mattered in this study), or with the whole space. Default: "trials". */
  readonly within?: "trials" | "space";
}

const KNOWN: OptionNames<ImportanceOptions> = { directions: true, target: true, quantile: true, within: true };

const LEAST_TOP = 2;

interface Judged {
  readonly trials: readonly FrozenTrial[];
  /** Less is better; NaN never. */
  readonly losses: ArrayLike<number>;
}

function judged(trials: readonly FrozenTrial[], { directions = ["minimize"], target }: ImportanceOptions): Judged {
  const complete = trials.filter(({ state }) => state === "complete");
  if (target !== undefined) {
    const losses = complete.map(target);
    const known = (index: number) => !Number.isNaN(losses[index]);
    return { trials: complete.filter((_, index) => known(index)), losses: losses.filter((_, index) => known(index)) };
  }
  const violations = violationsOf(complete);
  if (directions.length === 1 && violations.every((violation) => violation === 0)) {
    const sign = directions[0] === "maximize" ? -1 : 1;
    return { trials: complete, losses: complete.map(({ values }) => sign * (values?.[0] ?? 0)) };
  }
  const points = complete.map(({ values }) => minimised(values ?? [], directions));
  return { trials: complete, losses: constrainedRanks(points, violations) };
}

/** 1 where a loss is at most the one at the quantile; equal ones are in together. */
function topOf(losses: ArrayLike<number>, quantile: number): Uint8Array {
  const sorted = Float64Array.from(losses).sort();
  const cut = sorted[Math.max(LEAST_TOP, Math.ceil(quantile * sorted.length)) - 1] as number;
  return Uint8Array.from(losses, (loss) => (loss <= cut ? 1 : 0));
}

/** How far the best are from all within one regime, or from uniform over it. */
function divergenceOf({ categorical, all, top }: Regime, within: "trials" | "space"): number {
  const densityOf = categorical ? categoricalDensity : numericDensity;
  const region = within === "trials" ? densityOf(all) : new Float64Array(all.length).fill(1 / all.length);
  return pearsonDivergence(region, densityOf(top));
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0);
}

/**
 * Σ α²/β · D over the distributions that the parameter has had, α and β their parts of the best and of all trials: what
 * its value tells where it exists. That it exists at all is the doing of others (conditional PED-ANOVA, arXiv 2601.20800).
 */
function divergence(regimes: readonly Regime[], [tops, trials]: readonly [number, number], within: "trials" | "space") {
  return regimes.reduce((total, regime) => {
    const alpha = sum(regime.top) / tops;
    const beta = sum(regime.all) / trials;
    return alpha === 0 ? total : total + ((alpha * alpha) / beta) * divergenceOf(regime, within);
  }, 0);
}

function check(trials: readonly FrozenTrial[], options: ImportanceOptions): void {
  checkTrials("importance.trials", trials);
  checkOptions("importance", options, KNOWN);
  const { directions, target, quantile = 0.1, within = "trials" } = options;
  if (directions !== undefined) checkDirections("importance.directions", directions);
  if (target !== undefined) checkCallable("importance.target", target);
  checkPositive("importance.quantile", quantile, "share");
  checkOneOf("importance.within", within, ["trials", "space"]);
}

/**
 * The share of each parameter in what made the best complete trials, largest first; the shares sum to 1. A parameter that
 * had one value only has 0; all are equal where nothing tells them apart, or with fewer than three trials. Takes
 * O(trials × parameters). Throws OPTION_INVALID.
 */
export function importance(trials: readonly FrozenTrial[], options: ImportanceOptions = {}): Record<string, number> {
  check(trials, options);
  const { quantile = 0.1, within = "trials", directions = ["minimize"], target } = options;
  const counted = judged(trials, options);
  if (target === undefined) checkOnePerValue("importance.directions", directions, trials);
  const top = topOf(counted.losses, quantile);
  const totals = [top.reduce((count, each) => count + each, 0), top.length] as const;
  const shares = [...regimesOf(counted.trials, top)].map(([name, regimes]) => {
    return { name, free: regimes.length > 0, raw: top.length > LEAST_TOP ? divergence(regimes, totals, within) : 0 };
  });
  const total = shares.reduce((all, { raw }) => all + raw, 0);
  const free = shares.filter((share) => share.free).length;
  const share = (each: (typeof shares)[number]) => (total > 0 ? each.raw / total : each.free ? 1 / free : 0);
  return Object.fromEntries(shares.map((each) => [each.name, share(each)] as const).toSorted(([, a], [, b]) => b - a));
}
