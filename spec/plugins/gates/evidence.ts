import { createRng, type Rng } from "hyperparameter-js";
import type { Column, Contender, Evidence, Labelled, Metric } from "../../../core/plugin/index.js";
import { accuracy, f1 } from "../../../plugins/metrics/labels.js";
import { logLoss } from "../../../plugins/metrics/probabilities.js";
import { rocAuc } from "../../../plugins/metrics/ranking.js";
import { rmse } from "../../../plugins/metrics/residuals.js";

const METRICS: ReadonlyMap<string, Metric> = new Map(
  [rocAuc, accuracy, f1, logLoss, rmse].map((metric) => [metric.name, metric]),
);

export const contender = (digest: string, prediction: Float64Array): Contender => ({
  digest,
  bytes: 1000,
  file: new Uint8Array(1000),
  open: () => Promise.reject(new Error("there is no model behind these predictions")),
  weigh: () => Promise.reject(new Error("there is no model behind these predictions")),
  prediction,
});

const NO_ROWS: Labelled = { table: { rows: 0, columns: [] }, truth: new Float64Array(0), weight: null, group: null };

/** Probabilities of a model that sees a binary truth through noise; `signal` is the distance of the classes in deviations. */
function seen(truth: Float64Array, signal: number, noise: (row: number) => number): Float64Array {
  return Float64Array.from({ length: 2 * truth.length }, (_, at) => {
    const row = Math.floor(at / 2);
    const p = 1 / (1 + Math.exp(-signal * (signal * ((truth[row] ?? 0) - 0.5) + noise(row))));
    return at % 2 === 1 ? p : 1 - p;
  });
}

const normals = (rows: number, rng: Rng) => Float64Array.from({ length: rows }, () => rng.normal());

/** A candidate, a champion and a baseline without features on made-up rows of two classes. */
export function binaryEvidence(rows: number, signals: { candidate: number; champion: number | null }): Evidence {
  const truth = Float64Array.from({ length: rows }, (_, row) => row % 2);
  const [shared, own, other] = ["shared", "own", "other"].map((key) => normals(rows, createRng(9, key))) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const mixed = (noise: Float64Array) => (row: number) => 0.9 * (shared[row] ?? 0) + 0.436 * (noise[row] ?? 0);
  return {
    spec: { task: "binary", target: "y", classes: ["no", "yes"] },
    metric: rocAuc,
    metrics: METRICS,
    truth,
    weight: null,
    group: null,
    serial: false,
    table: { rows, columns: [] },
    train: NO_ROWS,
    select: NO_ROWS,
    leaks: [],
    context: [],
    candidate: contender("c".repeat(64), seen(truth, signals.candidate, mixed(own))),
    champion: signals.champion === null ? null : contender("a".repeat(64), seen(truth, signals.champion, mixed(other))),
    baseline: contender("b".repeat(64), new Float64Array(2 * rows).fill(0.5)),
    parity: { rows: 1000, maxAbs: 2e-7, labelAgreement: 1 },
    alpha: 0.03,
    seed: 4,
  };
}

/** The evidence with these columns beside its rows. */
export const withColumns = (evidence: Evidence, ...columns: readonly Column[]): Evidence => ({
  ...evidence,
  table: { rows: evidence.truth.length, columns },
});

/** A column of levels, by the row. */
export const levels = (name: string, rows: number, levelOf: (row: number) => string | null): Column => {
  const cells = Array.from({ length: rows }, (_, row) => levelOf(row));
  const known = [...new Set(cells.filter((cell) => cell !== null))].sort();
  return {
    name,
    type: "categorical",
    codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : known.indexOf(cell))),
    levels: known,
  };
};

/** A column of numbers, by the row. */
export const numbers = (name: string, rows: number, numberOf: (row: number) => number): Column => ({
  name,
  type: "numeric",
  values: Float32Array.from({ length: rows }, (_, row) => numberOf(row)),
});
