/** What ensembles are chosen from: predictions of the select side that complete trials left behind. */
import type { Prediction } from "../plugin/index.js";
import type { Judging } from "../statistics/pair.js";

/** One model that may be taken. */
export interface Candidate {
  readonly trial: number;
  /** Size of its ONNX file. */
  readonly bytes: number;
  /** Of the rows of the pool. */
  readonly prediction: Prediction;
}

/** A model in an ensemble, and how often it is in it: it weighs `count` of the sum of all counts. */
export interface Member {
  readonly trial: number;
  /** 1, 2, 3 … */
  readonly count: number;
}

export interface Pool {
  readonly judging: Judging;
  readonly candidates: readonly Candidate[];
}

/** Yields, and throws where the job is to end. */
export type Pause = () => Promise<void>;

/** The rows of a pool with these numbers, in this order. */
export function gathered({ judging, candidates }: Pool, rows: Int32Array): Pool {
  const { truth, weight, group } = judging;
  return {
    judging: {
      ...judging,
      truth: truth.length === 0 ? truth : Float64Array.from(rows, (row) => truth[row] as number),
      weight: weight && Float64Array.from(rows, (row) => weight[row] as number),
      group: group && Int32Array.from(rows, (row) => group[row] as number),
    },
    candidates: candidates.map((candidate) => ({
      ...candidate,
      prediction: rowsOf(candidate.prediction, rows, candidate.prediction.length / truth.length),
    })),
  };
}

function rowsOf(prediction: Prediction, rows: Int32Array, width: number): Prediction {
  const found = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    found.set(prediction.subarray(row * width, (row + 1) * width), at * width);
  });
  return found;
}

/** Σ count · prediction / Σ count, summed in the order of `members`, as the merged graph does (merge.ts). */
export function blended(members: readonly Member[], candidates: readonly Candidate[]): Prediction {
  const byTrial = new Map(candidates.map((candidate) => [candidate.trial, candidate.prediction]));
  const parts = members.map(({ trial, count }) => ({ count, prediction: byTrial.get(trial) as Prediction }));
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const mean = new Float64Array(parts[0]?.prediction.length ?? 0);
  for (const { count, prediction } of parts) {
    for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] as number) + count * (prediction[at] as number);
  }
  return mean.map((sum) => sum / total);
}
