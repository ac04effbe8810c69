import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for a while, which goes with all that is in it when the work has ended. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const own = await mkdtemp(join(tmpdir(), "sous-"));
  try {
    return await work(own);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/**
 * Artifacts for a while: an empty folder of its own with the snapshots of another one, for jobs that are to leave nothing
 * behind, beside a daemon that deletes what it doesn't need.
 * @param folder of the artifacts whose snapshots are to be there
 */
export function withBorrowedArtifacts<T>(folder: string, work: (folder: string) => Promise<T>): Promise<T> {
  return withTemporaryFolder(async (own) => {
    const snapshots = join(folder, "snapshots");
    await mkdir(snapshots, { recursive: true });
    await symlink(snapshots, join(own, "snapshots"), "dir");
    return work(own);
  });
}
