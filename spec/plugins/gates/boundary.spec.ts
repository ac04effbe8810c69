/** A short form of `npm run prove:gates`: on the limit, what a gate says in error it says in a share of alpha at most. */
import { createRng } from "hyperparameter-js";
import type { Gate } from "../../../core/plugin/index.js";
import { CASES, wrongShare } from "../../benchmarks/gates/boundary.mjs";
import { GATES } from "./judging.js";

/** Those that resample take seconds for so many rounds; the script has them. */
const QUICK = CASES.filter(({ gate }) => !["fairness", "latency", "slices"].includes(gate));
const ROUNDS = 60;

test.each(QUICK.map((one) => [one.name, one.wrong, one] as const))("%s: %s", async (name, _, one) => {
  const rng = createRng(1, name);
  const share = await wrongShare(one, GATES.get(one.gate) as Gate, {
    rounds: ROUNDS,
    rows: 400,
    random: () => rng.int(2 ** 32) / 2 ** 32,
  });
  // three standard errors of so many rounds: the numbers are the same each time; others would be above it by chance once in 350 times
  expect(share).toBeLessThanOrEqual(one.most + 3 * Math.sqrt((one.most * (1 - one.most)) / ROUNDS));
});
