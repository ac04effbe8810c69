/** The short form of `npm run prove:promotion`: null campaigns, by the account, the gate and the decision. */
import { createRng } from "hyperparameter-js";
import { allowanceOf, type Spent } from "../../core/promotion/alpha.js";
import { decide } from "../../core/promotion/decide.js";
import { minEffect } from "../../plugins/gates/minEffect.js";
import { accuracy } from "../../plugins/metrics/labels.js";
import { binaryEvidence, contender } from "../plugins/gates/evidence.js";

const ROWS = 1000;
const ROUNDS = 30;
const ALPHA = 0.05;

const truth = Float64Array.from({ length: ROWS }, (_, row) => row % 2);
/** Wrong on the first 150 rows. */
const champion = Float64Array.from({ length: 2 * ROWS }, (_, at) => {
  const row = Math.floor(at / 2);
  const isRight = row >= 150;
  return (truth[row] === at % 2) === isRight ? 0.9 : 0.1;
});

/** As good as the champion, and at odds with it on about 6 % of the rows. */
function twin(seed: number): Float64Array {
  const rng = createRng(seed, "twin");
  const prediction = champion.slice();
  const flipped = [...rowsAmong(0, 150, 0.2), ...rowsAmong(150, ROWS, 0.03 / 0.85)];
  for (const row of flipped) for (const at of [2 * row, 2 * row + 1]) prediction[at] = 1 - (prediction[at] as number);
  return prediction;

  /** Each with this chance, and no draw for those between. */
  function rowsAmong(from: number, to: number, chance: number): number[] {
    const found: number[] = [];
    for (let row = from - 1; ; ) {
      row += 1 + Math.floor(Math.log(1 - rng.next()) / Math.log(1 - chance));
      if (row >= to) return found;
      found.push(row);
    }
  }
}

const EVIDENCE = {
  ...binaryEvidence(2, { candidate: 1, champion: 1 }),
  metric: accuracy,
  truth,
  champion: contender("a".repeat(64), champion),
};

/** The number of the round that promoted something, or null; `alphaOf` says what a round may risk. */
async function campaign(number: number, alphaOf: (spent: readonly Spent[]) => number): Promise<number | null> {
  const spent: Spent[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const alpha = alphaOf(spent);
    const candidate = contender("c".repeat(64), twin(number * ROUNDS + round));
    const verdict = await minEffect.judge({ ...EVIDENCE, candidate, alpha }, {});
    const { decision } = decide([{ gate: { kind: "min_effect" }, ...verdict }], "auto");
    if (decision === "PROMOTED") return round;
    spent.push({ against: "champion", alpha, promoted: false });
  }
  return null;
}

// Each campaign may risk 1.9 %, so that four of 30 would be a matter of 0.2 %.
test("30 rounds of candidates that are no better hardly ever promote one; at 5 % a round most campaigns do", async () => {
  let [ours, fixed] = [0, 0];
  for (let number = 0; number < 30; number++) {
    if ((await campaign(number, (spent) => allowanceOf(ALPHA, spent, "champion").alpha)) !== null) ours++;
    if (number < 8 && (await campaign(number, () => ALPHA)) !== null) fixed++;
  }
  expect(ours).toBeLessThan(4);
  expect(fixed).toBeGreaterThan(2);
});
