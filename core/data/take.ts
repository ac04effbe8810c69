import type { Places, SnapshotJob, SnapshotOutcome } from "../evaluator/messages.js";
import type { Source } from "../plugin/index.js";

/** Reads a recipe's data, types and splits it, and keeps it in the artifacts under its digest. */
export async function takeSnapshot(
  _job: SnapshotJob,
  _places: Places,
  _sources: ReadonlyMap<string, Source>,
): Promise<SnapshotOutcome> {
  throw new Error("not written yet");
}
