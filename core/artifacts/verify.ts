import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { SousError } from "../errors.js";
import type { Artifacts } from "./artifacts.js";
import { systemCode, UNFINISHED } from "./files.js";

/** Path of the first blob, in order of digests, whose bytes are not those that its name says; null: all hold. */
export async function firstWrongBlob({ folder }: Artifacts): Promise<string | null> {
  const blobs = join(folder, "blobs");
  for (const head of await namesIn(blobs)) {
    for (const tail of await namesIn(join(blobs, head))) {
      const path = join(blobs, head, tail);
      if (!tail.startsWith(UNFINISHED) && !(await holds(path, head + tail))) return path;
    }
  }
  return null;
}

/** A file that is gone by now was swept by a daemon. */
async function holds(path: string, digest: string): Promise<boolean> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return true;
    throw new SousError("FILE_READ_FAILED", { path, reason: systemCode(error) ?? String(error) }, { cause: error });
  }
  return hash.digest("hex") === digest;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  });
  return names.sort();
}
