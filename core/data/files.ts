/** The files that a recipe's data lie in. Nothing here reads their content, so that the daemon can ask often. */
import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import { lookAt } from "../artifacts/look.js";
import { SousError } from "../errors.js";
import { expandGlobs } from "./glob.js";
import type { SourceFile } from "./snapshot.js";

/** The files that match now, sorted by path, with size and time of change: when this is the same, so are the data. */
export async function fingerprintFiles(folder: string, globs: readonly string[]): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  for (const path of await expandGlobs(folder, globs)) {
    const found = asFile(path); // null: deleted since it was listed
    if (found !== null) files.push(found);
  }
  return files;
}

export interface Confinement {
  readonly folder: string;
  readonly roots: readonly string[];
}

/** The same files, once it is certain that there are some, that none is empty, and that all may be read. */
export async function findFiles(
  globs: readonly string[],
  { folder, roots }: Confinement,
): Promise<readonly SourceFile[]> {
  const files = await fingerprintFiles(folder, globs);
  if (files.length === 0) throw new SousError("DATA_NO_FILES", { globs: globs.join(", "), folder });
  const allowed = await Promise.all([folder, ...roots].map((root) => realpath(root).catch(() => root))); // a root may be absent
  for (const file of files) {
    const path = await realpath(file.path);
    const shown = relative(folder, file.path);
    if (!allowed.some((root) => within(path, root))) throw new SousError("DATA_OUTSIDE", { file: shown, path });
    if (file.bytes === 0) throw new SousError("DATA_FILE_EMPTY", { file: shown });
  }
  return files;
}

function within(path: string, root: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

function asFile(path: string): SourceFile | null {
  const found = lookAt(path);
  return found === null ? null : { path, bytes: Number(found.size), modifiedMs: Number(found.mtimeNs) / 1e6 };
}

/** Refuses what was read when a file is no longer what it was before the reading: half of a write may be in it. */
export function assertUnchanged(files: readonly SourceFile[], folder: string): void {
  for (const { path, bytes, modifiedMs } of files) {
    const found = asFile(path);
    if (found?.bytes !== bytes || found.modifiedMs !== modifiedMs) {
      throw new SousError("DATA_CHANGING", { file: relative(folder, path) });
    }
  }
}
