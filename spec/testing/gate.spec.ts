import { expect, it } from "@jest/globals";
import type { Evidence, Gate, Verdict } from "../../core/plugin/index.js";
import { checkGate } from "../../core/testing/conformance.js";

const verdict = (outcome: Verdict["outcome"], rows: number): Verdict => ({
  outcome,
  reason: `${rows} rows.`,
  figures: { rows },
});

const GOOD: Gate = {
  name: "rows",
  options: { type: "object", properties: { least: { type: "integer" } }, additionalProperties: false },
  judge: ({ truth: { length } }, { least }) =>
    length === 0 ? verdict("INCONCLUSIVE", 0) : verdict(length >= Number(least ?? 1) ? "PASS" : "FAIL", length),
};

it("has nothing to say of a gate that keeps its contract", async () => {
  expect(await checkGate(GOOD, { options: { least: 5 } })).toEqual([]);
});

let calls = 0;

const judging = (judge: (evidence: Evidence, kept: Verdict) => unknown): Partial<Gate> => ({
  judge: async (evidence) => judge(evidence, await GOOD.judge(evidence, {})) as Verdict,
});

it.each<[string, string, Partial<Gate>]>([
  [
    "an error",
    "verdict",
    judging(({ spec, truth }, kept) => {
      if (spec.task === "regression" && truth.length > 0) throw new RangeError("no classes");
      return kept;
    }),
  ],
  [
    "an outcome of its own",
    "verdict",
    judging((_, kept) => (kept.outcome === "PASS" ? { ...kept, outcome: "MAYBE" } : kept)),
  ],
  ["no verdict before there is a champion", "verdict", judging(({ champion }, kept) => champion && kept)],
  [
    "a verdict without a reason",
    "verdict",
    judging((_, kept) => (kept.outcome === "PASS" ? { ...kept, reason: " " } : kept)),
  ],
  ["a figure that the log can't keep", "verdict", judging((_, kept) => ({ ...kept, figures: { p: Number.NaN } }))],
  [
    "an error for rows of one class",
    "verdict",
    judging(({ truth }, kept) => {
      if (truth.length > 7 && truth.every((code) => code === 0)) throw new RangeError("no two classes");
      return kept;
    }),
  ],
  ["another verdict each time", "deterministic", judging((_, kept) => ({ ...kept, figures: { calls: calls++ } }))],
  [
    "a write to the evidence",
    "evidence_untouched",
    judging(({ truth }, kept) => {
      truth.sort();
      return kept;
    }),
  ],
  ["a pass without rows", "no_rows", judging(({ truth: { length } }) => verdict("PASS", length))],
  ["a schema that refuses no options", "options", { options: { type: "object", required: ["max"] } }],
])("finds %s, and nothing else", async (_, rule, wrong) => {
  const findings = await checkGate({ ...GOOD, ...wrong });
  expect(findings.map((finding) => finding.rule)).toEqual([rule]);
});
