import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "./digest.js";
import { removeDurable, writeDurable } from "./files.js";

/** Content-addressed files in one folder: `<folder>/blobs/ab/cdef…`, named by the SHA-256 of their bytes. */
export class Artifacts {
  constructor(readonly folder: string) {}

  /** Keeps the bytes and returns their digest; bytes that are already there cost one read. */
  async put(bytes: Uint8Array): Promise<string> {
    const digest = sha256(bytes);
    if ((await this.find(digest)) === null) await writeDurable(this.pathOf(digest), bytes);
    return digest;
  }

  /** The bytes, or null when they are not there or no longer what the digest says. */
  async find(digest: string): Promise<Uint8Array | null> {
    const bytes = await readFile(this.pathOf(digest)).catch(() => null); // absence is an answer here
    return bytes !== null && sha256(bytes) === digest ? bytes : null;
  }

  async remove(digest: string): Promise<void> {
    await removeDurable(this.pathOf(digest));
  }

  pathOf(digest: string): string {
    return join(this.folder, "blobs", digest.slice(0, 2), digest.slice(2));
  }

  /** Where the snapshot with this digest has its folder. */
  snapshotFolder(digest: string): string {
    return join(this.folder, "snapshots", digest);
  }
}
