/** Tests of scores that are, near the data, sums over rows: Student's t of their linearised difference. */
import { upperTail } from "./binomial.js";
import { type Layout, type Linearised, type Spread, spreadOf } from "./estimate.js";
import { linearisedScore, lossesOf } from "./losses.js";
import { type Comparison, gain, type Pair, type TestName, type Undecidable } from "./pair.js";
import { areaUnderRoc } from "./ranking.js";
import { studentCdf, studentQuantile } from "./student.js";

/** Below it the exact test of signs is heeded as well, as McNemar's is (knowledge/promotion.md §3.2). */
const FEW_SIGNS = 25;

/**
 * DeLong's test. Student's t is used with DeLong's standard error too, with Satterthwaite's degrees of freedom: the same for
 * many rows, and honest for few of a class.
 */
export function rankingTest(test: TestName, pair: Pair): Comparison | Undecidable {
  const { truth, spec } = pair.judging;
  const smallest = Math.min(...spec.classes.map((_, code) => truth.filter((y) => y === code).length));
  // Models that are told apart by every row have no variance; by chance that happens with probability 2^-rows of the
  // smaller class at most.
  const plan = { test, strata: truth, floor: 2 ** -smallest };
  return linearTest(pair, [areaUnderRoc(pair.a), areaUnderRoc(pair.b)], plan);
}

/** A t test of the rows' losses, of a function of their mean to first order. */
export function lossTest(test: TestName, pair: Pair): Comparison | Undecidable {
  const { metric, weight } = pair.judging;
  const [a, b] = [lossesOf(metric, pair.a), lossesOf(metric, pair.b)];
  const both: [Linearised, Linearised] = [linearisedScore(metric, a, weight), linearisedScore(metric, b, weight)];
  return linearTest(pair, both, { test, strata: null, floor: signFloor(a, b) });
}

interface LinearPlan {
  readonly test: TestName;
  readonly strata: Layout["strata"];
  /** The p-value is never below it. */
  readonly floor: number;
}

function linearTest(pair: Pair, [a, b]: [Linearised, Linearised], plan: LinearPlan): Comparison | Undecidable {
  const { judging } = pair;
  agrees(pair, a.value);
  const influence = b.influence.map((part, row) => part - (a.influence[row] as number));
  const spread = spreadOf(influence, { ...judging, strata: plan.strata });
  if (Number.isNaN(spread.se)) return { test: null, n: influence.length, reason: "one class has only one row" };
  return studentTest(pair, { ...plan, ...spread, delta: gain(judging.metric, a.value, b.value) });
}

export type Measured = Spread & Pick<Comparison, "test" | "delta"> & Pick<LinearPlan, "floor">;

export function studentTest({ judging, demand }: Pair, { test, delta, se, df, floor }: Measured): Comparison {
  const twoSided = se * studentQuantile(0.975, df);
  const oneSided = se * studentQuantile(1 - demand.alpha, df);
  const statistic = se > 0 ? (delta - demand.margin) / se : null;
  const chance = statistic === null ? Number(delta <= demand.margin) : studentCdf(-statistic, df);
  const p = Math.max(chance, floor);
  return {
    test,
    delta,
    low: delta - twoSided,
    high: delta + twoSided,
    lower: p > demand.alpha ? Math.min(delta - oneSided, demand.margin) : delta - oneSided,
    upper: delta + oneSided,
    p,
    se,
    n: judging.truth.length,
    statistic,
  };
}

/** A plugin whose words about itself are wrong would be tested by the wrong test; better by none. */
function agrees({ judging, a }: Pair, computed: number): void {
  const score = judging.metric.score(a);
  if (Math.abs(score - computed) <= 1e-6 * Math.max(1, Math.abs(score))) return;
  throw new TypeError(`${judging.metric.name} scores ${score}, but what it says of itself makes ${computed}`);
}

/** P(at least as many rows go B's way) if each row that tells them apart did so by the toss of a coin; 0 for many rows. */
function signFloor(a: Float64Array, b: Float64Array): number {
  let better = 0;
  let apart = 0;
  for (let row = 0; row < a.length; row++) {
    if ((b[row] as number) < (a[row] as number)) better++;
    if (b[row] !== a[row]) apart++;
  }
  return apart < FEW_SIGNS ? upperTail(apart, better) : 0;
}
