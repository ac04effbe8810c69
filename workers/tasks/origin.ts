import { SousError } from "../../core/errors.js";
import type { OriginJob, OriginOutcome } from "../../core/evaluator/messages.js";
import { probeTable } from "../../core/evaluator/parity.js";
import { openModel } from "../../core/evaluator/scoring.js";
import { type Desk, sideOf, summaryOf } from "../desk.js";

/** Rows that it has to predict, some of them with hard cells. */
const ROWS = 100;

/** @throws SousError BASE_UNFIT, MODEL_MISSING */
export async function origin({ model: digest, path }: OriginJob, desk: Desk): Promise<OriginOutcome> {
  const bytes = await desk.artifacts.find(digest);
  if (bytes === null) throw new SousError("MODEL_MISSING", { digest });
  try {
    const open = await openModel(bytes, summaryOf(desk).spec);
    const probe = probeTable(sideOf(desk, "train").table, { rows: ROWS, seed: 0 });
    await open.predict(probe).finally(() => open.release());
    return { columns: open.columns, bytes: bytes.byteLength };
  } catch (error) {
    if (!(error instanceof SousError)) throw error;
    throw new SousError("BASE_UNFIT", { path, reason: `${error.code} ${error.message}` }, { cause: error });
  }
}
