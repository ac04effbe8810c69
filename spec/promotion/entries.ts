import { sha256 } from "../../core/artifacts/digest.js";
import type { ConfirmOutcome } from "../../core/evaluator/messages.js";
import { canonicalJson } from "../../core/json.js";
import { type Body, type DecisionBody, type Entry, GENESIS, type Header } from "../../core/ledger/entry.js";
import type { Recipe } from "../../core/recipe/recipe.js";

const evidence: ConfirmOutcome = {
  rows: 100,
  spec: { task: "binary", target: "churn", classes: ["no", "yes"] },
  candidate: { digest: "c".repeat(64), bytes: 10, scores: { roc_auc: { point: 0.9, low: 0.85, high: 0.95 } } },
  champion: null,
  baseline: { digest: "b".repeat(64), bytes: 5, scores: {} },
  gates: [{ gate: { kind: "beats_baseline" }, outcome: "PASS", reason: "It does.", figures: { p: 0.001 } }],
};

/** A recipe that is only as whole as these specs need. */
export function recipeOf(name: string, seed = 0): Recipe {
  return { version: 1, name, search: { seed } } as Recipe;
}

interface Telling {
  readonly name?: string;
  readonly decision?: DecisionBody["decision"];
  readonly look?: number;
  readonly holdout?: string;
  readonly snapshot?: string;
  readonly workDigest?: string;
  readonly version?: DecisionBody["version"];
  readonly seed?: number;
  /** Of the confirm side. */
  readonly rows?: number;
}

export function decisionOf({ name = "churn", seed = 0, ...telling }: Telling = {}): DecisionBody {
  const digest = sha256(canonicalJson(recipeOf(name, seed)));
  return {
    kind: "decision",
    decision: telling.decision ?? (telling.version ? "PROMOTED" : "REJECTED"),
    reason: "Because of +0.1.",
    recipe: { name, digest, workDigest: telling.workDigest ?? "w1", path: `recipes/${name}.recipe.yaml` },
    code: { sous: "0.1.0", node: "v20.19.0", plugins: {} },
    data: { snapshot: telling.snapshot ?? "s1", rows: 500, holdout: telling.holdout ?? "h1" },
    search: {
      study: "study",
      trials: { complete: 3, pruned: 0, failed: 0 },
      work: 10,
      seed: 0,
      ended: "trials",
      finalist: { trial: 1, learner: "linear", params: {}, selectScore: 0.9 },
    },
    metric: "roc_auc",
    evidence: { ...evidence, rows: telling.rows ?? 100 },
    look: telling.look ?? 1,
    alpha: 0.03,
    actor: { kind: "auto", name: "sous", reason: "" },
    version: telling.version ?? null,
  };
}

export function headerOf(seq: number): Header {
  return { seq, time: "2026-11-23T00:00:00.000Z", previous: GENESIS, digest: GENESIS };
}

export function entriesOf(...bodies: readonly Body[]): Entry[] {
  return bodies.map((body, index) => ({ ...headerOf(index + 1), ...body }));
}
