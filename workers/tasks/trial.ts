import { deriveSeed, type ParamValue } from "hyperparameter-js";
import { monotonic } from "../../core/clock.js";
import { mergeModels } from "../../core/ensemble/merge.js";
import type { Resampling, TrialJob, TrialOutcome } from "../../core/evaluator/messages.js";
import { type Answers, type Labelled, LearnerFailure, type Prediction, type Table } from "../../core/plugin/index.js";
import { foldsOf, rowsWhere, sampledRows } from "../../core/resampling/folds.js";
import { originsOf } from "../../core/resampling/origins.js";
import { type Division, divided, type Sides } from "../../core/resampling/tables.js";
import { type Desk, judgedSide, pooledSides, sideOf } from "../desk.js";
import { dividedSides } from "../divisions.js";
import { type Exported, examine } from "./examination.js";
import { type Attempt, answersOf, attemptOf, type Fit, fitOn, lossOf, modelOf } from "./fits.js";

/** Scores what was exported, never what the learner believes of itself, on rows that it has not learned from. */
export async function trial(job: TrialJob, desk: Desk): Promise<TrialOutcome> {
  const began = monotonic();
  const attempt = attemptOf(job, desk);
  const made = await MAKERS[job.resampling.kind](attempt);
  const fitSeconds = (monotonic() - began) / 1000;
  desk.context.check();
  const { spec, metrics } = attempt;
  const exam = { spec, seed: job.seed, job, metrics, fitSeconds, judged: made.judged, answers: made.answers };
  const examined = await examine(made, exam, desk);
  const parts = made.parts?.every(Number.isFinite) ? { folds: job.resampling.folds, scores: made.parts } : undefined;
  return { ...examined, ...(parts && { parts }), work: desk.context.units, seconds: (monotonic() - began) / 1000 };
}

const MAKERS: Readonly<Record<Resampling["kind"], (attempt: Attempt) => Promise<Made>>> = {
  holdout: holdOut,
  folds: crossValidate,
  origins: rollOn,
};

interface Made extends Exported {
  /** The rows that are judged, with what was predicted for them by models that had not learned from them. */
  readonly judged: Labelled;
  readonly answers: Answers;
  /** The metric of each fold; absent where there were none. */
  readonly parts?: readonly number[];
}

/** Training rows from which on a fit of a part of them comes first, and that part: a hopeless trial costs an eighth. */
const MANY_ROWS = 50_000;
const SAMPLE = 1 / 8;
/** The part of a trial's allowance that the fit on train may take; the sample's, and the one of all rows, take the rest. */
const HELD_OUT = 0.4;

/** Fitted on train, and where the learner can repeat what it settled on, anew on train and select together. */
async function holdOut(attempt: Attempt): Promise<Made> {
  const { job, desk } = attempt;
  const { seed } = job;
  const sides = { train: sideOf(desk, "train"), select: sideOf(desk, "select") };
  const reportsFrom = sides.train.table.rows < MANY_ROWS ? 0 : await sample(attempt, sides);
  const first = await fitOn(attempt, sides, { seed, reportsFrom, part: HELD_OUT });
  const judged = { judged: sides.select, answers: await answersOf(attempt, first, sides.select.table) };
  return { ...exported(await refitted(attempt, first, first.settled)), ...judged };
}

/** Fitted anew on all rows with what a fit has settled on; the fit itself where it can't be repeated. */
async function refitted(attempt: Attempt, fit: Fit, settled: Fit["settled"]): Promise<Fit> {
  if (settled === undefined) return fit;
  const { job, desk } = attempt;
  const all = pooledSides(desk);
  const again = { ...attempt, job: { ...job, params: { ...job.params, ...settled } } };
  return fitOn(again, { train: all, select: noRowsOf(all) }, { seed: job.seed, reportsFrom: null, part: null });
}

/** The first thing that a trial of many rows is compared by. Returns the step that comes next. */
async function sample(attempt: Attempt, { train, select }: Sides): Promise<number> {
  const { seed } = attempt.job;
  // of the same rows for all trials, which are compared by it
  const rows = sampledRows(train.table.rows, Math.ceil(SAMPLE * train.table.rows), 0);
  const part = divided(train, { train: rows, select: Int32Array.of() }).train;
  const fitted = await fitOn(attempt, { train: part, select }, { seed, reportsFrom: null, part: SAMPLE * HELD_OUT });
  await attempt.desk.context.report(0, lossOf(attempt, select, await fitted.predict(select.table)));
  return 1;
}

function noRowsOf(all: Labelled): Labelled {
  return divided(all, { train: Int32Array.of(), select: Int32Array.of() }).select;
}

/** Each part of the time is judged by a model of all before it; what they settled on is repeated on all rows. */
async function rollOn(attempt: Attempt): Promise<Made> {
  const { job, desk, spec } = attempt;
  const all = pooledSides(desk);
  const judged = judgedSide(desk, job.resampling);
  const prediction = new Float64Array(judged.table.rows * Math.max(1, spec.classes.length));
  const fits: Fit[] = [];
  let told = 0;
  for (const { sides, division } of dividedSides(all, nameOf(job), originsIn(attempt, all.table.rows))) {
    const seed = deriveSeed(job.seed, "origin", fits.length);
    const of = { table: all.table, ...division };
    const reportsFrom = fits.length === 0 ? 0 : null;
    const fit = await fitOn(attempt, sides, { seed, reportsFrom, part: 1 / (job.resampling.folds + 1), of });
    const part = (await answersOf(attempt, fit, sides.select.table)).prediction;
    prediction.set(part, told);
    told += part.length;
    fits.push(fit);
  }
  const last = fits.at(-1) as Fit;
  const model = await refitted(attempt, last, middleOf(fits.map(({ settled }) => settled)));
  return { ...exported(model), judged, answers: { prediction } };
}

