import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { acquireLock, lockHolder } from "../../core/store/lock.js";
import { builtUrl, killAfter, whileRunning } from "../support/child.js";
import { inFolder } from "../support/folder.js";

/** Takes the lock, says so, and stays. */
function holding(folder: string): string {
  return `
    const { acquireLock } = await import(${JSON.stringify(builtUrl("core/store/lock.js"))});
    await acquireLock(${JSON.stringify(folder)});
    console.log(process.pid);
    setInterval(() => {}, 1000);`;
}

test("a second daemon is refused with the holder's pid, and let in after the release", () =>
  inFolder(async (folder) => {
    const lock = await acquireLock(folder);
    const child = spawn(process.execPath, ["--input-type=module", "-e", holding(folder)]);
    const [complaint] = await Promise.all([child.stderr.toArray(), once(child, "exit")]);
    expect(complaint.join("")).toContain(`LOCK_HELD`);
    expect(complaint.join("")).toContain(`with pid ${process.pid}, has worked on ${folder} since 2`);
    await lock.release();
    const [pid] = await killAfter(holding(folder), 1);
    expect(Number(pid)).toBeGreaterThan(0);
  }));

test("the same process is refused as well, and reading who holds the lock does not free it", () =>
  inFolder(async (folder) => {
    expect(await lockHolder(folder)).toBeNull();
    const lock = await acquireLock(folder);
    for (let round = 0; round < 3; round += 1) {
      expect(await lockHolder(folder)).toMatchObject({ pid: process.pid });
      await expect(acquireLock(folder)).rejects.toMatchObject({ code: "LOCK_HELD", details: { pid: process.pid } });
    }
    await lock.release();
    expect(await lockHolder(folder)).toBeNull();
    expect(await readdir(folder)).toEqual(["daemon.lock"]);
  }));

test("a killed holder's lock is free at once, and its name does not stand for the next one's", () =>
  inFolder(async (folder) => {
    for (let round = 0; round < 3; round += 1) {
      const [pid] = await killAfter(holding(folder), 1);
      expect(Number(pid)).toBeGreaterThan(0);
    }
    expect(await lockHolder(folder)).toBeNull();
    const lock = await acquireLock(folder);
    expect(await lockHolder(folder)).toMatchObject({ pid: process.pid });
    await lock.release();
  }));

test("a child that outlives the holder does not keep the lock", () =>
  inFolder(async (folder) => {
    const script = `
      const { spawn } = await import("node:child_process");
      const { acquireLock } = await import(${JSON.stringify(builtUrl("core/store/lock.js"))});
      await acquireLock(${JSON.stringify(folder)});
      const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20000)"], { stdio: "ignore", detached: true });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const [pid] = await killAfter(script, 1);
    const lock = await acquireLock(folder);
    expect(process.kill(Number(pid), "SIGKILL")).toBe(true);
    await lock.release();
  }));

test("a holder that drops what it was given keeps the lock all the same", () =>
  inFolder(async (folder) => {
    const script = `
      const { setFlagsFromString } = await import("node:v8");
      const { runInNewContext } = await import("node:vm");
      const { acquireLock } = await import(${JSON.stringify(builtUrl("core/store/lock.js"))});
      await acquireLock(${JSON.stringify(folder)});
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc");
      for (let i = 0; i < 5; i += 1) { collect(); await new Promise(setImmediate); }
      console.log("collected");
      setInterval(() => {}, 1000);`;
    await whileRunning([script], async () => {
      await expect(acquireLock(folder)).rejects.toMatchObject({ code: "LOCK_HELD" });
    });
  }));

test("of several that start at once, one gets the lock", () =>
  inFolder(async (folder) => {
    const script = `
      const { acquireLock } = await import(${JSON.stringify(builtUrl("core/store/lock.js"))});
      const taken = acquireLock(${JSON.stringify(join(folder, "new", "home"))});
      console.log(await taken.then(() => "mine", (error) => error.code));
      setInterval(() => {}, 1000);`;
    await whileRunning([script, script, script, script], async (said) => {
      expect([...said].sort()).toEqual(["LOCK_HELD", "LOCK_HELD", "LOCK_HELD", "mine"]);
    });
  }));
