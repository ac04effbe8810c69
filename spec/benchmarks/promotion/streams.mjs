/** Decisions on rows that come one after the other, with a look after each. */
import { bet, decidedBy, observe, openBets, openDuel } from "../../../dist/core/statistics/betting.js";
import { normalQuantile } from "../../../dist/core/statistics/normal.js";
import { uniforms } from "../random.mjs";
import { ALPHA } from "./line.mjs";

const APART = 0.06;

/** 1 where B alone is right, −1 where A alone is. */
function labels(uniform, gain) {
  const drawn = uniform();
  return drawn < (APART + gain) / 2 ? 1 : drawn < APART ? -1 : 0;
}

/** Rows until the duel is decided, and for whom; Infinity where `most` don't. */
function decision(next, most) {
  let duel = openDuel();
  for (let row = 1; row <= most; row++) {
    duel = observe(duel, next());
    const winner = decidedBy(duel, ALPHA);
    if (winner !== null) return { rows: row, winner };
  }
  return { rows: Number.POSITIVE_INFINITY, winner: null };
}

/** Share of decisions for B where both are equally good; and of a z test that is looked at after every row from the 50th on. */
export function falseStreams(decisions, most) {
  let [bets, peeks] = [0, 0];
  const critical = normalQuantile(1 - ALPHA);
  for (let number = 0; number < decisions; number++) {
    const uniform = uniforms("null stream", number);
    let state = openBets();
    let [sum, squares, peeked] = [0, 0, false];
    for (let row = 1; row <= most; row++) {
      const difference = labels(uniform, 0);
      state = bet(state, difference);
      sum += difference;
      squares += difference * difference;
      if (row >= 50 && sum > critical * Math.sqrt(squares - (sum * sum) / row)) peeked = true;
    }
    if (state.peak >= 1 / ALPHA) bets++;
    if (peeked) peeks++;
  }
  return { bets: bets / decisions, peeks: peeks / decisions };
}

/** Median rows until B's gain is decided for B, and those of a test of fixed size at the same alpha and power 80 %. */
export function rowsToDecide(gain, decisions) {
  const fixed = ((normalQuantile(1 - ALPHA) + normalQuantile(0.8)) ** 2 * APART) / gain ** 2;
  const decided = Array.from({ length: decisions }, (_, number) => {
    const uniform = uniforms("stream", gain, number);
    return decision(() => labels(uniform, gain), 20 * fixed);
  });
  const rows = decided.map((one) => (one.winner === "B" ? one.rows : Number.POSITIVE_INFINITY)).sort((a, b) => a - b);
  const wrong = decided.filter(({ winner }) => winner === "A").length / decisions;
  return { median: rows[Math.floor(decisions / 2)], fixed: Math.ceil(fixed), wrong };
}