function originsIn({ job }: Attempt, rows: number): readonly Division[] {
  const { folds } = job.resampling;
  if (rows >= 2 * folds) return originsOf(rows, folds);
  throw new LearnerFailure(
    "too_few_rows",
    `there are fewer rows than ${folds} parts take; set search.cross_validation.folds`,
  );
}

/** Of each number that the fits settled on the median, the upper one of two; undefined where they settled on nothing. */
function middleOf(settled: readonly Fit["settled"][]): Fit["settled"] {
  const known = settled.flatMap((one) => (one === undefined ? [] : [one]));
  const last = known.at(-1);
  if (last === undefined) return undefined;
  const middle = ([name, value]: [string, ParamValue]): [string, ParamValue] => {
    const values = known.map((one) => one[name]).filter((one) => typeof one === "number");
    return [name, typeof value === "number" ? (values.sort((a, b) => a - b)[values.length >> 1] ?? value) : value];
  };
  return Object.fromEntries(Object.entries(last).map(middle));
}

/** The mean of models of all folds but one, each judged on that one. */
async function crossValidate(attempt: Attempt): Promise<Made> {
  const { job, desk, spec } = attempt;
  const all = pooledSides(desk);
  const { folds, repeats } = job.resampling;
  const sum = new Float64Array(all.table.rows * Math.max(1, spec.classes.length));
  const parts: Fit[] = [];
  const scores: number[] = [];
  for (const { sides, division } of dividedSides(all, nameOf(job), foldsIn(attempt, all))) {
    const of = { table: all.table, ...division };
    const seed = deriveSeed(job.seed, "fold", Math.floor(parts.length / folds), parts.length % folds);
    const reportsFrom = parts.length === 0 ? 0 : null;
    const part = await fitOn(attempt, sides, { seed, reportsFrom, part: 1 / (folds * repeats), of });
    const answers = await answersOf(attempt, part, sides.select.table);
    scores.push(scoreOn(attempt, sides.select, answers.prediction));
    addRows(sum, answers.prediction, division.select);
    parts.push(part);
  }
  const twin = (table: Table) => meanOf(parts, table);
  return {
    model: together(attempt, parts, all.table),
    twin,
    threshold: null,
    judged: all,
    answers: { prediction: sum.map((total) => total / repeats) },
    parts: scores,
  };
}

function scoreOn(attempt: Attempt, select: Labelled, prediction: Prediction): number {
  const loss = lossOf(attempt, select, prediction);
  return attempt.metrics[0]?.direction === "maximize" ? -loss : loss;
}

/** Of each repeat its folds, one after the other. */
function foldsIn(attempt: Attempt, all: Labelled): readonly Division[] {
  const { folds, repeats } = attempt.job.resampling;
  return Array.from({ length: repeats }, (_, repeat) => dealtRows(attempt, all, repeat)).flatMap((dealt) =>
    Array.from({ length: folds }, (_, fold) => ({
      train: rowsWhere(dealt, (one) => one !== fold),
      select: rowsWhere(dealt, (one) => one === fold),
    })),
  );
}

function nameOf({ resampling: { kind, folds, repeats } }: TrialJob): string {
  return `${kind} ${folds} ${repeats}`;
}

/** The same for all trials of a study, whatever their seeds: what is compared is judged by the same folds. */
function dealtRows({ job, spec }: Attempt, { truth, group }: Labelled, repeat: number): Int32Array {
  const { folds } = job.resampling;
  const dealt = foldsOf({ spec, truth, group, seed: repeat }, folds);
  if (new Set(dealt).size === folds) return dealt;
  const reason = `there are fewer ${group === null ? "rows" : "groups"} than the ${folds} folds`;
  throw new LearnerFailure("too_few_rows", `${reason}; set search.cross_validation.folds`);
}

function addRows(sum: Float64Array, prediction: Prediction, rows: Int32Array): void {
  const width = prediction.length / rows.length;
  rows.forEach((row, at) => {
    for (let column = 0; column < width; column++) {
      const cell = row * width + column;
      sum[cell] = (sum[cell] as number) + (prediction[at * width + column] as number);
    }
  });
}

function together({ spec }: Attempt, fitted: readonly Fit[], { columns }: Table): Uint8Array {
  const parts = fitted.map((part) => ({ model: modelOf(part), count: 1 }));
  return mergeModels({ spec, columns, parts, calibration: null, threshold: null });
}

async function meanOf(parts: readonly Fit[], table: Table): Promise<Prediction> {
  const [first, ...others] = await Promise.all(parts.map((part) => part.predict(table)));
  const mean = Float64Array.from(first ?? []);
  for (const prediction of others) {
    for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] as number) + (prediction[at] as number);
  }
  return mean.map((sum) => sum / parts.length);
}

function exported(fitted: Fit): Exported {
  return { model: modelOf(fitted), twin: (table) => fitted.predict(table), threshold: null };
}
