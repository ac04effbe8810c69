/** The binomial distribution, exactly, for as many trials as a person would still count. */
import { lnGamma } from "./beta.js";

/** P(X = k) of `trials` with chance `chance`, 0 < chance < 1. */
function mass(trials: number, k: number, chance: number): number {
  const ways = lnGamma(trials + 1) - lnGamma(k + 1) - lnGamma(trials - k + 1);
  return Math.exp(ways + k * Math.log(chance) + (trials - k) * Math.log1p(-chance));
}

/** P(X ≥ k). */
export function upperTail(trials: number, k: number, chance = 0.5): number {
  if (k <= 0) return 1;
  const odds = chance / (1 - chance);
  let term = mass(trials, k, chance);
  let sum = term;
  for (let heads = k; heads < trials; heads++) {
    term *= (odds * (trials - heads)) / (heads + 1);
    sum += term;
  }
  return Math.min(1, sum);
}

/** P(X > k) + P(X = k)/2: the exact tail is wide by half a step, this one is right on average (Lancaster 1961). */
export function midTail(trials: number, k: number, chance = 0.5): number {
  return upperTail(trials, k, chance) - mass(trials, k, chance) / 2;
}

/** The chance at which `midTail` is alpha, below it less: a lower bound of the chance at 1 − alpha. 0 where k is 0. */
export function lowerChance(trials: number, k: number, alpha: number): number {
  if (k <= 0) return 0;
  let [low, high] = [0, 1];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (midTail(trials, k, middle) < alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
