/** How sure a score is. */
import type { Judged, Metric } from "../plugin/metric.js";
import { batchSpread } from "./batches.js";
import { type Arrangement, bootstrap, lowerBound, unitsOf, upperBound } from "./bootstrap.js";
import { effectiveRows, meanOf, spreadOf, weightedMean } from "./estimate.js";
import { lossesOf, scoreOfMean } from "./losses.js";
import { normalQuantile } from "./normal.js";
import { areaUnderRoc } from "./ranking.js";
import { gather } from "./rows.js";
import { studentQuantile } from "./student.js";

export interface ScoreInterval {
  readonly point: number;
  readonly low: number;
  readonly high: number;
}

type Rows = Judged & Arrangement;

/**
 * A score with its two-sided 95 % interval: DeLong's for a ranking metric, Wilson's for a share of independent rows,
 * Student's t for other means of row losses, for the rest percentiles of a bootstrap or, of many rows, batches. Null where the score or its
 * interval isn't defined on these rows.
 */
export function scoreInterval(metric: Metric, judged: Rows, seed: number): ScoreInterval | null {
  const point = metric.score(judged);
  if (!Number.isFinite(point)) return null;
  const [low, high] = boundsOf(metric, judged, { point, seed });
  return Number.isFinite(low) && Number.isFinite(high)
    ? { point, low: Math.min(low, high), high: Math.max(low, high) }
    : null;
}

function boundsOf(metric: Metric, judged: Rows, { point, seed }: { point: number; seed: number }): [number, number] {
  if (metric.shape === "ranking") return rankingBounds(judged);
  if (!metric.losses) return resampledBounds(metric, judged, { point, seed });
  const losses = lossesOf(metric, judged);
  const isShare = metric.shape === "rate" && judged.group === null && judged.serial !== true;
  const [low, high] = isShare ? wilson(losses, judged.weight) : meanBounds(losses, judged);
  return [scoreOfMean(metric, low), scoreOfMean(metric, high)];
}

type Bounds = [low: number, high: number];

function rankingBounds(judged: Rows): Bounds {
  const { value, influence } = areaUnderRoc(judged);
  const { se, df } = spreadOf(influence, { ...judged, strata: judged.truth });
  if (se === 0 && (value === 0 || value === 1)) return separatedBounds(value, judged.truth);
  const reach = se * studentQuantile(0.975, df);
  return [Math.max(0, value - reach), Math.min(1, value + reach)];
}

/**
 * Classes that don't overlap have no variance, which is no certainty: by Clopper and Pearson's bound n rows of the
 * smaller class that are all on the right side leave a share of 1 − 0.025^(1/n) that may be on the wrong one.
 */
function separatedBounds(value: number, truth: Float64Array): Bounds {
  const counts = new Map<number, number>();
  for (const code of truth) counts.set(code, (counts.get(code) ?? 0) + 1);
  const unseen = 1 - 0.025 ** (1 / Math.min(...counts.values()));
  return value === 1 ? [1 - unseen, 1] : [0, unseen];
}

/** Wilson, JASA 22 (1927): never of width 0, also where every row is right. */
function wilson(losses: Float64Array, weight: Float64Array | null): Bounds {
  const rows = effectiveRows(losses.length, weight);
  const share = weightedMean(losses, weight);
  const z = normalQuantile(0.975);
  const centre = share + (z * z) / (2 * rows);
  const reach = z * Math.sqrt((share * (1 - share)) / rows + (z / (2 * rows)) ** 2);
  const scale = 1 + (z * z) / rows;
  return [Math.max(0, (centre - reach) / scale), Math.min(1, (centre + reach) / scale)];
}

function meanBounds(losses: Float64Array, judged: Rows): Bounds {
  const { value, influence } = meanOf(losses, judged.weight);
  const { se, df } = spreadOf(influence, { ...judged, strata: null });
  const reach = se * studentQuantile(0.975, df);
  const least = losses.every((loss) => loss >= 0) ? 0 : Number.NEGATIVE_INFINITY;
  return [Math.max(least, value - reach), value + reach];
}

function resampledBounds(metric: Metric, judged: Rows, { point, seed }: { point: number; seed: number }): Bounds {
  const units = unitsOf(judged.truth, judged.spec.classes.length, judged);
  const scoreOf = (rows: Int32Array) => metric.score(gather(judged, rows));
  const batched = batchSpread(units, seed, scoreOf);
  if (batched !== null) {
    const reach = batched.se * studentQuantile(0.975, batched.df);
    return [point - reach, point + reach];
  }
  const drawn = bootstrap(units, seed, scoreOf);
  if (drawn === null) return [Number.NaN, Number.NaN];
  return [lowerBound(drawn, point, 0.025), upperBound(drawn, point, 0.025)];
}
