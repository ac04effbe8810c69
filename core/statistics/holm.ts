/**
 * p-values of several hypotheses adjusted for each other, in their order: those that are at most alpha are rejected, and
 * the chance that any of these is true is at most alpha, however they hang together. Step-down: the i-th smallest of K
 * times K − i + 1, and never below an earlier one (Holm, Scandinavian Journal of Statistics 6, 1979).
 */
export function holmAdjusted(p: readonly number[]): readonly number[] {
  const order = p.map((_, index) => index).sort((a, b) => (p[a] as number) - (p[b] as number));
  const adjusted = p.slice();
  let least = 0;
  for (const [rank, index] of order.entries()) {
    least = Math.min(1, Math.max(least, (p.length - rank) * (p[index] as number)));
    adjusted[index] = least;
  }
  return adjusted;
}
