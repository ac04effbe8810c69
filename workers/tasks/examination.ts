/** What a new model is worth: scores of predictions by exported graphs, and how far the one that ships is from its twin. */
import type { TrialJob, TrialOutcome } from "../../core/evaluator/messages.js";
import { compareParity, probeTable } from "../../core/evaluator/parity.js";
import { encodePrediction } from "../../core/evaluator/predictions.js";
import { openModel } from "../../core/evaluator/scoring.js";
import { predictTimes } from "../../core/evaluator/speed.js";
import { peakMemory } from "../../core/evaluator/weight.js";
import {
  type Answers,
  type Labelled,
  LearnerFailure,
  type Metric,
  type Prediction,
  scoreInterval,
  type Table,
  type TaskSpec,
} from "../../core/plugin/index.js";
import { type Desk, named } from "../desk.js";

export interface Examination {
  readonly spec: TaskSpec;
  /** The rows that it is judged on. */
  readonly judged: Labelled;
  /** What was predicted for them by models that had not learned from them. */
  readonly answers: Answers;
  readonly seed: number;
  readonly job: Pick<TrialJob, "metric" | "secondary">;
  /** Of the recipe and then of `secondary`. */
  readonly metrics: readonly Metric[];
  /** What the model took to make. */
  readonly fitSeconds: number;
}

export interface Exported {
  readonly model: Uint8Array;
  /** The prediction computed without the exported graph. */
  readonly twin: (table: Table) => Prediction | Promise<Prediction>;
  /** Of two classes the probability above which its label is the second; null: the most probable class. */
  readonly threshold: number | null;
}

export type Examined = Omit<TrialOutcome, "work" | "seconds">;

export function metricsOf(job: Examination["job"], { registry }: Desk): readonly Metric[] {
  return [job.metric, ...job.secondary].map((name) => named(registry.metrics, "metric", name));
}

/** Keeps model and prediction among the artifacts. */
export async function examine(exported: Exported, exam: Examination, { artifacts }: Desk): Promise<Examined> {
  const { job, judged, answers, metrics, spec, seed } = exam;
  const seen = { spec, truth: judged.truth, weight: judged.weight, group: judged.group, ...answers };
  const [score, ...secondary] = metrics.map((metric) => metric.score(seen));
  const [metric] = metrics;
  return {
    score: finite(score, job.metric),
    secondary: Object.fromEntries(job.secondary.flatMap((name, at) => definedOnly(name, secondary[at]))),
    model: await artifacts.put(exported.model),
    bytes: exported.model.byteLength,
    prediction: await artifacts.put(encodePrediction(answers.prediction)),
    interval: metric === undefined ? null : scoreInterval(metric, seen, seed),
    ...(await observed(exported, exam)),
  };
}

async function observed({ model, twin, threshold }: Exported, { spec, judged, seed, fitSeconds }: Examination) {
  const open = await openModel(model, spec);
  try {
    const probe = probeTable(judged.table, { seed });
    const parity = compareParity(spec, await twin(probe), await open.answer(probe), threshold);
    const times = await predictTimes(open, judged.table);
    return { parity, timing: { fitSeconds, ...times, peakMemory: peakMemory() } };
  } finally {
    await open.release();
  }
}

function finite(score: number | undefined, metric: string): number {
  if (score !== undefined && Number.isFinite(score)) return score;
  throw new LearnerFailure("non_finite_score", `${metric} of its model is ${score}`);
}

/** A secondary score that is not defined on these rows is left out. */
function definedOnly(name: string, score: number | undefined): [string, number][] {
  return score !== undefined && Number.isFinite(score) ? [[name, score]] : [];
}
