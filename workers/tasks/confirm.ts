import { decodeContext } from "../../core/data/context.js";
import { decodeKnownRows, encodeKnownRows, knownWith } from "../../core/data/row-ids.js";
import { loadRowIds } from "../../core/data/side.js";
import { SousError } from "../../core/errors.js";
import { encodeBits } from "../../core/evaluator/bits.js";
import type { ConfirmJob, ConfirmOutcome } from "../../core/evaluator/messages.js";
import { encodeReplay } from "../../core/evaluator/replay.js";
import { openModel } from "../../core/evaluator/scoring.js";
import { openTimed } from "../../core/evaluator/speed.js";
import { opsetsOf, surfaceOf } from "../../core/evaluator/surface.js";
import {
  type Column,
  type Contender,
  type Labelled,
  type Leak,
  rightRows,
  type TaskSpec,
} from "../../core/plugin/index.js";
import { type Champion, confirm } from "../../core/promotion/confirm.js";
import { someCells, someRows } from "../../core/resampling/tables.js";
import { type Desk, sideOf, summaryOf } from "../desk.js";
import { weighed } from "../scale.js";
import { freshRows } from "./arrivals.js";

/** The look at the confirm side: the files that would ship are what is judged. */
export async function confirmFinalist(job: ConfirmJob, desk: Desk): Promise<ConfirmOutcome> {
  const { spec, columns, cuts } = summaryOf(desk);
  const [train, select] = [sideOf(desk, "train"), sideOf(desk, "select")];
  const rows = job.since === null ? null : await rowsSince(job.since, job, desk);
  const side = rows === null ? sideOf(desk, "confirm") : someRows(sideOf(desk, "confirm"), rows);
  const contender = (digest: string) => contenderOf(digest, desk, { spec, side });
  const candidate = await contender(job.candidate);
  const champion = job.champion === null ? null : await championOf(job.champion, contender);
  const baseline = await contender(job.baseline);
  const { metrics, gates } = desk.registry;
  const leaks = columns.flatMap(({ name, leak }): Leak[] => (leak === null ? [] : [{ column: name, why: leak }]));
  const context = (await contextOf(job, desk)).map((column) => (rows === null ? column : someCells(column, rows)));
  const sides = { train, select, confirm: side, context, serial: cuts !== null, leaks };
  const outcome = await confirm({ job, spec, ...sides, candidate, champion, baseline, metrics, gates });
  const kept = (contender: Champion) => rightOf(contender, { spec, side }, desk);
  return {
    ...outcome,
    candidate: { ...outcome.candidate, opsets: opsetsOf(candidate.file), ...(await kept(candidate)) },
    champion: outcome.champion && champion && { ...outcome.champion, ...(await kept(champion)) },
    baseline: { ...outcome.baseline, ...(await kept(baseline)) },
    replay: await desk.artifacts.put(replayOf(candidate, side)),
    ...(await knownAfter(job, desk)),
  };
}

async function rowsSince(known: string, { snapshot }: ConfirmJob, desk: Desk): Promise<Int32Array> {
  const { rows } = await freshRows({ snapshot, known }, desk);
  if (rows === null) throw new TypeError("the rows to look at were told apart when the look was planned");
  return rows;
}

/** Columns that gates see. Where they are lost, they count as not kept, so that the data are read again. */
async function contextOf({ snapshot, context }: ConfirmJob, { artifacts }: Desk): Promise<readonly Column[]> {
  if (context === undefined) return [];
  const bytes = await artifacts.find(context);
  if (bytes !== null) return decodeContext(bytes).columns;
  await artifacts.remove(context);
  const reason = "the columns that gates see are gone, or have other bytes than when they were written";
  throw new SousError("DATA_SNAPSHOT_DAMAGED", { folder: artifacts.snapshotFolder(snapshot), reason });
}

/** Keeps which rows are known now, by which later ones will be told; of a snapshot that an earlier `sous` took nothing. */
async function knownAfter({ snapshot, known }: ConfirmJob, { artifacts }: Desk): Promise<{ known?: string }> {
  const ids = await loadRowIds(artifacts.snapshotFolder(snapshot));
  if (ids === null) return {};
  const before = known === null ? null : await artifacts.find(known); // gone: what is there now is known
  return { known: await artifacts.put(encodeKnownRows(knownWith(before && decodeKnownRows(before), ids))) };
}

/** What the candidate will be asked again in drills. */
function replayOf({ file, prediction }: Contender, { table }: Labelled): Uint8Array {
  const names = surfaceOf(file).map(({ name }) => name);
  return encodeReplay({ table, answers: prediction }, names);
}

/** Keeps which rows a contender's labels are right on. */
async function rightOf(contender: Champion, { spec, side }: Exam, { artifacts }: Desk): Promise<{ right?: string }> {
  if (spec.task === "regression" || "unfit" in contender) return {};
  return { right: await artifacts.put(encodeBits(rightRows({ spec, truth: side.truth, ...contender }))) };
}

/** Data change: the champion may want a column that is gone, or know other classes. */
async function championOf(digest: string, contender: (digest: string) => Promise<Contender>): Promise<Champion> {
  try {
    return await contender(digest);
  } catch (error) {
    if (error instanceof SousError && UNFIT.has(error.code)) return { digest, unfit: error.message };
    throw error;
  }
}

const UNFIT: ReadonlySet<string> = new Set(["MODEL_COLUMN", "MODEL_CONTRACT", "MODEL_PREDICTION", "MODEL_RUN"]);

interface Exam {
  readonly spec: TaskSpec;
  readonly side: Labelled;
}

async function contenderOf(digest: string, { artifacts, context }: Desk, { spec, side }: Exam): Promise<Contender> {
  context.check();
  const bytes = await artifacts.find(digest);
  if (bytes === null) throw new SousError("MODEL_MISSING", { digest });
  const model = await openModel(bytes, spec);
  try {
    const open = () => openTimed(bytes, spec, side.table);
    const weigh = () => weighed(artifacts.pathOf(digest));
    return { digest, bytes: bytes.byteLength, file: bytes, open, weigh, ...(await model.answer(side.table)) };
  } finally {
    await model.release();
  }
}
