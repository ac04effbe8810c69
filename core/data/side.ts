import type { Labelled } from "../plugin/index.js";
import type { Side, SnapshotSummary } from "./snapshot.js";

/** One side of a snapshot in shared memory: plain data that crosses to worker threads without a copy. */
export interface SharedSide {
  /** SHA-256 (hex) of the side's bytes. */
  readonly digest: string;
  /** The side's file, byte for byte (docs/data.md). */
  readonly buffer: SharedArrayBuffer;
}

/** Reads one side from a snapshot's folder into shared memory; checks its digest. */
export async function loadSide(_folder: string, _side: Side): Promise<SharedSide> {
  throw new Error("not written yet");
}

/** The side as a table: typed arrays are views of the shared memory, level names are decoded when first read. */
export function viewSide(_shared: SharedSide): Labelled {
  throw new Error("not written yet");
}

/** The summary that lies in a snapshot's folder. */
export async function readSummary(_folder: string): Promise<SnapshotSummary> {
  throw new Error("not written yet");
}
