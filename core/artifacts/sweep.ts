import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Artifacts } from "./artifacts.js";
import { removeDurable } from "./files.js";

/** Digests of what is still needed. */
export interface Kept {
  readonly blobs: ReadonlySet<string>;
  readonly snapshots: ReadonlySet<string>;
}

/**
 * Deletes every blob with the answers about it, and every snapshot, that isn't kept, and returns how many files and folders that were. To be called while no job runs: a
 * job's artifacts are named nowhere until it has ended.
 */
export async function sweepArtifacts(artifacts: Artifacts, kept: Kept): Promise<number> {
  const blobs = join(artifacts.folder, "blobs");
  const snapshots = join(artifacts.folder, "snapshots");
  const answers = join(artifacts.folder, "answers");
  const found: { readonly digest: string; readonly path: string; readonly kept: boolean }[] = [];
  for (const head of await namesIn(blobs)) {
    for (const tail of await namesIn(join(blobs, head))) {
      found.push({ digest: head + tail, path: join(blobs, head, tail), kept: kept.blobs.has(head + tail) });
    }
  }
  for (const digest of await namesIn(snapshots)) {
    found.push({ digest, path: join(snapshots, digest), kept: kept.snapshots.has(digest) });
  }
  for (const digest of await namesIn(answers)) {
    found.push({ digest, path: join(answers, digest), kept: kept.blobs.has(digest) });
  }
  const gone = found.filter((one) => !one.kept && /^[0-9a-f]{64}$/.test(one.digest));
  for (const { path } of gone) await removeDurable(path);
  return gone.length;
}

/** No folder, no names. */
function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
