import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { commitAt } from "../core/checkout.js";
import { inFolder } from "./support/folder.js";

function git(folder: string, ...words: readonly string[]): string {
  const who = ["-c", "user.name=a", "-c", "user.email=a@b"];
  return execFileSync("git", ["-C", folder, ...who, ...words], { encoding: "utf8", stdio: "pipe" }).trim();
}

/** With a repository of two commits. */
function inRepository(work: (folder: string) => void): Promise<void> {
  return inFolder(async (parent) => {
    const folder = join(parent, "one");
    mkdirSync(folder);
    git(folder, "init", "--quiet", "--initial-branch", "main");
    expect(commitAt(folder)).toBeNull();
    for (const subject of ["first", "second"]) git(folder, "commit", "--quiet", "--allow-empty", "--message", subject);
    work(folder);
  });
}

describe("the commit of a checkout is the one that git tells", () => {
  it("on a branch whose tip is a file, and none outside of a checkout", () =>
    inRepository((folder) => {
      expect(commitAt(folder)).toBe(git(folder, "rev-parse", "HEAD"));
      expect(commitAt(join(folder, ".."))).toBeNull();
    }));

  it("on a branch whose tip is a line of packed-refs, beside others that end alike", () =>
    inRepository((folder) => {
      git(folder, "branch", "not/main", "HEAD~1");
      git(folder, "pack-refs", "--all");
      expect(commitAt(folder)).toBe(git(folder, "rev-parse", "HEAD"));
    }));

  it("in a worktree, and away from all branches", () =>
    inRepository((folder) => {
      const other = join(folder, "../other");
      git(folder, "worktree", "add", "--quiet", "-b", "side", other, "HEAD~1");
      expect(commitAt(other)).toBe(git(folder, "rev-parse", "HEAD~1"));
      git(other, "checkout", "--quiet", "--detach", "main");
      expect(commitAt(other)).toBe(git(folder, "rev-parse", "main"));
    }));
});
