/** Records for store tests. */
import type { FrozenTrial } from "hyperparameter-js";
import type { SnapshotRecord } from "../../core/store/snapshots.js";
import type { StudyDefinition } from "../../core/store/studies.js";

export const STUDY: StudyDefinition = {
  name: "churn",
  workDigest: "2d".repeat(32),
  snapshot: "4f".repeat(32),
  plugins: "3e".repeat(32),
  space: { "linear.l2": { type: "float", low: 1e-6, high: 10, log: true } },
  sampler: { kind: "tpe", candidates: 24 },
  seed: Number.MAX_SAFE_INTEGER,
  direction: "maximize",
  metric: "roc_auc",
};

export function trial(number: number, changes: Partial<FrozenTrial> = {}): FrozenTrial {
  return {
    number,
    state: "complete",
    params: { "linear.l2": 0.1 + 0.2, "linear.penalty": "l1", "linear.scale": true, "linear.none": null },
    distributions: STUDY.space,
    values: [0.9 + number / 1000],
    intermediate: [
      [1, 0.5],
      [2, Number.NaN],
      [3, Number.NEGATIVE_INFINITY],
    ],
    userAttrs: { seconds: 0.25, error: null, nested: { list: [1, "two"] } },
    why: { rule: "tpe", acquisition: 1e-300, nearest: [1, 2], note: "é😀" },
    ...changes,
  };
}

export function snapshot(digest: string, changes: Partial<SnapshotRecord> = {}): SnapshotRecord {
  const side = { rows: 10, classCounts: [4, 6], targetMean: null, targetStd: null };
  return {
    digest,
    name: "churn",
    dataKey: "key",
    files: [{ path: "/data/churn.csv", bytes: 1234, modifiedMs: 1_700_000_000_000.25 }],
    summary: {
      digest,
      spec: { task: "binary", target: "churn", classes: ["no", "yes"] },
      columns: [
        {
          name: "age",
          kind: "numeric",
          type: "numeric",
          ordered: false,
          why: "all values are numbers",
          leak: null,
          missing: 1,
          distinct: 7,
        },
      ],
      leftOut: [{ name: "id", kind: null, why: "ignored by the recipe", missing: null, distinct: null }],
      rows: 30,
      unlabelled: 0,
      sides: { train: side, select: side, confirm: side },
      sideDigests: { train: "a".repeat(64), select: "b".repeat(64), confirm: "c".repeat(64) },
      cuts: null,
      weighted: false,
      grouped: false,
      warnings: [],
    },
    ...changes,
  };
}
