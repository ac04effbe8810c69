import { readRows } from "../../core/data/rows.js";
import { firstRounds } from "../../core/ensemble/staged.js";
import { SousError } from "../../core/errors.js";
import type { PredictJob, PredictOutcome } from "../../core/evaluator/messages.js";
import { encodePrediction } from "../../core/evaluator/predictions.js";
import { openModel } from "../../core/evaluator/scoring.js";
import { specOf, surfaceOf } from "../../core/evaluator/surface.js";
import type { Desk } from "../desk.js";

/** What a model says of the rows of files. */
export async function predict(job: PredictJob, { artifacts, places, registry }: Desk): Promise<PredictOutcome> {
  const whole = await artifacts.find(job.model);
  if (whole === null) throw new SousError("MODEL_MISSING", { digest: job.model });
  const bytes = job.rounds === null ? whole : firstRounds(whole, job.rounds);
  const spec = specOf(bytes);
  const request = { folder: job.folder, globs: job.files, memory: job.memory / 2, scratch: places.artifacts };
  const table = await readRows(request, surfaceOf(bytes), registry.sources);
  const open = await openModel(bytes, spec);
  const { prediction, labels } = await open.answer(table).finally(() => open.release());
  return {
    classes: spec.classes,
    rows: table.rows,
    prediction: await artifacts.put(encodePrediction(prediction)),
    labels: labels ? await artifacts.put(encodePrediction(labels)) : null,
  };
}
