/** The last candidate of a study: what its trials are worth together. Trains nothing, and never sees the confirm side. */
import { monotonic } from "../../core/clock.js";
import { calibrated } from "../../core/ensemble/calibration.js";
import { type Blend, chooseBlend } from "../../core/ensemble/choose.js";
import { chooseCalibration, chooseThreshold, labelsOf } from "../../core/ensemble/finish.js";
import { MOST_BYTES, mergeModels } from "../../core/ensemble/merge.js";
import { blended, type Candidate, gathered, type Member, type Pause, type Pool } from "../../core/ensemble/pool.js";
import { SousError } from "../../core/errors.js";
import type { EnsembleCandidate, EnsembleChoice, EnsembleJob, EnsembleOutcome } from "../../core/evaluator/messages.js";
import { decodePrediction } from "../../core/evaluator/predictions.js";
import { openModel } from "../../core/evaluator/scoring.js";
import type { Answers, Labelled, Metric, Parity, Prediction, Table, TaskSpec } from "../../core/plugin/index.js";
import { sampledRows } from "../../core/resampling/folds.js";
import { type Desk, judgedSide, named, summaryOf } from "../desk.js";
import { examine, metricsOf } from "./examination.js";

/**
 * Rows that choose: enough that a thousandth of an area under the ROC curve is more than noise, and 2,000 scores of so
 * many rows take seconds.
 */
const MOST_ROWS = 10_000;

export async function ensemble(job: EnsembleJob, desk: Desk): Promise<EnsembleOutcome> {
  const began = monotonic();
  const { choice, reason } = job.chosen === null ? await choose(job, desk) : again(job.chosen);
  if (isPlain(choice)) return { choice, candidate: null, reason };
  const { spec } = summaryOf(desk);
  const judged = judgedSide(desk, job.resampling);
  const parts = await partsOf(job, choice, desk);
  const { calibration, threshold } = choice;
  const model = mergeModels({ spec, columns: judged.table.columns, parts, calibration, threshold });
  const fitSeconds = (monotonic() - began) / 1000;
  const answers = await answersOf(job, choice, desk);
  const exam = { spec, judged, answers, seed: job.seed, job, metrics: metricsOf(job, desk), fitSeconds };
  const twin = async (table: Table) => calibrated(calibration, spec, await meanOf(parts, { spec, table, desk }));
  const examined = await examine({ model, twin, threshold }, exam, desk);
  const { context } = desk;
  const parity = worst([examined.parity, ...parts.map((part) => part.parity)]);
  const candidate = { ...examined, parity, work: context.units, seconds: (monotonic() - began) / 1000 };
  return { choice, candidate, reason };
}

/** By what its members predicted for rows that they had not learned from. */
async function answersOf(job: EnsembleJob, choice: EnsembleChoice, desk: Desk): Promise<Answers> {
  const { spec } = summaryOf(desk);
  const { calibration, threshold, members } = choice;
  const chosen = new Set(members.map(({ trial }) => trial));
  const candidates = await predictionsOf(
    job,
    job.candidates.filter(({ trial }) => chosen.has(trial)),
    desk,
  );
  const prediction = calibrated(calibration, spec, blended(members, candidates));
  return { prediction, labels: threshold === null ? null : labelsOf(prediction, threshold) };
}

/** One model as it is, or none: a trial has it already. */
function isPlain({ members, calibration, threshold }: EnsembleChoice): boolean {
  return members.length < 2 && calibration === null && threshold === null;
}

interface Chosen {
  readonly choice: EnsembleChoice;
  readonly reason: string;
}

function again(choice: EnsembleChoice): Chosen {
  return { choice, reason: "It was made again of what had been chosen." };
}

async function choose(job: EnsembleJob, desk: Desk): Promise<Chosen> {
  const { context, registry } = desk;
  const metric = named(registry.metrics, "metric", job.metric);
  const whole = await poolOf(job, metric, desk);
  const pool = gathered(whole, sampledRows(whole.judging.truth.length, MOST_ROWS, job.seed));
  const cells = pool.candidates[0]?.prediction.length ?? 0;
  const pause = () => {
    context.work(cells);
    return context.pause();
  };
  const blend = await chooseBlend(pool, { size: job.size, bytes: MOST_BYTES }, pause);
  const nothing = { members: [], calibration: null, threshold: null };
  if (blend === null) return { choice: nothing, reason: `${job.metric} is not defined for any trial.` };
  const choice = { members: blend.members, ...(await finish(pool, blend, pause)) };
  return { choice, reason: [reasonOf(blend, metric), ...finishReasons(choice)].join(" ") };
}

