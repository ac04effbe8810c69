/** Decisions on rows that come one after the other, with a look after each. */
import { bet, openBets } from "../../../dist/core/statistics/betting.js";
import { normalQuantile } from "../../../dist/core/statistics/normal.js";
import { uniforms } from "../random.mjs";
import { ALPHA } from "./line.mjs";

/** Share of rows of which one model alone is right. */
const APART = 0.06;

/** Share of decisions for B where both are equally good; and of a z test that is looked at after every row from the 50th on. */
export function falseStreams(decisions, most) {
  let [bets, peeks] = [0, 0];
  const critical = normalQuantile(1 - ALPHA);
  for (let number = 0; number < decisions; number++) {
    const uniform = uniforms("null stream", number);
    let state = openBets();
    let [sum, squares, peeked] = [0, 0, false];
    for (let row = 1; row <= most; row++) {
      const drawn = uniform();
      const difference = drawn < APART / 2 ? 1 : drawn < APART ? -1 : 0;
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
