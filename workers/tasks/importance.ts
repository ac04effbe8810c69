import { SousError } from "../../core/errors.js";
import { importanceOf } from "../../core/evaluator/importance.js";
import type { ImportanceJob, ImportanceOutcome } from "../../core/evaluator/messages.js";
import { openModel } from "../../core/evaluator/scoring.js";
import { type Desk, named, sideOf, summaryOf } from "../desk.js";

/** What the exported file owes to each of its columns, on the select side. */
export async function importance(job: ImportanceJob, desk: Desk): Promise<ImportanceOutcome> {
  const { spec } = summaryOf(desk);
  const metric = named(desk.registry.metrics, "metric", job.metric);
  const bytes = await desk.artifacts.find(job.model);
  if (bytes === null) throw new SousError("MODEL_MISSING", { digest: job.model });
  const model = await openModel(bytes, spec);
  try {
    const check = () => desk.context.check();
    return await importanceOf({ job, spec, model, side: sideOf(desk, "select"), metric, check });
  } finally {
    await model.release();
  }
}
