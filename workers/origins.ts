/** What a recipe's base says of tables; a thread keeps it open, since all trials of a study go on from the same. */
import { SousError } from "../core/errors.js";
import { type OpenModel, openModel } from "../core/evaluator/scoring.js";
import type { Prediction, Table, TaskSpec } from "../core/plugin/index.js";
import type { Desk } from "./desk.js";

export interface OpenOrigin {
  readonly model: Uint8Array;
  /** By onnxruntime. */
  predict(table: Table): Promise<Prediction>;
}

interface Kept {
  readonly key: string;
  readonly base: OpenOrigin;
  readonly open: OpenModel;
}

let kept: Kept | null = null;

/** @throws SousError MODEL_MISSING, and what is wrong with the model */
export async function openOrigin(digest: string, spec: TaskSpec, { artifacts }: Desk): Promise<OpenOrigin> {
  const key = JSON.stringify([digest, spec]);
  if (kept?.key === key) return kept.base;
  await kept?.open.release();
  kept = null;
  const model = await artifacts.find(digest);
  if (model === null) throw new SousError("MODEL_MISSING", { digest });
  const open = await openModel(model, spec);
  kept = { key, open, base: { model, predict: remembered(open) } };
  return kept.base;
}

/** The sides of a snapshot are asked of in each trial, and are the same tables. */
function remembered(open: OpenModel): OpenOrigin["predict"] {
  const known = new WeakMap<Table, Prediction>();
  return async (table) => {
    const prediction = known.get(table) ?? (await open.predict(table));
    known.set(table, prediction);
    return prediction;
  };
}
