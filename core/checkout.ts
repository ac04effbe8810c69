import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * The commit (hex) that is checked out in a folder, by the files that gitrepository-layout(5) names, so that no git is
 * needed; null where the folder is the root of no checkout, or has its commit in a form that isn't known here.
 */
export function commitAt(root: string): string | null {
  const link = join(root, ".git");
  if (!existsSync(link)) return null;
  try {
    const commit = headOf(gitFolder(link));
    return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit) ? commit : null;
  } catch {
    return null; // as before the first commit, or of a repository whose refs are a table
  }
}

/** A worktree has a file in the folder's place that says where it is. */
function gitFolder(path: string): string {
  if (statSync(path).isDirectory()) return path;
  return resolve(
    dirname(path),
    readFileSync(path, "utf8")
      .trim()
      .replace(/^gitdir: /, ""),
  );
}

function headOf(folder: string): string {
  const head = readFileSync(join(folder, "HEAD"), "utf8").trim();
  return head.startsWith("ref: ") ? tipOf(folder, head.slice("ref: ".length)) : head;
}

/** Branches are files, or lines of one; those of a worktree are with the repository that it is of. */
function tipOf(folder: string, branch: string): string {
  const common = join(folder, "commondir");
  const shared = existsSync(common) ? resolve(folder, readFileSync(common, "utf8").trim()) : folder;
  const loose = join(shared, branch);
  if (existsSync(loose)) return readFileSync(loose, "utf8").trim();
  const packed = readFileSync(join(shared, "packed-refs"), "utf8").split("\n");
  return packed.find((line) => line.endsWith(` ${branch}`))?.split(" ")[0] ?? "";
}
