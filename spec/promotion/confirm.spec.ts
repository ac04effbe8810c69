import { canonicalJson } from "../../core/json.js";
import type { Gate } from "../../core/plugin/index.js";
import { type ConfirmInputs, confirm } from "../../core/promotion/confirm.js";
import { beatsBaseline } from "../../plugins/gates/beatsBaseline.js";
import { minEffect } from "../../plugins/gates/minEffect.js";
import { onnxParity } from "../../plugins/gates/onnxParity.js";
import { binaryEvidence } from "../plugins/gates/evidence.js";

const gateOf = (name: string, judge: Gate["judge"]): Gate => ({ name, options: { type: "object" }, judge });

function inputs(changes: Partial<ConfirmInputs["job"]> = {}, gates: readonly Gate[] = []): ConfirmInputs {
  const evidence = binaryEvidence(300, { candidate: 1.8, champion: 0.8 });
  return {
    job: {
      metric: "roc_auc",
      secondary: ["log_loss", "rmse"],
      parity: evidence.parity,
      gates: [{ kind: "beats_baseline" }, { kind: "min_effect", margin: 0.01 }, { kind: "onnx_parity" }],
      alpha: 0.03,
      seed: 1,
      ...changes,
    },
    spec: evidence.spec,
    train: evidence.train,
    select: evidence.select,
    leaks: [],
    context: [],
    confirm: { table: evidence.table, truth: evidence.truth, weight: null, group: null },
    serial: false,
    candidate: evidence.candidate,
    champion: evidence.champion,
    baseline: evidence.baseline,
    metrics: evidence.metrics,
    gates: new Map([beatsBaseline, minEffect, onnxParity, ...gates].map((gate) => [gate.name, gate])),
  };
}

test("every contender has its scores with intervals, every gate its verdict, in the recipe's order", async () => {
  const outcome = await confirm(inputs({ secondary: ["log_loss"] }));
  expect(outcome.rows).toBe(300);
  for (const contender of [outcome.candidate, outcome.champion, outcome.baseline]) {
    expect(Object.keys(contender?.scores ?? {})).toEqual(["roc_auc", "log_loss"]);
    for (const { point, low, high } of Object.values(contender?.scores ?? {})) {
      expect(low).toBeLessThanOrEqual(point);
      expect(high).toBeGreaterThanOrEqual(point);
    }
  }
  expect(outcome.gates.map(({ gate, outcome: verdict }) => [gate.kind, verdict])).toEqual([
    ["beats_baseline", "PASS"],
    ["min_effect", "PASS"],
    ["onnx_parity", "PASS"],
  ]);
  expect(outcome.gates[1]?.gate).toEqual({ kind: "min_effect", margin: 0.01 });
});

test("before the first promotion there is no champion's score", async () => {
  expect((await confirm({ ...inputs({ secondary: [] }), champion: null })).champion).toBeNull();
});

test("a score that isn't defined on these rows is left out, so that the outcome is canonical JSON", async () => {
  const broken = inputs({ secondary: ["log_loss"] });
  const prediction = broken.candidate.prediction.map((p, at) => (at === 3 ? Number.NaN : p));
  const outcome = await confirm({ ...broken, candidate: { ...broken.candidate, prediction } });
  expect(outcome.candidate.scores).toEqual({});
  expect(outcome.gates.map(({ outcome: verdict }) => verdict)).toEqual(["INCONCLUSIVE", "INCONCLUSIVE", "PASS"]);
  expect(JSON.parse(canonicalJson(outcome))).toEqual(outcome);
});

test("the same inputs give the same bytes", async () => {
  expect(canonicalJson(await confirm(inputs({ secondary: [] })))).toBe(
    canonicalJson(await confirm(inputs({ secondary: [] }))),
  );
});

describe("a gate that fails itself is INCONCLUSIVE, with the reason, and the others are heard", () => {
  test.each([
    [
      "throws",
      () => {
        throw new Error("no such slice");
      },
      "no such slice",
    ],
    ["rejects", () => Promise.reject(new Error("out of luck")), "out of luck"],
    [
      "throws something else",
      () => {
        throw "a word";
      },
      "a word",
    ],
    ["makes an outcome up", () => ({ outcome: "MAYBE", reason: "?", figures: {} }), '"MAYBE" is no outcome'],
    ["gives no reason", () => ({ outcome: "PASS", reason: "", figures: {} }), "a verdict needs a reason"],
    [
      "gives a figure that is no number",
      () => ({ outcome: "PASS", reason: "!", figures: { p: Number.NaN } }),
      "canonical JSON has no NaN",
    ],
    ["gives nothing", () => undefined, "undefined"],
  ])("%s", async (_, judge, reason) => {
    const gate = gateOf("odd", judge as Gate["judge"]);
    const outcome = await confirm(inputs({ secondary: [], gates: [{ kind: "odd" }, { kind: "onnx_parity" }] }, [gate]));
    expect(outcome.gates).toMatchObject([
      { gate: { kind: "odd" }, outcome: "INCONCLUSIVE", reason: expect.stringContaining(reason), figures: {} },
      { outcome: "PASS" },
    ]);
  });
});

test("a gate gets its options without the kind, and the evidence without anything else", async () => {
  const seen: unknown[] = [];
  const gate = gateOf("odd", (evidence, options) => {
    seen.push(options, Object.keys(evidence).sort());
    return { outcome: "PASS", reason: "It did.", figures: {} };
  });
  await confirm(inputs({ secondary: [], gates: [{ kind: "odd", limit: 3 }] }, [gate]));
  expect(seen[0]).toEqual({ limit: 3 });
  expect(seen[1]).toEqual(Object.keys(binaryEvidence(20, { candidate: 1, champion: 1 })).sort());
});

test("a metric or a gate that nobody provides is a coded error", async () => {
  await expect(confirm(inputs({ metric: "gini" }))).rejects.toMatchObject({ code: "METRIC_UNKNOWN" });
  await expect(confirm(inputs({ gates: [{ kind: "vibes" }] }))).rejects.toMatchObject({
    code: "GATE_UNKNOWN",
    details: { gate: "vibes" },
  });
});
