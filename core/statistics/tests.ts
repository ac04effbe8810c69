/** Which test a comparison gets, by the kind of its metric, the arrangement of its rows, and how many there are. */
import { hasSmallStratum, unitsOf } from "./bootstrap.js";
import { lossTest, rankingTest } from "./linear-tests.js";
import { apartOf, mcnemarTest } from "./mcnemar.js";
import type { Comparison, Pair, TestName, Undecidable } from "./pair.js";
import { batchTest, bootstrapTest } from "./resampled-tests.js";

/** Null where it isn't the test for such a pair. */
type Test = (pair: Pair) => Comparison | Undecidable | null;

/** What a metric says of itself: an area under a curve, a function of a mean of row losses, or nothing. */
type Kind = "ranking" | "losses" | "any";
type Rows = "independent" | "grouped" | "serial";

function kindOf({ judging: { metric } }: Pair): Kind {
  if (metric.shape === "ranking") return "ranking";
  return metric.losses ? "losses" : "any";
}

function rowsOf({ judging: { group, serial } }: Pair): Rows {
  if (group !== null) return "grouped";
  return serial === true ? "serial" : "independent";
}

function when(kind: Kind, rows: Rows, test: Test): Test {
  return (pair) => (kindOf(pair) === kind && rowsOf(pair) === rows ? test(pair) : null);
}

const ranked = (name: TestName) => (pair: Pair) => rankingTest(name, pair);
const averaged = (name: TestName) => (pair: Pair) => lossTest(name, pair);
const drawn = (name: TestName) => (pair: Pair) => bootstrapTest(name, pair);

function exact(pair: Pair): Comparison | null {
  const apart = apartOf(pair);
  return apart === null ? null : mcnemarTest(pair, apart);
}

/** Classes that are few are drawn apart, so that no draw is without them. */
function byClass(pair: Pair): Comparison | Undecidable | null {
  const { truth, spec } = pair.judging;
  if (spec.classes.length === 0) return null;
  return hasSmallStratum(unitsOf(truth, spec.classes.length, pair.judging))
    ? drawn("stratified_bootstrap")(pair)
    : null;
}

/** In this order; the first that doesn't decline decides. */
export const TESTS: readonly Test[] = [
  when("ranking", "independent", ranked("delong")),
  when("ranking", "grouped", ranked("cluster_delong")),
  when("ranking", "serial", ranked("serial_delong")),
  when("losses", "independent", exact),
  when("losses", "independent", averaged("paired_t")),
  when("losses", "grouped", averaged("cluster_t")),
  when("losses", "serial", averaged("diebold_mariano")),
  batchTest,
  when("any", "independent", byClass),
  when("any", "independent", drawn("paired_bootstrap")),
  when("any", "grouped", drawn("cluster_bootstrap")),
  when("any", "serial", drawn("block_bootstrap")),
];
