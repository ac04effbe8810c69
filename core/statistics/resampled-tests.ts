/** Tests of scores that have no formula for their error: rows are drawn again, or dealt into batches. */
import { batchSpread } from "./batches.js";
import { bootstrap, exceedance, lowerBound, type Units, unitsOf, upperBound } from "./bootstrap.js";
import { deviationOf } from "./estimate.js";
import { studentTest } from "./linear-tests.js";
import { type Comparison, gain, type Pair, type TestName, type Undecidable } from "./pair.js";
import { gather } from "./rows.js";

/** By a bootstrap of the same rows for both models. */
export function bootstrapTest(test: TestName, pair: Pair): Comparison | Undecidable {
  const { judging, a, b, demand } = pair;
  const { metric, truth, seed } = judging;
  const drawn = bootstrap(unitsFor(pair), seed, gainOn(pair));
  if (drawn === null) return { test: null, n: truth.length, reason: `${metric.name} isn't defined on many resamples` };
  const delta = gain(metric, metric.score(a), metric.score(b));
  return {
    test,
    delta,
    low: lowerBound(drawn, delta, 0.025),
    high: upperBound(drawn, delta, 0.025),
    lower: lowerBound(drawn, delta, demand.alpha),
    upper: upperBound(drawn, delta, demand.alpha),
    p: exceedance(drawn, delta, demand.margin),
    se: deviationOf(drawn),
    n: truth.length,
    statistic: null,
  };
}

/** By the spread over batches; null where rows are few, or a batch has no score. */
export function batchTest(pair: Pair): Comparison | null {
  const { metric, seed } = pair.judging;
  const spread = batchSpread(unitsFor(pair), seed, gainOn(pair));
  if (spread === null) return null;
  const delta = gain(metric, metric.score(pair.a), metric.score(pair.b));
  return studentTest(pair, { ...spread, test: "paired_batches", delta, floor: 0 });
}

function unitsFor({ judging }: Pair): Units {
  return unitsOf(judging.truth, judging.spec.classes.length, judging);
}

function gainOn({ judging: { metric }, a, b }: Pair): (rows: Int32Array) => number {
  return (rows) => gain(metric, metric.score(gather(a, rows)), metric.score(gather(b, rows)));
}
