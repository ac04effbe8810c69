import { SousError } from "../../core/errors.js";
import type { ReplayJob, ReplayOutcome } from "../../core/evaluator/messages.js";
import { decodeReplay } from "../../core/evaluator/replay.js";
import { openModel } from "../../core/evaluator/scoring.js";
import { specOf } from "../../core/evaluator/surface.js";
import type { Desk } from "../desk.js";

/** Asks a model again what it was asked when it was promoted. */
export async function replay(job: ReplayJob, { artifacts }: Desk): Promise<ReplayOutcome> {
  const [bytes, kept] = await Promise.all([artifacts.find(job.model), artifacts.find(job.replay)]);
  for (const [digest, found] of [
    [job.model, bytes],
    [job.replay, kept],
  ] as const) {
    if (found === null) throw new SousError("MODEL_MISSING", { digest });
  }
  const { table, answers } = decodeReplay(kept as Uint8Array);
  const model = await openModel(bytes as Uint8Array, specOf(bytes as Uint8Array));
  const said = await model.predict(table).finally(() => model.release());
  const width = answers.length / table.rows;
  const isSame = (row: number) =>
    Array.from({ length: width }, (_, at) => row * width + at).every((at) => Object.is(said[at], answers[at]));
  const same = Array.from({ length: table.rows }, (_, row) => row).filter(isSame).length;
  return { rows: table.rows, same };
}
