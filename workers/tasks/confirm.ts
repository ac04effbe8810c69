import { SousError } from "../../core/errors.js";
import type { ConfirmJob, ConfirmOutcome } from "../../core/evaluator/messages.js";
import { openModel } from "../../core/evaluator/scoring.js";
import type { Contender, Labelled, TaskSpec } from "../../core/plugin/index.js";
import { type Champion, confirm } from "../../core/promotion/confirm.js";
import { type Desk, sideOf, summaryOf } from "../desk.js";

/** The look at the confirm side: the files that would ship are what is judged. */
export async function confirmFinalist(job: ConfirmJob, desk: Desk): Promise<ConfirmOutcome> {
  const { spec, cuts } = summaryOf(desk);
  const side = sideOf(desk, "confirm");
  const contender = (digest: string) => contenderOf(digest, desk, { spec, side });
  const candidate = await contender(job.candidate);
  const champion = job.champion === null ? null : await championOf(job.champion, contender);
  const baseline = await contender(job.baseline);
  const { metrics, gates } = desk.registry;
  return confirm({ job, spec, confirm: side, serial: cuts !== null, candidate, champion, baseline, metrics, gates });
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
    return { digest, bytes: bytes.byteLength, ...(await model.answer(side.table)) };
  } finally {
    await model.release();
  }
}
