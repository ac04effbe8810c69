/** Pools by hand, and the twin of greedy selection that tries everything in plain arithmetic. */
import { createRng } from "hyperparameter-js";
import type { Candidate, Pool } from "../../core/ensemble/pool.js";
import type { Metric, TaskSpec } from "../../core/plugin/index.js";
import metrics from "../../plugins/metrics/metrics.js";

const BINARY: TaskSpec = { task: "binary", target: "y", classes: ["no", "yes"] };
const REGRESSION: TaskSpec = { task: "regression", target: "y", classes: [] };

export const LIMITS = { size: 8, bytes: 1e6 };
export const noPause = async () => {};

export function metricNamed(name: string): Metric {
  for (const provider of metrics.metrics ?? []) {
    const metric = "useFactory" in provider ? provider.useFactory(undefined as never) : null;
    if (metric?.name === name) return metric;
  }
  throw new Error(`no metric ${name}`);
}

export interface Shape {
  readonly rows: number;
  readonly seed: number;
  /** Noise of each candidate, as a deviation. */
  readonly noise: readonly number[];
  /** Share of the noise that is the same for all: 1 makes copies of one model. */
  readonly shared?: number;
}

/** Regressions of y = a standard normal with errors of their own. */
export function regressionPool({ rows, seed, noise, shared = 0 }: Shape): Pool {
  const rng = createRng(seed, "pool");
  const truth = Float64Array.from({ length: rows }, () => rng.normal());
  const common = truth.map(() => rng.normal());
  const candidates = noise.map((deviation, trial): Candidate => {
    const own = (row: number) => shared * (common[row] as number) + (1 - shared) * rng.normal();
    return { trial, bytes: 100, prediction: truth.map((y, row) => y + deviation * own(row)) };
  });
  const judging = { metric: metricNamed("rmse"), spec: REGRESSION, truth, weight: null, group: null, seed };
  return { judging, candidates };
}

/** Two classes whose log odds are a normal, seen through noise. */
export function binaryPool(shape: Shape, metric = "roc_auc"): Pool {
  const { judging, candidates } = regressionPool(shape);
  const rng = createRng(shape.seed, "classes");
  const truth = judging.truth.map((z) => (rng.next() < 1 / (1 + Math.exp(-2 * z)) ? 1 : 0));
  return {
    judging: { ...judging, metric: metricNamed(metric), spec: BINARY, truth },
    candidates: candidates.map((one) => ({ ...one, prediction: probabilities(one.prediction) })),
  };
}

/** [1 − p, p] of each log odds, as single precision has them: a model gives nothing else. */
function probabilities(odds: Float64Array): Float64Array {
  return Float64Array.from([...odds].flatMap((z) => [1 / (1 + Math.exp(2 * z)), 1 / (1 + Math.exp(-2 * z))])).map(
    Math.fround,
  );
}

/** Every pick of every round by plain sums, from the definition; the trace of costs as well. */
export function bruteForce({ judging, candidates }: Pool, size: number): { picks: number[]; costs: number[] } {
  const { metric, spec, truth, weight } = judging;
  const picks: number[] = [];
  const costs: number[] = [];
  for (let round = 0; round < size; round++) {
    const tried = candidates.map((_, index) => {
      const all = [...picks, index].map((at) => (candidates[at] as Candidate).prediction);
      const prediction = (all[0] as Float64Array).map(
        (_value, at) => all.reduce((sum, one) => sum + (one[at] as number), 0) / all.length,
      );
      const score = metric.score({ spec, truth, weight, prediction });
      return metric.direction === "minimize" ? score : -score;
    });
    const least = Math.min(...tried);
    picks.push(tried.indexOf(least));
    costs.push(least);
  }
  return { picks, costs };
}
