/**
 * How much error the next look at a holdout may risk: online control of false discoveries by LORD++ (Ramdas, Yang,
 * Wainwright and Jordan, "Online control of the false discovery rate with decaying memory", NeurIPS 2017). Pure: what was
 * looked at before decides, and that is in the ledger.
 */

/** What a finalist is measured against decides which account its look is charged to. */
export type Against = "baseline" | "champion";

/** A look that was taken. */
export interface Spent {
  readonly against: Against;
  readonly alpha: number;
  readonly promoted: boolean;
}

export interface Allowance {
  /** The recipe's promotion.alpha. */
  readonly of: number;
  readonly against: Against;
  /** One-sided error rate of the look. */
  readonly alpha: number;
  /** What remains for all later looks of its kind, before a promotion earns more. */
  readonly left: number;
}

/**
 * Nearly every first model beats the baseline: such a promotion is no merit that could pay for later looks, and such a
 * look needs little. So the two kinds have an account each, and promotions earn in their own. False promotions are then
 * at most the two levels together: `alpha`.
 */
const SHARE: Readonly<Record<Against, number>> = { baseline: 1 / 4, champion: 3 / 4 };

/** What an account opens with, of its level; the rest is what the first promotion earns. */
const OPENING = 1 / 2;

/**
 * Weights of looks 1, 2, 3 …, which sum to 1: t^−1.6/ζ(1.6), as in SAFFRON (Ramdas, Zrnic, Wainwright and Jordan, ICML
 * 2018). The first look gets 44 % and the tenth 1.1 %. The weights that are best for endless sequences,
 * log t/(t·e^√log t), leave 5 % to the first, and holdouts see few looks; 1/t² leaves 0.6 % to the tenth.
 */
const DECAY = 1.6;
const ZETA = 2.28576566568013;

/** The share of `alpha` below which a look is none: the tails of the tests are not known that far out. */
const LEAST = 1 / 5000;

/**
 * What the next look may risk: γ_t·w + (level − w)·γ_(t−τ1) + level·Σ γ_(t−τj), τ1 the first promotion and τj later ones.
 * While nothing is promoted the risks of all looks there will ever be sum to w = level/2, so that the chance of any false
 * promotion is at most that; the share of promotions that are false is at most the level.
 * @param alpha `promotion.alpha`
 * @param spent every look at this holdout so far, whichever alpha its recipe had
 */
export function allowanceOf(alpha: number, spent: readonly Spent[], against: Against): Allowance {
  const level = SHARE[against] * alpha;
  const own = spent.filter((look) => look.against === against && look.alpha > 0);
  const rewards = own
    .flatMap(({ promoted }, at) => (promoted ? [at + 1] : []))
    .map((time, nth) => {
      return { time, amount: nth === 0 ? level * (1 - OPENING) : level };
    });
  const income = [{ time: 0, amount: level * OPENING }, ...rewards];
  const wealth = income.reduce((sum, { amount }) => sum + amount, 0) - own.reduce((sum, look) => sum + look.alpha, 0);
  const due = income.reduce((sum, { time, amount }) => sum + amount * weightOf(own.length + 1 - time), 0);
  // Earlier looks may have been charged by another rule or for a larger alpha.
  const risked = Math.min(due, Math.max(0, wealth));
  return { of: alpha, against, alpha: risked, left: Math.max(0, wealth - risked) };
}

/** Whether so little is left that no test could be believed. */
export function isSpent({ of, alpha }: Allowance): boolean {
  return alpha < LEAST * of;
}

function weightOf(position: number): number {
  return position ** -DECAY / ZETA;
}
