import type { DecisionBody } from "../../core/ledger/entry.js";
import { foldEntries } from "../../core/promotion/champion.js";
import { type Plan, prospectOf } from "../../core/promotion/prospect.js";
import { decisionOf, entriesOf } from "./entries.js";

const side = (rows: number) => ({ rows, classCounts: [rows / 2, rows / 2], targetMean: null, targetStd: null });
const plan = (changes: Partial<Plan> = {}, confirm = 100): Plan => ({
  recipe: "churn",
  alpha: 0.05,
  against: "champion",
  summary: {
    rows: 500,
    sides: { train: side(300), select: side(100), confirm: side(confirm) },
    sideDigests: { train: "t", select: "s", confirm: "h1" },
  },
  metric: { name: "roc_auc", shape: "ranking" },
  ...changes,
});

/** A decision on a challenger whose gain was measured with this standard error. */
function met(look: number, { se = 0.01, alpha = 0.001, score = 0.9 } = {}): DecisionBody {
  const body = decisionOf({ look });
  const champion = { ...body.evidence.candidate, scores: { roc_auc: { point: score, low: 0, high: 1 } } };
  const figures = { metric: "roc_auc", against: "champion", se, n: 100 };
  const gates = [{ gate: { kind: "min_effect" }, outcome: "FAIL", reason: "It does not.", figures }] as const;
  return { ...body, alpha, evidence: { ...body.evidence, champion, gates } };
}

const standingAfter = (...bodies: readonly DecisionBody[]) => foldEntries(entriesOf(...bodies));

test("before anything was measured the smallest effect rests on assumptions, afterwards on what was measured", () => {
  const before = prospectOf(standingAfter(), plan());
  expect(before).toMatchObject({ look: 1, shape: "ranking", exhausted: null, allowance: { of: 0.05 } });
  expect(before.smallest?.assumption).toMatch(/^both models have an area near 0.8/);
  const after = prospectOf(standingAfter(met(1)), plan({}, 150));
  expect(after.look).toBe(2);
  // (2.783 + 0.842)·0.01·√(100/150), with the normal quantile of alpha 0.0027060
  expect(after.smallest?.effect).toBeCloseTo(0.0296, 4);
  expect(after.smallest?.assumption).toMatch(/as sure as the last comparison .* 100 rows was 0.010$/);
  const other = prospectOf(standingAfter(met(1)), plan({ metric: { name: "f1", shape: "class_rate" } }));
  expect(other.smallest?.assumption).toMatch(/disagree/);
});

test("a metric without a shape has a smallest effect once a gain was measured", () => {
  const metric = { name: "roc_auc" };
  expect(prospectOf(standingAfter(), plan({ metric })).smallest).toBeNull();
  expect(prospectOf(standingAfter(met(1)), plan({ metric })).smallest?.effect).toBeGreaterThan(0.01);
});

test("a holdout whose alpha is spent is exhausted, and says how many fresh labelled rows it takes", () => {
  const looks = Array.from({ length: 66 }, (_, at) => met(at + 1, { alpha: 1e-9 }));
  expect(prospectOf(standingAfter(...looks.slice(1)), plan()).exhausted).toBeNull();
  const { exhausted } = prospectOf(standingAfter(...looks), plan());
  expect(exhausted).toMatchObject({ gate: { kind: "holdout" }, outcome: "INCONCLUSIVE" });
  expect(exhausted?.reason).toMatch(
    /^HOLDOUT_EXHAUSTED: The confirm side was looked at 66 times; .* Bring fresh labelled rows, about 500 more/,
  );
  expect(exhausted?.figures).toMatchObject({ looks: 66, confirm_rows: 100, rows_needed: 500 });
  const { summary } = plan({}, 200);
  const grown = { ...summary, sideDigests: { ...summary.sideDigests, confirm: "h2" } };
  expect(prospectOf(standingAfter(...looks), plan({ summary: grown }))).toMatchObject({ look: 1, exhausted: null });
});

test("a holdout is exhausted when the next look can't show the whole way to a perfect score, and the first one could", () => {
  const looks = [1, 2, 3, 4].map((look) => met(look, { score: 0.965 }));
  expect(prospectOf(standingAfter(...looks), plan()).exhausted?.reason).toMatch(/looked at 4 times/);
  const roomy = [1, 2, 3, 4].map((look) => met(look, { score: 0.9 }));
  expect(prospectOf(standingAfter(...roomy), plan()).exhausted).toBeNull();
  // what never could is too small, which each verdict says with the rows that it takes
  const hopeless = [1, 2, 3, 4].map((look) => met(look, { score: 0.999 }));
  expect(prospectOf(standingAfter(...hopeless), plan()).exhausted).toBeNull();
});

test("rows that no look has seen are preferred where they can show as small a gain, or where the others can show nothing", () => {
  const fresh = (rows: number) => ({ digest: "f1", side: side(rows) });
  const looks = (count: number) =>
    standingAfter(...Array.from({ length: count }, (_, at) => met(at + 1, { alpha: 1e-9 })));
  expect(prospectOf(looks(1), plan({ fresh: fresh(100) })).part).toMatchObject({ isFresh: true, digest: "f1" });
  expect(prospectOf(looks(1), plan({ fresh: fresh(40) }))).toMatchObject({
    look: 2,
    part: { isFresh: false, digest: "h1" },
  });
  expect(prospectOf(looks(9), plan({ fresh: fresh(70) }))).toMatchObject({ look: 1, part: { isFresh: true } });
  expect(prospectOf(looks(66), plan({ fresh: fresh(20) }))).toMatchObject({ exhausted: null, part: { isFresh: true } });
  expect(prospectOf(looks(66), plan({ fresh: fresh(18) })).exhausted).not.toBeNull();
  expect(prospectOf(looks(66), plan({ fresh: null })).exhausted).not.toBeNull();
  const rare = { digest: "f1", side: { ...side(100), classCounts: [97, 3] } };
  expect(prospectOf(looks(66), plan({ fresh: rare })).part.isFresh).toBe(false);
});
