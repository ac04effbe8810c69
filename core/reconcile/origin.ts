import { dirname } from "node:path";
import type { Artifacts } from "../artifacts/artifacts.js";
import { fromRecord, SousError } from "../errors.js";
import type { Evaluator, OriginOutcome } from "../evaluator/messages.js";
import { readOrigin } from "../recipe/origin.js";
import type { ReadRecipe } from "../recipe/recipe.js";
import { limits } from "../search/trial-job.js";

interface OriginPorts {
  readonly artifacts: Artifacts;
  readonly evaluator: Evaluator;
  readonly roots: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Takes a recipe's base among the artifacts, and asks whether it fits the data. Null where the recipe has none, or the signal
 * ended it.
 * @throws SousError BASE_UNREADABLE, BASE_CHANGED, BASE_UNFIT
 */
export async function takeOrigin(
  read: ReadRecipe,
  snapshot: string,
  ports: OriginPorts,
): Promise<OriginOutcome | null> {
  const { base } = read.recipe;
  if (base === undefined) return null;
  const { artifacts, evaluator, roots, signal } = ports;
  const { path } = base;
  const model = await artifacts.put(await readOrigin(base, { folder: dirname(read.path), roots }));
  if (model !== base.digest) throw new SousError("BASE_CHANGED", { path });
  const job = { kind: "origin", snapshot, model, path } as const;
  const result = await evaluator.run(job, { ...limits(read.recipe), signal });
  if (result.status === "failed") throw fromRecord(result.error);
  return result.status === "done" ? result.outcome : null;
}
