/** The product's own duels on rows that come one after the other: what differencesOf and fought make of them. */
import { differencesOf, scaleOf } from "../../../dist/core/evaluator/row-losses.js";
import { begun, fought } from "../../../dist/core/promotion/duel.js";
import { normalQuantile } from "../../../dist/core/statistics/normal.js";
import { uniforms } from "../random.mjs";
import { ALPHA } from "./line.mjs";
import { examOf, NULLS } from "./nulls.mjs";

/** Rows that scale a loss, and rows that come at once; the bets are looked at after each. */
const KNOWN = 200;
const ARRIVAL = 100;

/** Who wins within `most` rows of the address `keys`, and with which row or pair; null: nobody. */
function duelOf({ loss, spec, row }, keys, most) {
  const exam = (uniform, rows) => examOf(spec, rows, () => row(uniform));
  let progress = begun({ loss, scale: scaleOf(loss, exam(uniforms("known", ...keys), KNOWN)), waiting: [] });
  const uniform = uniforms(...keys);
  while (progress.rows < most) {
    const differences = differencesOf(progress, exam(uniform, ARRIVAL));
    const round = fought(progress, { rows: ARRIVAL, ...differences }, ALPHA);
    progress = round.progress;
    if (round.winner !== null) return { winner: round.winner, units: progress.units };
  }
  return { winner: null, units: progress.units };
}

/** Of duels of models that are as good as each other, the shares that are decided for A and for B. */
export function falseDuels(loss, duels, most) {
  const share = { A: 0, B: 0 };
  for (let number = 0; number < duels; number++) {
    const { winner } = duelOf({ loss, ...NULLS[loss] }, ["null duel", loss, number], most);
    if (winner !== null) share[winner] += 1 / duels;
  }
  return share;
}

/** Share of rows of which one model alone is right. */
const APART = 0.06;

/** Median rows until B's gain of accuracy is decided for B, and those of a test of fixed size at the same alpha and power 80 %. */
export function rowsToDecide(gain, duels) {
  const fixed = ((normalQuantile(1 - ALPHA) + normalQuantile(0.8)) ** 2 * APART) / gain ** 2;
  const says = (isRight) => (isRight ? [0.1, 0.9] : [0.9, 0.1]);
  const row = (uniform) => {
    const drawn = uniform();
    const isB = drawn < (APART + gain) / 2;
    return { truth: 1, a: says(!isB), b: says(isB || drawn >= APART) };
  };
  const decided = Array.from({ length: duels }, (_, number) =>
    duelOf({ loss: "error", spec: NULLS.error.spec, row }, ["stream", gain, number], 20 * fixed),
  );
  const rows = decided.map(({ winner, units }) => (winner === "B" ? units : Number.POSITIVE_INFINITY));
  const wrong = decided.filter(({ winner }) => winner === "A").length / duels;
  return { median: rows.sort((a, b) => a - b)[Math.floor(duels / 2)], fixed: Math.ceil(fixed), wrong };
}