/** A regression has neither. */
async function finish(
  { judging }: Pool,
  { held, folds }: Blend,
  pause: Pause,
): Promise<Omit<EnsembleChoice, "members">> {
  if (judging.spec.task === "regression") return { calibration: null, threshold: null };
  const calibration = await chooseCalibration({ judging, folds, prediction: held }, pause);
  const prediction = calibrated(calibration, judging.spec, held);
  return { calibration, threshold: await chooseThreshold({ judging, folds, prediction }, pause) };
}

function finishReasons({ calibration, threshold }: EnsembleChoice): readonly string[] {
  return [
    ...(calibration === null ? [] : [`Its probabilities are calibrated (${calibration.kind}).`]),
    ...(threshold === null ? [] : [`Its label is the positive class above ${threshold.toPrecision(3)}.`]),
  ];
}

async function poolOf(job: EnsembleJob, metric: Metric, desk: Desk): Promise<Pool> {
  const { spec } = summaryOf(desk);
  const { truth, weight, group } = judgedSide(desk, job.resampling);
  const candidates = await predictionsOf(job, job.candidates, desk);
  return { judging: { metric, spec, truth, weight, group, seed: job.seed }, candidates };
}

async function predictionsOf(
  job: EnsembleJob,
  some: readonly EnsembleCandidate[],
  desk: Desk,
): Promise<readonly Candidate[]> {
  const { spec } = summaryOf(desk);
  const numbers = judgedSide(desk, job.resampling).table.rows * Math.max(1, spec.classes.length);
  const candidates: Candidate[] = [];
  for (const { trial, bytes, prediction } of some) {
    candidates.push({ trial, bytes, prediction: decodePrediction(await found(prediction, desk), numbers) });
  }
  return candidates;
}

async function found(digest: string, { artifacts, context }: Desk): Promise<Uint8Array> {
  await context.pause();
  const bytes = await artifacts.find(digest);
  if (bytes === null) throw new SousError("MODEL_MISSING", { digest });
  return bytes;
}

interface MergedPart extends Member {
  readonly model: Uint8Array;
  readonly parity: Parity;
}

async function partsOf({ candidates }: EnsembleJob, { members }: EnsembleChoice, desk: Desk): Promise<MergedPart[]> {
  const byTrial = new Map(candidates.map((candidate) => [candidate.trial, candidate]));
  const parts: MergedPart[] = [];
  for (const { trial, count } of members) {
    const { model, parity } = byTrial.get(trial) as EnsembleCandidate;
    parts.push({ trial, count, parity, model: await found(model, desk) });
  }
  return parts;
}

interface Asked {
  readonly spec: TaskSpec;
  readonly table: Labelled["table"];
  readonly desk: Desk;
}

/** What the members predict one by one, put together without the merged graph. */
async function meanOf(parts: readonly MergedPart[], { spec, table, desk }: Asked): Promise<Prediction> {
  const candidates = [];
  for (const { trial, model } of parts) {
    await desk.context.pause();
    const open = await openModel(model, spec);
    candidates.push({ trial, bytes: 0, prediction: await open.predict(table).finally(() => open.release()) });
  }
  return blended(parts, candidates);
}

/** The graph is as far from its learners as it is from its members, or a member from its learner, whichever is more. */
function worst(all: readonly Parity[]): Parity {
  return {
    rows: Math.min(...all.map(({ rows }) => rows)),
    maxAbs: Math.max(...all.map(({ maxAbs }) => maxAbs)),
    labelAgreement: Math.min(...all.map(({ labelAgreement }) => labelAgreement)),
  };
}

function reasonOf({ members, tried, comparison }: Blend, metric: Metric): string {
  const single = `trial ${members[0]?.trial}`;
  if (comparison === null) return `No ensemble is better than ${single} alone on the select side.`;
  if (comparison.test === null)
    return `Whether an ensemble is better than ${single} can't be told: ${comparison.reason}.`;
  const { delta, p, test } = comparison;
  const gain = `${metric.name} by ${delta.toPrecision(3)} on rows that had no part in choosing (p ${p.toPrecision(2)}, ${test})`;
  if (members.length > 1) return `${tried.length} trials together are better than the best one: ${gain}.`;
  return `${tried.length} trials together gain ${gain}, which is no more than noise: ${single} alone is simpler.`;
}
