/** Student's t distribution. */
import { regularizedBeta } from "./beta.js";
import { normalCdf, normalQuantile } from "./normal.js";

/** From here on the normal form of Abramowitz & Stegun 26.7.8 is right to 1e-10, and the beta fraction is slow. */
const MANY = 1e5;

/** Relative width of the interval in which a quantile is found; as good as the distribution itself. */
const CLOSE = 1e-11;

/** P(T ≤ t) with `df` > 0 degrees of freedom, which need not be whole. */
export function studentCdf(t: number, df: number): number {
  if (df >= MANY) return normalCdf((t * (1 - 1 / (4 * df))) / Math.sqrt(1 + (t * t) / (2 * df)));
  const tail = tailOf(t * t, df);
  return t > 0 ? 1 - tail : tail;
}

/** P(T ≤ −√square). Near the middle by the complement, whose argument is small: 1 − x would lose half of the digits. */
function tailOf(square: number, df: number): number {
  const small = square / (df + square);
  if (small < 3 / (df + 5)) return (1 - regularizedBeta(small, 0.5, df / 2)) / 2;
  return regularizedBeta(df / (df + square), df / 2, 0.5) / 2;
}

/** The t with P(T ≤ t) = p, 0 < p < 1. */
export function studentQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentQuantile(1 - p, df);
  let low = Math.min(-1, 2 * normalQuantile(p));
  while (studentCdf(low, df) > p) low *= 2;
  let high = 0;
  while (high - low > CLOSE * -low) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, df) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
