import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  appendDurable,
  removeDurable,
  sweepUnfinished,
  truncateDurable,
  UNFINISHED,
  writeDurable,
  writeFolderDurable,
} from "../../core/artifacts/files.js";
import { builtUrl, killAfter } from "../support/child.js";
import { inFolder } from "../support/folder.js";

describe("writeDurable", () => {
  test("makes missing folders and replaces what was there, leaving nothing else", () =>
    inFolder(async (folder) => {
      const path = join(folder, "a", "b", "file");
      await writeDurable(path, "old");
      await writeDurable(path, new Uint8Array([110, 101, 119]));
      expect(await readFile(path, "utf8")).toBe("new");
      expect(await readdir(join(folder, "a", "b"))).toEqual(["file"]);
    }));

  test("readers see one whole version at every moment", () =>
    inFolder(async (folder) => {
      const path = join(folder, "file");
      const versions = [1, 2, 3, 4, 5].map((digit) => String(digit).repeat(300_000));
      await writeDurable(path, versions[0] ?? "");
      let writing = true;
      const writer = (async () => {
        for (let round = 0; round < 5; round += 1) for (const version of versions) await writeDurable(path, version);
        writing = false;
      })();
      let looks = 0;
      for (; writing; looks += 1) expect(versions.includes(await readFile(path, "utf8"))).toBe(true);
      await writer;
      expect(looks).toBeGreaterThan(5);
    }));

  test("a writer killed at any moment leaves one whole version and at most one unfinished file", () =>
    inFolder(async (folder) => {
      const path = join(folder, "file");
      const script = `
        const { writeDurable } = await import(${JSON.stringify(builtUrl("core/artifacts/files.js"))});
        for (let i = 0; ; i += 1) { await writeDurable(${JSON.stringify(path)}, String(i % 10).repeat(200_000)); console.log(i); }`;
      for (const lines of [1, 3, 8, 20]) {
        await killAfter(script, lines);
        const text = await readFile(path, "utf8");
        expect(text).toBe((text[0] ?? "").repeat(200_000));
        expect(await sweepUnfinished(folder)).toBeLessThanOrEqual(1);
        expect(await readdir(folder)).toEqual(["file"]);
      }
    }));

  test("a write that fails keeps the old bytes, says where, and leaves no temporary file", () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, "taken", "full"), { recursive: true });
      await expect(writeDurable(join(folder, "taken"), "x")).rejects.toMatchObject({
        code: "FILE_WRITE_FAILED",
        kind: "transient",
        details: { path: join(folder, "taken") },
      });
      expect(await readdir(folder)).toEqual(["taken"]);
    }));

  test("a full disk is a coded error", async () => {
    await expect(appendDurable("/dev/full", "x")).rejects.toMatchObject({
      code: "FILE_WRITE_FAILED",
      message: expect.stringContaining("ENOSPC"),
    });
  });

  test("replaces a link, not the file that it points to", () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, "target"), "kept");
      await symlink("target", join(folder, "link"));
      await writeDurable(join(folder, "link"), "new");
      expect(await readFile(join(folder, "target"), "utf8")).toBe("kept");
      expect(await readFile(join(folder, "link"), "utf8")).toBe("new");
    }));
});

describe("writeFolderDurable", () => {
  test("puts a folder where nothing was, where an empty one was, and in place of a full one", () =>
    inFolder(async (folder) => {
      const path = join(folder, "x", "version");
      await writeFolderDurable(path, { a: "1", b: "2" });
      await writeFolderDurable(path, { c: "3" });
      expect(await readdir(path)).toEqual(["c"]);
      await mkdir(join(folder, "x", "empty"));
      await writeFolderDurable(join(folder, "x", "empty"), { d: "4" });
      expect((await readdir(join(folder, "x"))).sort()).toEqual(["empty", "version"]);
    }));

  test("leaves nothing behind when a file can't be written or the place is taken by a file", () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, "taken"), "kept");
      await expect(writeFolderDurable(join(folder, "taken"), { a: "1" })).rejects.toMatchObject({
        code: "FILE_WRITE_FAILED",
      });
      await expect(writeFolderDurable(join(folder, "new"), { "no/such": "1" })).rejects.toMatchObject({
        code: "FILE_WRITE_FAILED",
      });
      expect(await readdir(folder)).toEqual(["taken"]);
      expect(await readFile(join(folder, "taken"), "utf8")).toBe("kept");
    }));
});

test("appendDurable and truncateDurable grow and cut a file", () =>
  inFolder(async (folder) => {
    const path = join(folder, "log", "lines");
    await appendDurable(path, "one\n");
    await appendDurable(path, "two\n");
    await truncateDurable(path, 5);
    expect(await readFile(path, "utf8")).toBe("one\nt");
  }));

test("removeDurable takes files and folders, and what is not there", () =>
  inFolder(async (folder) => {
    await writeDurable(join(folder, "a", "b"), "x");
    await removeDurable(join(folder, "a"));
    await removeDurable(join(folder, "a"));
    await removeDurable(join(folder, "no", "such", "place"));
    expect(await readdir(folder)).toEqual([]);
  }));

describe("sweepUnfinished", () => {
  test("takes what dead writers left, at any depth, and nothing else", () =>
    inFolder(async (folder) => {
      await writeDurable(join(folder, "models", "m.onnx"), "kept");
      await writeFile(join(folder, `${UNFINISHED}1`), "half");
      await writeFile(join(folder, "models", `${UNFINISHED}2`), "half");
      await mkdir(join(folder, "models", `${UNFINISHED}3`));
      await writeFile(join(folder, "models", `${UNFINISHED}3`, "half"), "half");
      expect(await sweepUnfinished(folder)).toBe(3);
      expect(await readdir(folder, { recursive: true })).toEqual(["models", join("models", "m.onnx")]);
      expect(await sweepUnfinished(join(folder, "none"))).toBe(0);
    }));

  test("does not walk out through a link", () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, "outside"));
      await writeFile(join(folder, "outside", `${UNFINISHED}1`), "another's");
      await mkdir(join(folder, "home"));
      await symlink(join(folder, "outside"), join(folder, "home", "link"));
      expect(await sweepUnfinished(join(folder, "home"))).toBe(0);
      expect((await stat(join(folder, "outside", `${UNFINISHED}1`))).size).toBe(9);
    }));
});
