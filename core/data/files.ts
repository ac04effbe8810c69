/** The files that a recipe's data lie in. Nothing here reads their content, so that the daemon can ask often. */
import { stat } from "node:fs/promises";
import { expandGlobs } from "./glob.js";
import type { SourceFile } from "./snapshot.js";

/** The files that match now, sorted by path, with size and time of change: when this is the same, so are the data. */
export async function fingerprintFiles(folder: string, globs: readonly string[]): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  for (const path of await expandGlobs(folder, globs)) {
    const found = await stat(path).catch(() => null); // deleted since it was listed
    if (found !== null) files.push({ path, bytes: found.size, modifiedMs: found.mtimeMs });
  }
  return files;
}
