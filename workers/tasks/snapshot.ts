import { takeSnapshot } from "../../core/data/take.js";
import type { SnapshotJob, SnapshotOutcome } from "../../core/evaluator/messages.js";
import type { Desk } from "../desk.js";

export function snapshot(job: SnapshotJob, { places, registry }: Desk): Promise<SnapshotOutcome> {
  return takeSnapshot(job, places, registry.sources);
}
