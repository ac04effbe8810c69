/** What the pool hands to a worker thread, and what the two tell each other while the job runs. */
import type { MessagePort } from "node:worker_threads";
import type { SharedSide } from "../core/data/side.js";
import type { Side, SnapshotSummary } from "../core/data/snapshot.js";
import type { Job, JobKind, Places } from "../core/evaluator/messages.js";

/** The sides that a job is given. A trial never gets the confirm side: it can't leak into a model. */
export const SIDES: Readonly<Record<JobKind, readonly Side[]>> = {
  describe: [],
  snapshot: [],
  propose: [],
  trial: ["train", "select"],
  ensemble: ["train", "select"],
  confirm: ["train", "select", "confirm"],
  origin: ["train", "select"],
  predict: [],
  importance: ["select"],
  replay: [],
  duel: ["train", "select", "confirm"],
  arrivals: ["confirm"],
};

export interface Dataset {
  readonly summary: SnapshotSummary;
  readonly sides: Readonly<Partial<Record<Side, SharedSide>>>;
}

export interface Assignment {
  readonly job: Job;
  readonly places: Places;
  /** Null for jobs without a snapshot. */
  readonly dataset: Dataset | null;
  /** One Int32 in shared memory; not 0 once the job is to end. */
  readonly cancel: SharedArrayBuffer;
  readonly port: MessagePort;
}

export type FromWorker =
  /** `usedThread`: the thread has run other jobs before. */
  | { readonly type: "started"; readonly usedThread: boolean }
  | { readonly type: "report"; readonly step: number; readonly loss: number };

/** The answer to one report, in order. */
export interface ToWorker {
  readonly prune: boolean;
}

/** Broadcast channel on which the host asks its threads to dispose of their plugins, and each says that it has. */
export const FAREWELL = "sous:farewell";
export type Farewell = "dispose" | "disposed";
