import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../artifacts/digest.js";
import { removeDurable } from "../artifacts/files.js";
import { SousError } from "../errors.js";
import type { Labelled } from "../plugin/index.js";
import { decodeRowIds, type RowIds } from "./row-ids.js";
import { viewSideFile } from "./side-file.js";
import type { Side, SnapshotSummary } from "./snapshot.js";

/** One side of a snapshot in shared memory: plain data that crosses to worker threads without a copy. */
export interface SharedSide {
  /** SHA-256 (hex) of the side's bytes. */
  readonly digest: string;
  /** The side's file, byte for byte (docs/data.md). */
  readonly buffer: SharedArrayBuffer;
}

/**
 * Reads one side from a snapshot's folder into shared memory. Throws DATA_SNAPSHOT_DAMAGED unless it is as the summary
 * says, and takes the summary away then, so that the snapshot counts as not kept and is taken again.
 */
export async function loadSide(folder: string, side: Side): Promise<SharedSide> {
  const summary = await readSummary(folder);
  const buffer = await shared(join(folder, `${side}.bin`)).catch((error: unknown) => {
    throw damaged(folder, `${side}.bin can't be read (${error instanceof Error ? error.message : String(error)})`);
  });
  const digest = sha256(new Uint8Array(buffer));
  if (digest !== summary.sideDigests[side]) {
    await removeDurable(join(folder, SUMMARY));
    throw damaged(folder, `${side}.bin has other bytes than when it was written`);
  }
  return { digest, buffer };
}

/** The file of the rows' ids in a snapshot's folder. */
export const ROW_IDS = "rows.bin";

/**
 * The ids of a snapshot's rows; null where an earlier `sous` took it. Throws DATA_SNAPSHOT_DAMAGED unless they are as the
 * summary says, and takes the summary away then, so that the snapshot is taken again.
 */
export async function loadRowIds(folder: string): Promise<RowIds | null> {
  const { rowIds } = await readSummary(folder);
  if (rowIds === undefined) return null;
  const bytes = await readFile(join(folder, ROW_IDS)).catch(() => null);
  if (bytes !== null && sha256(bytes) === rowIds) return decodeRowIds(bytes);
  await removeDurable(join(folder, SUMMARY));
  throw damaged(folder, `${ROW_IDS} ${bytes === null ? "can't be read" : "has other bytes than when it was written"}`);
}

/** A snapshot without it counts as not kept. */
const SUMMARY = "summary.json";

async function shared(path: string): Promise<SharedArrayBuffer> {
  const file = await open(path);
  try {
    const buffer = new SharedArrayBuffer((await file.stat()).size);
    const bytes = new Uint8Array(buffer);
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
      if (bytesRead === 0) throw new RangeError("the file became shorter");
      at += bytesRead;
    }
    return buffer;
  } finally {
    await file.close();
  }
}

function damaged(folder: string, reason: string): SousError {
  return new SousError("DATA_SNAPSHOT_DAMAGED", { folder, reason });
}

/** The side as a table: typed arrays are views of the shared memory; level names are decoded when first read, and kept with the view. */
export function viewSide({ buffer }: SharedSide): Labelled {
  return viewSideFile(buffer);
}

/** The summary that lies in a snapshot's folder. Throws DATA_SNAPSHOT_DAMAGED when there is none. */
export async function readSummary(folder: string): Promise<SnapshotSummary> {
  try {
    return JSON.parse(await readFile(join(folder, SUMMARY), "utf8"));
  } catch (error) {
    throw damaged(folder, `summary.json can't be read (${error instanceof Error ? error.message : String(error)})`);
  }
}
