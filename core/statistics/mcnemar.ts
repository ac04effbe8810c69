/** Labels that are right or wrong: only the rows on which one model is right and the other wrong tell them apart. */
import { lowerChance, midTail } from "./binomial.js";
import { lossesOf } from "./losses.js";
import { normalQuantile } from "./normal.js";
import { type Comparison, gain, type Pair } from "./pair.js";

/** Up to so many such rows the exact distribution is used: t is not to be trusted with few, nor far out in the tails. */
const MOST_APART = 100;

interface Apart {
  /** Rows on which B alone is right, and A alone. */
  readonly won: number;
  readonly lost: number;
}

/** Null where the metric is no share of rows that are right, or rows don't count alike, or a margin is asked for. */
export function apartOf({ judging, a, b, demand }: Pair): Apart | null {
  const { metric, weight } = judging;
  if (metric.shape !== "rate" || weight !== null || demand.margin !== 0) return null;
  const [lossA, lossB] = [lossesOf(metric, a), lossesOf(metric, b)];
  if (!isBits(lossA) || !isBits(lossB)) return null;
  const won = lossA.filter((loss, row) => loss > (lossB[row] as number)).length;
  const lost = lossB.filter((loss, row) => loss > (lossA[row] as number)).length;
  return won + lost <= MOST_APART ? { won, lost } : null;
}

function isBits(losses: Float64Array): boolean {
  return losses.every((loss) => loss === 0 || loss === 1);
}

/**
 * McNemar's test, exact, with the mid-p of Fagerland, Lydersen and Laake (BMC Medical Research Methodology 13:91, 2013).
 * The one-sided bounds are those at which the test turns, for the number of rows apart that there is; the 95 % interval is
 * that of Agresti and Min (Statistics in Medicine 24, 2005), half a row added to each count, which heeds that it is chance as well.
 */
export function mcnemarTest({ judging, a, b, demand }: Pair, { won, lost }: Apart): Comparison {
  const n = judging.truth.length;
  const apart = won + lost;
  const bound = (k: number) => ((2 * lowerChance(apart, k, demand.alpha) - 1) * apart) / n;
  const half = normalQuantile(0.975) * deviation(won + 0.5, lost + 0.5, n + 2);
  const centre = (won - lost) / (n + 2);
  return {
    test: "mcnemar",
    delta: apart === 0 ? 0 : gain(judging.metric, judging.metric.score(a), judging.metric.score(b)),
    low: centre - half,
    high: centre + half,
    lower: apart === 0 ? 0 : bound(won),
    upper: apart === 0 ? 0 : -bound(lost),
    p: apart === 0 ? 1 : midTail(apart, won),
    se: deviation(won, lost, n),
    n,
    statistic: null,
  };
}

/** Of the difference of two shares of the same n rows. */
function deviation(won: number, lost: number, n: number): number {
  return Math.sqrt(won + lost - (won - lost) ** 2 / n) / n;
}
