import { monotonic } from "../../core/clock.js";
import type { TrialJob, TrialOutcome } from "../../core/evaluator/messages.js";
import {
  type Fitted,
  type Labelled,
  LearnerFailure,
  type Metric,
  type Prediction,
  type TaskSpec,
} from "../../core/plugin/index.js";
import { type Desk, named, sideOf, summaryOf } from "../desk.js";
import { examine, metricsOf } from "./examination.js";

/** Fits on the training side, and scores what was exported, never what the learner believes of itself, on the select side. */
export async function trial(job: TrialJob, desk: Desk): Promise<TrialOutcome> {
  const began = monotonic();
  const { registry, context } = desk;
  const { spec } = summaryOf(desk);
  const learner = named(registry.learners, "learner", job.learner);
  const metrics = metricsOf(job, desk);
  const [train, select] = [sideOf(desk, "train"), sideOf(desk, "select")];
  const loss = (prediction: Prediction) => lossOf(metrics[0], { spec, select, prediction });
  const fitting = {
    loss,
    report: (step: number, value: number) => context.report(step, value),
    pause: () => context.pause(),
    work: (units: number) => context.work(units),
  };
  const fitted = await learner.fit({ spec, train, select, params: job.params, seed: job.seed }, fitting);
  const fitSeconds = (monotonic() - began) / 1000;
  context.check();
  const exported = { model: modelOf(fitted), twin: (table: Labelled["table"]) => fitted.predict(table) };
  const examined = await examine(exported, { spec, select, seed: job.seed, job, metrics, fitSeconds }, desk);
  return { ...examined, work: context.units, seconds: (monotonic() - began) / 1000 };
}

interface Candidate {
  readonly spec: TaskSpec;
  readonly select: Labelled;
  readonly prediction: Prediction;
}

function lossOf(metric: Metric | undefined, { spec, select, prediction }: Candidate): number {
  if (metric === undefined) return Number.NaN;
  const score = metric.score({ spec, truth: select.truth, prediction, weight: select.weight });
  return metric.direction === "minimize" ? score : -score;
}

/** A plugin in JavaScript may return anything. */
function modelOf({ model }: Fitted): Uint8Array {
  if (model instanceof Uint8Array) return model;
  throw new LearnerFailure("no_model", "it returned no ONNX model");
}
