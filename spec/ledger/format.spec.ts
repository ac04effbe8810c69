import type { Entry } from "../../core/ledger/entry.js";
import { formatEntry } from "../../core/ledger/format.js";
import { CHURN, decision, evidence, retired } from "./bodies.js";

const HEADER = { seq: 12, time: "2026-11-03T14:02:11.123Z", previous: "", digest: "" };

test("a promotion names version, metric with interval, difference, gates, reason and search", () => {
  expect(formatEntry({ ...HEADER, ...decision("PROMOTED") })).toBe(
    `
#12  2026-11-03 14:02:11Z  churn  PROMOTED  version 3 (was 2)
      roc_auc 0.9134 [0.8924, 0.9324] on 1,000 confirm rows
      champion 0.9011 [0.8801, 0.9201], delta +0.0123
      gates: beats_baseline PASS, min_effect PASS
      roc_auc rose by 0.0123 (95 % interval 0.0031 to 0.0215), more than the margin of 0.
      finalist: trial 41 (linear); 55 complete, 3 pruned, 2 failed
      look 2 at this holdout, alpha 0.05
      recipe recipes/churn.recipe.yaml, 1c1c1c1c1c1c`.slice(1),
  );
});

test("a first promotion is compared with the baseline", () => {
  const version = { number: 1, model: "7c".repeat(32), from: null };
  const text = formatEntry({ ...HEADER, ...decision("PROMOTED", { evidence: evidence({ champion: null }), version }) });
  expect(text).toContain("PROMOTED  version 1 (the first)");
  expect(text).toContain("baseline 0.5 [0.479, 0.519], delta +0.4134");
});

test("a decision of a person names the person and the reason", () => {
  const actor = { kind: "person", name: "Ada", reason: "seen the report" } as const;
  const text = formatEntry({ ...HEADER, ...decision("REJECTED", { actor }) });
  expect(text).toContain("churn  REJECTED\n");
  expect(text).toContain("by Ada: seen the report");
});

test("large figures keep their size, and a metric without a score says so", () => {
  const scores = { rmse: { point: 12_345.678_91, low: 11_000, high: 13_000.5 } };
  const contender = { digest: "7c".repeat(32), bytes: 1, scores };
  const text = formatEntry({
    ...HEADER,
    ...decision("REJECTED", {
      metric: "rmse",
      evidence: evidence({ rows: 1_234_567, candidate: contender, champion: { ...contender, scores: {} } }),
    }),
  });
  expect(text).toContain("rmse 12345.6789 [11000, 13000.5] on 1,234,567 confirm rows\n      champion not scored\n");
  expect(text).not.toContain("delta");
});

test("retirements, returns, repairs and kinds of a newer version have their lines", () => {
  expect(formatEntry({ ...HEADER, ...retired("churn") })).toMatch(
    /^#12 {2}.*Z {2}churn {2}retired\n {6}its file is gone\n/,
  );
  const returned = { kind: "returned", recipe: CHURN } as const;
  expect(formatEntry({ ...HEADER, ...returned })).toMatch(/Z {2}churn {2}back in service\n {6}recipe recipes\/churn/);
  const repaired = { kind: "repaired", bytes: 1234, sha256: "", kept: "torn/5-ab" } as const;
  expect(formatEntry({ ...HEADER, ...repaired })).toMatch(/Z {2}log repaired: 1,234 torn bytes moved to torn\/5-ab$/);
  const entry: Entry = JSON.parse(JSON.stringify({ ...HEADER, kind: "shelved" }));
  expect(formatEntry(entry)).toMatch(/shelved: an entry of a newer sous$/);
});

test("no line is wider than 100 columns, and no text is lost", () => {
  const reason = `${"word ".repeat(60)}${"long".repeat(60)} end`;
  const text = formatEntry({ ...HEADER, ...decision("INCONCLUSIVE", { reason }) });
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  expect(text.replace(/\s/g, "")).toContain(reason.replace(/\s/g, ""));
});

test("nothing in an entry can drive the terminal", () => {
  const recipe = { ...CHURN, name: "a\u001b[2Jb", path: "x\ny\u202e" };
  const text = formatEntry({ ...HEADER, ...decision("REJECTED", { recipe, reason: "\u009b31m\rgone" }) });
  expect(text).toContain("a?[2Jb  REJECTED");
  expect(text).toMatch(/^[\P{C}\n]*$/u);
});

test("colour marks the decision only, and only when asked for", () => {
  const entry = { ...HEADER, ...decision("PROMOTED") };
  const plain = formatEntry(entry);
  const colored = formatEntry(entry, { color: true });
  expect(colored).toContain("\u001b[1;32mPROMOTED\u001b[0m");
  expect(colored.replaceAll("\u001b[1;32m", "").replaceAll("\u001b[0m", "")).toBe(plain);
});
