/**
 * Tests that hold however often one looks: bets against "B is no better", whose capital would grow by chance to 1/alpha
 * with probability alpha at most, ever (Ville's inequality). Waudby-Smith and Ramdas, "Estimating means of bounded random
 * variables by betting", JRSS B 86 (2024). Pure: each row's difference gives the next state.
 */

/**
 * Shares of the largest bet that could never ruin, each with a sixth of the capital. A mixture needs no estimate of what
 * to bet: for a gain of 2 points its median of rows is 0.96 times that of a fixed-size test where bets that are estimated
 * as they go, μ̂/(σ̂² + μ̂²), need 1.10 times (`npm run prove:promotion`).
 */
const STAKES = [0.08, 0.15, 0.25, 0.4, 0.6, 0.85];

/** Bets on "the mean of the differences is above `mean`". */
export interface Bets {
  readonly mean: number;
  /** Of each stake. */
  readonly capital: readonly number[];
  /** The largest e-value so far. */
  readonly peak: number;
}

/** @param mean that is not believed in until it is shown, −1 < mean < 1 */
export function openBets(mean = 0): Bets {
  return { mean, capital: STAKES.map(() => 1), peak: 1 };
}

/**
 * The bets after one more row.
 * @param difference loss of A less that of B on the row, −1 … 1
 * @throws RangeError beyond these
 */
export function bet(bets: Bets, difference: number): Bets {
  if (!(Math.abs(difference) <= 1)) throw new RangeError(`a difference of ${difference} isn't from −1 to 1`);
  const { mean, peak } = bets;
  const edge = (difference - mean) / (1 + mean);
  if (edge === 0) return bets;
  const capital = bets.capital.map((value, at) => value * (1 + (STAKES[at] as number) * edge));
  return { mean, capital, peak: Math.max(peak, eValue({ capital })) };
}

/**
 * The capital that so many more differences of this sum can have come to at most: they make most where all are alike, by the
 * inequality of Jensen.
 */
export function mostFrom(
  { mean, capital }: Bets,
  { units, sum }: { readonly units: number; readonly sum: number },
): readonly number[] {
  const edge = units === 0 ? 0 : (sum / units - mean) / (1 + mean);
  return capital.map((value, at) => value * (1 + (STAKES[at] as number) * edge) ** units);
}

/** What one unit has become: evidence that may be averaged with that of other tests of the same claim, whatever they share. */
export function eValue({ capital }: Pick<Bets, "capital">): number {
  return capital.reduce((sum, value) => sum + value, 0) / capital.length;
}

/** B and A against each other, each betting on itself. */
export interface Duel {
  readonly forB: Bets;
  /** Its mirror, by which a decision for B is taken back. */
  readonly forA: Bets;
}

/** @param margin gain of B that has to be exceeded; A has to be better by any amount */
export function openDuel(margin = 0): Duel {
  return { forB: openBets(margin), forA: openBets(0) };
}

export function observe({ forB, forA }: Duel, difference: number): Duel {
  return { forB: bet(forB, difference), forA: bet(forA, -difference) };
}

/** Null: not decided yet. Each answer is wrong with probability alpha at most, over all rows there will ever be. */
export function decidedBy({ forB, forA }: Duel, alpha: number): "B" | "A" | null {
  if (forB.peak >= 1 / alpha) return "B";
  return forA.peak >= 1 / alpha ? "A" : null;
}

/** Bets against many means at once. */
export type Confidence = readonly Bets[];

/** Means that are bet against: u·|u| for u in steps of 1/64, near 0 as close as 0.0003. */
const STEPS = 64;

export function openConfidence(): Confidence {
  return Array.from({ length: 2 * STEPS - 1 }, (_, at) => {
    const u = (at + 1 - STEPS) / STEPS;
    return openBets(u * Math.abs(u));
  });
}

export function learn(confidence: Confidence, difference: number): Confidence {
  return confidence.map((bets) => bet(bets, difference));
}

/** The mean is above it with confidence 1 − alpha, at this row and at all others at once; −1 before anything is known. */
export function meanAbove(confidence: Confidence, alpha: number): number {
  let bound = -1;
  for (const { mean, peak } of confidence) {
    if (peak < 1 / alpha) break;
    bound = mean;
  }
  return bound;
}
