/** Bodies for ledger tests, with every member that the contract has. */
import type { ConfirmOutcome } from "../../core/evaluator/messages.js";
import type { Decision, DecisionBody, RecipeMark, RetiredBody } from "../../core/ledger/entry.js";

export const CHURN: RecipeMark = {
  name: "churn",
  digest: "1c".repeat(32),
  workDigest: "2d".repeat(32),
  path: "recipes/churn.recipe.yaml",
};

export function retired(name: string, reason = "its file is gone"): RetiredBody {
  return { kind: "retired", recipe: { ...CHURN, name, path: `recipes/${name}.recipe.yaml` }, reason };
}

export function decision(decided: Decision, changes: Partial<DecisionBody> = {}): DecisionBody {
  return {
    kind: "decision",
    decision: decided,
    reason: "roc_auc rose by 0.0123 (95 % interval 0.0031 to 0.0215), more than the margin of 0.",
    recipe: CHURN,
    code: { sous: "0.1.0", node: "20.19.0", plugins: { linear: "3e".repeat(32) } },
    data: { snapshot: "4f".repeat(32), rows: 5000, holdout: "5a".repeat(32) },
    search: {
      study: "6b".repeat(32),
      trials: { complete: 55, pruned: 3, failed: 2 },
      work: 1_234_567_890,
      seed: 7,
      ended: "trials",
      finalist: {
        trial: 41,
        learner: "linear",
        params: { "linear.l2": 0.001, "linear.scale": true },
        selectScore: 0.931,
      },
    },
    metric: "roc_auc",
    evidence: evidence(),
    look: 2,
    alpha: 0.05,
    actor: { kind: "auto", name: "sous", reason: "mode is auto" },
    version: decided === "PROMOTED" ? { number: 3, model: "7c".repeat(32), from: 2 } : null,
    ...changes,
  };
}

export function evidence(changes: Partial<ConfirmOutcome> = {}): ConfirmOutcome {
  const contender = (digest: string, point: number) => ({
    digest: digest.repeat(32),
    bytes: 48_213,
    scores: { roc_auc: { point, low: point - 0.021, high: point + 0.019 } },
  });
  return {
    rows: 1000,
    spec: { task: "binary", target: "churn", classes: ["no", "yes"] },
    candidate: contender("7c", 0.9134),
    champion: contender("8d", 0.9011),
    baseline: contender("9e", 0.5),
    gates: [
      { gate: { kind: "beats_baseline" }, outcome: "PASS", reason: "far above", figures: { p: 1e-9 } },
      { gate: { kind: "min_effect", margin: 0 }, outcome: "PASS", reason: "above", figures: { p: 0.003 } },
    ],
    ...changes,
  };
}
