import { arrivalsOf, decodeKnownRows, encodeKnownRows, knownWith, type RowIds } from "../../core/data/row-ids.js";
import { loadRowIds } from "../../core/data/side.js";
import { SIDES } from "../../core/data/split.js";
import { SousError } from "../../core/errors.js";
import type { DuelJob, DuelOutcome, DuelProgress } from "../../core/evaluator/messages.js";
import { differencesOf, type Exam, rowLossFor, scaleOf } from "../../core/evaluator/row-losses.js";
import { openModel } from "../../core/evaluator/scoring.js";
import { tried } from "../../core/evaluator/tryout.js";
import type { Answers, Labelled, TaskSpec } from "../../core/plugin/index.js";
import { begun, fought } from "../../core/promotion/duel.js";
import { divided } from "../../core/resampling/tables.js";
import { type Desk, named, sideOf, summaryOf } from "../desk.js";

/** Rows of the known ones by which losses are scaled. */
const SCALED_BY = 5_000;

/** Both models on the rows that are new, by the exported graphs. */
export async function duel(job: DuelJob, desk: Desk): Promise<DuelOutcome> {
  const { artifacts } = desk;
  const ids = await loadRowIds(artifacts.snapshotFolder(job.snapshot));
  if (ids === null) return { unsure: "The snapshot is of an earlier sous, which kept no ids of its rows." };
  const known = decodeKnownRows(await found(desk, job.known));
  const { rows, unsure } = arrivalsOf(ids, known);
  if (rows === null) return { unsure };
  const models = await openBoth(job, desk);
  try {
    const exams = await Promise.all(SIDES.map((side) => examOf(models, sideOf(desk, side), rows[side])));
    const exam = joined(exams.filter(({ truth }) => truth.length > 0));
    const before = job.before ?? (await beginning(job, desk, { models, ids, fresh: rows.confirm }));
    const differences = exam === null ? { values: [], waiting: before.waiting } : differencesOf(before, exam);
    const arrived = exam?.truth.length ?? 0;
    const round = fought(before, { rows: arrived, ...differences }, job.alpha);
    const kept = await artifacts.put(encodeKnownRows(knownWith(known, ids)));
    return { unsure: null, arrived, known: kept, ...round, inference: await tried(await found(desk, job.a)) };
  } finally {
    await Promise.all([models.a.release(), models.b.release()]);
  }
}

async function found({ artifacts }: Desk, digest: string): Promise<Uint8Array> {
  const bytes = await artifacts.find(digest);
  if (bytes === null) throw new SousError("MODEL_MISSING", { digest });
  return bytes;
}

interface Both {
  readonly spec: TaskSpec;
  readonly a: Awaited<ReturnType<typeof openModel>>;
  readonly b: Awaited<ReturnType<typeof openModel>>;
}

async function openBoth(job: DuelJob, desk: Desk): Promise<Both> {
  const { spec } = summaryOf(desk);
  const a = await openModel(await found(desk, job.a), spec);
  try {
    return { spec, a, b: await openModel(await found(desk, job.b), spec) };
  } catch (error) {
    await a.release();
    throw error;
  }
}

/** How rows count from now on, fixed by rows that do not count themselves. */
async function beginning(
  { metric: name }: DuelJob,
  desk: Desk,
  { models, ids, fresh }: { readonly models: Both; readonly ids: RowIds; readonly fresh: Int32Array },
): Promise<DuelProgress> {
  const { spec } = models;
  const side = sideOf(desk, "confirm");
  const metric = named(desk.registry.metrics, "metric", name);
  const loss = rowLossFor(metric.shape, spec.task, side.group !== null);
  const isFresh = new Set(fresh);
  const old = Int32Array.from(ids.sides.confirm.keys()).filter((row) => !isFresh.has(row));
  const exam = await examOf(models, side, old.slice(0, SCALED_BY));
  return begun({ loss, scale: scaleOf(loss, exam), waiting: [] });
}

async function examOf({ spec, a, b }: Both, side: Labelled, rows: Int32Array): Promise<Exam> {
  const { select: part } = divided(side, { train: Int32Array.of(), select: rows });
  const none: Answers = { prediction: new Float64Array() };
  if (rows.length === 0) return { spec, truth: part.truth, group: part.group, a: none, b: none };
  const [saidA, saidB] = [await a.answer(part.table), await b.answer(part.table)];
  return { spec, truth: part.truth, group: part.group, a: saidA, b: saidB };
}

/** One after the other, as the sides are: under a split by time the older rows first. Groups are of one side each. */
function joined(exams: readonly Exam[]): Exam | null {
  const [first] = exams;
  if (first === undefined) return null;
  const all = (of: (exam: Exam) => ArrayLike<number>) => exams.flatMap((exam) => Array.from(of(exam)));
  const answers = (of: (exam: Exam) => Answers): Answers => {
    const isLabelled = exams.every((exam) => of(exam).labels);
    const labels = isLabelled ? Float64Array.from(all((exam) => of(exam).labels ?? [])) : null;
    return { prediction: Float64Array.from(all((exam) => of(exam).prediction)), labels };
  };
  const offset = 2 ** 24; // codes of groups are of each side's own
  const group =
    first.group &&
    Int32Array.from(exams.flatMap(({ group: own }, at) => Array.from(own ?? [], (code) => at * offset + code)));
  const truth = Float64Array.from(all((exam) => exam.truth));
  return { spec: first.spec, truth, group, a: answers((exam) => exam.a), b: answers((exam) => exam.b) };
}
