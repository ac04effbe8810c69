/** What a new model is worth on the select side: scores by onnxruntime on the exported graph, and how far it is from its twin. */
import type { TrialJob, TrialOutcome } from "../../core/evaluator/messages.js";
import { compareParity, probeTable } from "../../core/evaluator/parity.js";
import { encodePrediction } from "../../core/evaluator/predictions.js";
import { openModel } from "../../core/evaluator/scoring.js";
import { predictTimes } from "../../core/evaluator/speed.js";
import {
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
  readonly select: Labelled;
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
}

export type Examined = Omit<TrialOutcome, "work" | "seconds">;

export function metricsOf(job: Examination["job"], { registry }: Desk): readonly Metric[] {
  return [job.metric, ...job.secondary].map((name) => named(registry.metrics, "metric", name));
}

/** Keeps model and prediction among the artifacts. */
export async function examine(exported: Exported, exam: Examination, { artifacts }: Desk): Promise<Examined> {
  const digest = await artifacts.put(exported.model);
  const { prediction, scores, ...observed } = await run(exported, exam);
  const [score, ...secondary] = scores;
  const { job } = exam;
  return {
    score: finite(score, job.metric),
    secondary: Object.fromEntries(job.secondary.flatMap((name, at) => definedOnly(name, secondary[at]))),
    model: digest,
    bytes: exported.model.byteLength,
    prediction: await artifacts.put(encodePrediction(prediction)),
    ...observed,
  };
}

async function run({ model, twin }: Exported, { spec, select, metrics, seed, fitSeconds }: Examination) {
  const open = await openModel(model, spec);
  try {
    const answers = await open.answer(select.table);
    const judged = { spec, truth: select.truth, weight: select.weight, group: select.group, ...answers };
    const probe = probeTable(select.table, { seed });
    const parity = compareParity(spec, await twin(probe), await open.predict(probe));
    const [metric] = metrics;
    return {
      prediction: answers.prediction,
      parity,
      scores: metrics.map((one) => one.score(judged)),
      interval: metric === undefined ? null : scoreInterval(metric, judged, seed),
      timing: { fitSeconds, ...(await predictTimes(open, select.table)) },
    };
  } finally {
    await open.release();
  }
}

function finite(score: number | undefined, metric: string): number {
  if (score !== undefined && Number.isFinite(score)) return score;
  throw new LearnerFailure("non_finite_score", `${metric} of its model on the select side is ${score}`);
}

/** A secondary score that is not defined on these rows is left out. */
function definedOnly(name: string, score: number | undefined): [string, number][] {
  return score !== undefined && Number.isFinite(score) ? [[name, score]] : [];
}
