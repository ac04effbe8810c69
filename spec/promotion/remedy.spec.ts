import type { GateRecord } from "../../core/evaluator/messages.js";
import type { Outcome } from "../../core/plugin/index.js";
import { decide } from "../../core/promotion/decide.js";
import { type Outlook, remedyOf } from "../../core/promotion/remedy.js";

const OUTLOOK: Outlook = { alpha: 0.05, freshFrom: 100_000, freshAlpha: 0.05, labelled: 5 };

function gate(outcome: Outcome, figures: GateRecord["figures"] = {}, kind = "min_effect"): GateRecord {
  return { gate: { kind }, outcome, reason: "It says so.", figures };
}

const effect = (delta: number, rest: GateRecord["figures"] = {}) =>
  ({ metric: "roc_auc", against: "champion", margin: 0, n: 1000, se: 0.004, delta, ...rest }) as const;

test("a gain that is there needs rows: (z_alpha + z_0.8)²·(se/gain)²·n of them, told as labelled ones", () => {
  // 6.1826 · (0.004/0.004)² · 1000 = 6183 confirm rows, of which 1000 are there; one of five labelled rows is one
  expect(remedyOf([gate("INCONCLUSIVE", effect(0.004))], OUTLOOK)).toBe(
    "The cheapest way to pass: about 26,000 more labelled rows, if the gain of +0.004 roc_auc holds.",
  );
});

test("rows that double the holdout have an account of their own: the cheaper of the two is told", () => {
  const costly = { ...OUTLOOK, alpha: 0.0001, freshFrom: 3000 };
  // at 0.0001 it takes 20,800 confirm rows; with a fresh account of 0.05 6,183
  expect(remedyOf([gate("INCONCLUSIVE", effect(0.004))], costly)).toMatch(/about 26,000 more/);
  // 3,000 rows are enough for a fresh account, in which 0.01 takes 989
  expect(remedyOf([gate("INCONCLUSIVE", effect(0.01))], costly)).toMatch(/about 10,000 more/);
  expect(remedyOf([gate("INCONCLUSIVE", effect(0.01))], { ...costly, alpha: 0 })).toMatch(/about 10,000 more/);
});

test("a gain that isn't there needs another candidate: margin + (z_alpha + z_0.8)·se", () => {
  expect(remedyOf([gate("FAIL", effect(-0.002))], OUTLOOK)).toBe(
    "The cheapest way to pass: a candidate that gains +0.0099 roc_auc over the champion, where this one has −0.002.",
  );
  expect(remedyOf([gate("INCONCLUSIVE", effect(0.004, { margin: 0.01 }))], OUTLOOK)).toMatch(/gains \+0\.02 roc_auc/);
});

test("of several gates the dearest counts, and those without a gain are named", () => {
  const gates = [
    gate("INCONCLUSIVE", effect(0.004)),
    gate("INCONCLUSIVE", effect(0.02, { against: "baseline" }), "beats_baseline"),
    gate("FAIL", {}, "onnx_parity"),
  ];
  expect(remedyOf(gates, OUTLOOK)).toMatch(/about 26,000 more .* holds, and what onnx_parity asks for\.$/);
});

test("nothing is said where every gate passed, and where none measured a gain", () => {
  expect(remedyOf([gate("PASS", effect(0.02))], OUTLOOK)).toBeNull();
  expect(remedyOf([gate("FAIL", { p: 0.3 })], OUTLOOK)).toBeNull();
});

test("a decision against a finalist ends with it", () => {
  expect(decide([gate("INCONCLUSIVE", effect(0.004))], "auto", OUTLOOK).reason).toMatch(
    /^Not promoted, for want of evidence: min_effect: It says so\. The cheapest way to pass: about 26,000 more/,
  );
  expect(decide([gate("FAIL", effect(0.004))], "auto").reason).toBe("Rejected: min_effect: It says so.");
});
