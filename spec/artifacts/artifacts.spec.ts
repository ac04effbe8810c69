import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Artifacts } from "../../core/artifacts/artifacts.js";
import { sha256 } from "../../core/artifacts/digest.js";
import { builtUrl } from "../support/child.js";
import { inFolder } from "../support/folder.js";

test("gives back what was put, by digest, and null for what was not", () =>
  inFolder(async (folder) => {
    const artifacts = new Artifacts(folder);
    const bytes = new TextEncoder().encode("a model");
    const digest = await artifacts.put(bytes);
    expect(digest).toBe(sha256("a model"));
    expect(Buffer.from((await artifacts.find(digest)) ?? [])).toEqual(Buffer.from(bytes));
    expect(artifacts.pathOf(digest)).toBe(join(folder, "blobs", digest.slice(0, 2), digest.slice(2)));
    await artifacts.remove(digest);
    expect(await artifacts.find(digest)).toBeNull();
  }));

test("damaged bytes are never given out, and put mends them", () =>
  inFolder(async (folder) => {
    const artifacts = new Artifacts(folder);
    const bytes = new TextEncoder().encode("a model");
    const digest = await artifacts.put(bytes);
    for (const damage of ["a modem", ""]) {
      await writeFile(artifacts.pathOf(digest), damage);
      expect(await artifacts.find(digest)).toBeNull();
      await artifacts.put(bytes);
      expect(await readFile(artifacts.pathOf(digest), "utf8")).toBe("a model");
    }
    await truncate(artifacts.pathOf(digest), 3);
    expect(await artifacts.put(bytes)).toBe(digest);
    expect(await artifacts.find(digest)).not.toBeNull();
  }));

test("a file that can't be read is an error, not an absence", () =>
  inFolder(async (folder) => {
    const artifacts = new Artifacts(folder);
    await writeFile(join(folder, "blobs"), "not a folder");
    await expect(artifacts.find(sha256("x"))).rejects.toMatchObject({ code: "FILE_READ_FAILED" });
  }));

test("an answer is found again by the same question, and no more once it has been changed", () =>
  inFolder(async (folder) => {
    const artifacts = new Artifacts(folder);
    const blob = sha256("a model");
    await artifacts.putAnswer(blob, { seed: 1, of: "a" }, [1, 2]);
    expect(await artifacts.findAnswer(blob, { of: "a", seed: 1 })).toEqual([1, 2]);
    expect(await artifacts.findAnswer(blob, { of: "a", seed: 2 })).toBeNull();
    const path = artifacts.answerPath(blob, { of: "a", seed: 1 });
    for (const text of [(await readFile(path, "utf8")).replace("2", "3"), "", "{}"]) {
      await writeFile(path, text);
      expect(await artifacts.findAnswer(blob, { of: "a", seed: 1 })).toBeNull();
    }
  }));

test.each(["../../etc/passwd", "", "ab", sha256("x").toUpperCase()])("refuses %p as a digest", (digest) => {
  expect(() => new Artifacts("/a").pathOf(digest)).toThrow(TypeError);
  expect(() => new Artifacts("/a").snapshotFolder(digest)).toThrow(TypeError);
});

test("several processes may put the same bytes at once", () =>
  inFolder(async (folder) => {
    const script = `
      const { Artifacts } = await import(${JSON.stringify(builtUrl("core/artifacts/artifacts.js"))});
      const artifacts = new Artifacts(${JSON.stringify(folder)});
      for (let i = 0; i < 30; i += 1) await artifacts.put(Buffer.alloc(100_000, i));`;
    const children = [1, 2, 3].map(() => spawn(process.execPath, ["--input-type=module", "-e", script]));
    for (const [code] of await Promise.all(children.map((child) => once(child, "exit")))) expect(code).toBe(0);
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.split("/").length === 3);
    expect(files).toHaveLength(30);
    for (const name of files) {
      const [, top, rest] = name.split("/");
      expect(await new Artifacts(folder).find(`${top}${rest}`)).not.toBeNull();
    }
  }));
