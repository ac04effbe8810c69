import { monotonic } from "../../core/clock.js";
import type { TrialJob, TrialOutcome } from "../../core/evaluator/messages.js";
import { compareParity, probeTable } from "../../core/evaluator/parity.js";
import { type OpenModel, openModel } from "../../core/evaluator/scoring.js";
import {
  type Fitted,
  type Labelled,
  LearnerFailure,
  type Metric,
  type Parity,
  type Prediction,
  type TaskSpec,
} from "../../core/plugin/index.js";
import { type Desk, named, sideOf, summaryOf } from "../desk.js";

/** Fits on the training side, and scores what was exported, never what the learner believes of itself, on the select side. */
export async function trial(job: TrialJob, desk: Desk): Promise<TrialOutcome> {
  const began = monotonic();
  const { registry, context, artifacts } = desk;
  const { spec } = summaryOf(desk);
  const learner = named(registry.learners, "learner", job.learner);
  const metrics = [job.metric, ...job.secondary].map((name) => named(registry.metrics, "metric", name));
  const [train, select] = [sideOf(desk, "train"), sideOf(desk, "select")];
  const loss = (prediction: Prediction) => lossOf(metrics[0], { spec, select, prediction });
  const fitting = {
    loss,
    report: (step: number, value: number) => context.report(step, value),
    pause: () => context.pause(),
    work: (units: number) => context.work(units),
  };
  const fitted = await learner.fit({ spec, train, select, params: job.params, seed: job.seed }, fitting);
  context.check();
  const digest = await artifacts.put(modelOf(fitted));
  const [scores, parity] = await scored(fitted, { spec, select, metrics, seed: job.seed });
  const [score, ...secondary] = scores;
  return {
    score: finite(score, job.metric),
    secondary: Object.fromEntries(job.secondary.flatMap((name, i) => definedOnly(name, secondary[i]))),
    model: digest,
    bytes: fitted.model.byteLength,
    parity,
    work: context.units,
    seconds: (monotonic() - began) / 1000,
  };
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

interface Examination {
  readonly spec: TaskSpec;
  readonly select: Labelled;
  readonly metrics: readonly Metric[];
  readonly seed: number;
}

async function scored(fitted: Fitted, { spec, select, metrics, seed }: Examination): Promise<[number[], Parity]> {
  const model = await openModel(fitted.model, spec);
  try {
    const prediction = await model.predict(select.table);
    const judged = { spec, truth: select.truth, prediction, weight: select.weight };
    const scores = metrics.map((metric) => metric.score(judged));
    return [scores, await parityOf(fitted, model, { spec, select, metrics, seed })];
  } finally {
    await model.release();
  }
}

async function parityOf(fitted: Fitted, model: OpenModel, { spec, select, seed }: Examination): Promise<Parity> {
  const probe = probeTable(select.table, { seed });
  return compareParity(spec, fitted.predict(probe), await model.predict(probe));
}

/** A plugin in JavaScript may return anything. */
function modelOf({ model }: Fitted): Uint8Array {
  if (model instanceof Uint8Array) return model;
  throw new LearnerFailure("no_model", "it returned no ONNX model");
}

function finite(score: number | undefined, metric: string): number {
  if (score !== undefined && Number.isFinite(score)) return score;
  throw new LearnerFailure("non_finite_score", `${metric} of its model on the select side is ${score}`);
}

/** A secondary score that is not defined on these rows is left out. */
function definedOnly(name: string, score: number | undefined): [string, number][] {
  return score !== undefined && Number.isFinite(score) ? [[name, score]] : [];
}
