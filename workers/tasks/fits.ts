/** One fit of a trial's learner, and what its exported model says. */
import type { TrialJob } from "../../core/evaluator/messages.js";
import { openModel } from "../../core/evaluator/scoring.js";
import {
  type Answers,
  type FitContext,
  type Fitted,
  type Labelled,
  type Learner,
  LearnerFailure,
  type Metric,
  type Prediction,
  type Table,
  type TaskSpec,
} from "../../core/plugin/index.js";
import type { Division, Sides } from "../../core/resampling/tables.js";
import { type Desk, named, summaryOf } from "../desk.js";
import { type OpenOrigin, openOrigin } from "../origins.js";
import { metricsOf } from "./examination.js";

export interface Attempt {
  readonly job: TrialJob;
  readonly desk: Desk;
  readonly spec: TaskSpec;
  readonly learner: Learner;
  /** Of the recipe and then of `secondary`. */
  readonly metrics: readonly Metric[];
}

export function attemptOf(job: TrialJob, desk: Desk): Attempt {
  const learner = named(desk.registry.learners, "learner", job.learner);
  return { job, desk, spec: summaryOf(desk).spec, learner, metrics: metricsOf(job, desk) };
}

export interface Fitting {
  readonly seed: number;
  /**
   * The step that its first report is, where its losses are compared with those of other trials; null: they are not. Of one
   * fit of each trial they are.
   */
  readonly reportsFrom: number | null;
  /** Which part of the trial's allowance it may take; null: as much as it takes to repeat what an earlier fit settled on. */
  readonly part: number | null;
  /** Where the sides are rows of one table, of which a base is then asked once for all folds and trials. */
  readonly of?: Division & { readonly table: Table };
}

/** A fitted learner whose `predict` is given what the base says, where it goes on from one. */
export interface Fit extends Pick<Fitted, "model" | "settled"> {
  predict(table: Table): Prediction | Promise<Prediction>;
}

/** Multiply-adds a second of a learner that doesn't say. */
const PACE = 4e8;

export async function fitOn(attempt: Attempt, { train, select }: Sides, fitting: Fitting): Promise<Fit> {
  const { job, desk, spec, learner } = attempt;
  const { seed, reportsFrom } = fitting;
  const { context } = desk;
  const most = fitting.part === null ? Infinity : fitting.part * (job.allowance ?? Infinity) * (learner.pace ?? PACE);
  let spent = 0;
  const ports: FitContext = {
    loss: (prediction) => lossOf(attempt, select, prediction),
    report: (step, loss) => (reportsFrom === null ? context.pause() : context.report(reportsFrom + step, loss)),
    pause: () => context.pause(),
    work: (units) => {
      spent += units;
      context.work(units);
    },
    isSpent: () => spent >= most,
  };
  const request = { spec, train, select, params: job.params, seed };
  const origin = await originOf(attempt);
  if (origin === null) return checked(await learner.fit(request, ports), context);
  const said = await saidBy(origin, { train, select }, fitting.of);
  const fitted = checked(await learner.fit({ ...request, base: { model: origin.model, ...said } }, ports), context);
  const predict = async (table: Table) => fitted.predict(table, await origin.predict(table));
  return { model: fitted.model, ...(fitted.settled && { settled: fitted.settled }), predict };
}

async function saidBy(origin: OpenOrigin, { train, select }: Sides, of: Fitting["of"]) {
  if (of === undefined) return { train: await origin.predict(train.table), select: await origin.predict(select.table) };
  const all = await origin.predict(of.table);
  const width = all.length / of.table.rows;
  return { train: gathered(all, of.train, width), select: gathered(all, of.select, width) };
}

function gathered(all: Prediction, rows: Int32Array, width: number): Prediction {
  const some = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    some.set(all.subarray(row * width, (row + 1) * width), at * width);
  });
  return some;
}

/** What a learner gave, where it was not told to end meanwhile. */
function checked(fitted: Fitted, context: Desk["context"]): Fitted {
  context.check();
  return fitted;
}

/** Null where there is none, or the learner begins from nothing. */
function originOf({ job, desk, spec, learner }: Attempt): Promise<OpenOrigin> | null {
  return job.base === undefined || learner.continues !== true ? null : openOrigin(job.base, spec, desk);
}

/** The metric of a prediction, negated where higher is better. */
export function lossOf({ metrics, spec }: Attempt, { truth, weight }: Labelled, prediction: Prediction): number {
  const [metric] = metrics;
  if (metric === undefined) return Number.NaN;
  const score = metric.score({ spec, truth, prediction, weight });
  return metric.direction === "minimize" ? score : -score;
}

/** By onnxruntime. */
export async function answersOf({ spec }: Attempt, fitted: Fit, table: Table): Promise<Answers> {
  const open = await openModel(modelOf(fitted), spec);
  return open.answer(table).finally(() => open.release());
}

/** A plugin in JavaScript may return anything. */
export function modelOf({ model }: Pick<Fitted, "model">): Uint8Array {
  if (model instanceof Uint8Array) return model;
  throw new LearnerFailure("no_model", "it returned no ONNX model");
}
