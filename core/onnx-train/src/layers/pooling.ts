/** From sequences [rows, time, width] to one vector per row, [rows, width]. */
import type { Value } from "../graph.js";
import { present } from "./attention.js";
import type { Scope } from "./scope.js";

export interface TimePoolOptions {
  /** The mean over time, the largest of each unit, or the first or last place. */
  readonly kind: "mean" | "max" | "first" | "last";
  /** [rows, time] of any type: 1 where there is something, 0 where there is padding, which doesn't count. */
  readonly mask?: Value;
}

/** Less than any activation, and finite: a row of nothing but padding gives no NaN. */
const LOWEST = -1e9;

/** Which place counts, one in each row: the first of the mask's ones, or the last. */
function onlyOne(scope: Scope, mask: Value, reverse: 0 | 1): Value {
  const { g } = scope;
  const counted = g.op("CumSum", [mask, g.scalar("int64", 1)], { reverse });
  return g.mul(mask, g.cast(g.equal(counted, g.float(1)), "float"));
}

type Pool = (scope: Scope, x: Value, mask: Value | null) => Value;

/** The sum of places, each as often as its share says: [rows, time, width] and [rows, time]. */
function weighted({ g }: Scope, x: Value, shares: Value): Value {
  return g.reduceSum(g.mul(x, g.unsqueeze(shares, [2])), [1]);
}

const POOLS: Readonly<Record<TimePoolOptions["kind"], Pool>> = {
  mean: (scope, x, mask) => {
    const { g } = scope;
    if (mask === null) return g.reduceMean(x, [1]);
    const count = g.op("Max", [g.reduceSum(mask, [1], { keep: true }), g.float(1)]);
    return weighted(scope, x, g.div(mask, count));
  },
  max: ({ g }, x, mask) => {
    if (mask === null) return g.reduceMax(x, [1]);
    return g.reduceMax(g.where(g.greater(g.unsqueeze(mask, [2]), g.float(0)), x, g.float(LOWEST)), [1]);
  },
  first: (scope, x, mask) =>
    mask === null ? scope.g.gather(x, scope.g.scalar("int64", 0), 1) : weighted(scope, x, onlyOne(scope, mask, 0)),
  last: (scope, x, mask) =>
    mask === null ? scope.g.gather(x, scope.g.scalar("int64", -1), 1) : weighted(scope, x, onlyOne(scope, mask, 1)),
};

export function timePool(scope: Scope, x: Value, { kind, mask }: TimePoolOptions): Value {
  return POOLS[kind](scope, x, mask === undefined ? null : present(scope.g, mask));
}
