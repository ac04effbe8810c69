import { spawnSync } from "node:child_process";
import { appendFile, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { checkStorage, createStudy, type FrozenTrial } from "hyperparameter-js";
import { type FileStorageOptions, fileStorage } from "hyperparameter-js/file";
import { textOf } from "../../../core/hyperparameter-js/src/conformance/finding.js";
import { JOURNAL_START } from "../../../core/hyperparameter-js/src/storage/journal.js";
import { killAfter } from "../../support/child.js";
import { inFolder } from "../../support/folder.js";
import { trialWith } from "../space/arbitrary.js";
import { anyPuts } from "./arbitrary.js";

/** How often a child is killed; more: `SOUS_KILLS=50 npm run jest -- spec/hyperparameter-js/storage/file`. */
const KILLS = Number(process.env.SOUS_KILLS ?? 4);

const BUILT = pathToFileURL(join(import.meta.dirname, "../../../core/hyperparameter-js/dist/storage/file.js")).href;

async function loaded(path: string, options: FileStorageOptions = {}): Promise<readonly FrozenTrial[]> {
  const storage = fileStorage(path, options);
  const trials = await storage.load();
  await storage.close();
  return trials.toSorted((a, b) => a.number - b.number);
}

function latest(puts: readonly FrozenTrial[]): string {
  return textOf([...new Map(puts.map((trial) => [trial.number, trial])).values()].sort((a, b) => a.number - b.number));
}

const inFile = (work: (path: string) => Promise<void>) =>
  inFolder((folder) => work(join(folder, "deep", "study.journal")));

describe("fileStorage", () => {
  it.each(["fsync", "buffered"] as const)("conforms, %s", (durability) =>
    inFile(async (path) => {
      expect(await checkStorage(() => fileStorage(path, { durability }))).toEqual([]);
    }),
  );

  it("cut at any byte and opened again has a prefix of the puts, and goes on from there", () =>
    fc.assert(
      fc.asyncProperty(anyPuts, fc.nat(), (puts, seed) =>
        inFile(async (path) => {
          const storage = fileStorage(path, { durability: "buffered" });
          const ends = [];
          for (const trial of puts) {
            await storage.put(trial);
            ends.push((await stat(path)).size);
          }
          await storage.close();
          const cut = puts.length === 0 ? 0 : seed % ((ends.at(-1) as number) + 1);
          if (puts.length > 0) await truncate(path, cut);
          const whole = puts.slice(0, ends.filter((end) => end <= cut).length);
          expect(textOf(await loaded(path, { durability: "buffered" }))).toBe(latest(whole));
          const again = fileStorage(path, { durability: "buffered" });
          for (const trial of puts) await again.put(trial);
          await again.close();
          expect(textOf(await loaded(path, { durability: "buffered" }))).toBe(latest([...whole, ...puts]));
        }),
      ),
      { numRuns: 40 },
    ));

  it("loads in the middle of puts what was put before", () =>
    inFile(async (path) => {
      const storage = fileStorage(path);
      const putting = [0, 1, 2].map((number) => storage.put(trialWith({ x: number }, number)));
      expect(await storage.load()).toHaveLength(3);
      await Promise.all(putting);
      await storage.put(trialWith({ x: 9 }, 0));
      expect((await storage.load()).map(({ params }) => params.x)).toEqual([9, 1, 2]);
      await storage.close();
    }));

  it("writes what is put at the same time as one record", () =>
    inFile(async (path) => {
      const storage = fileStorage(path);
      await Promise.all(Array.from({ length: 100 }, (_, number) => storage.put(trialWith({}, number))));
      await storage.close();
      expect((await stat(path)).size).toBeLessThan(JOURNAL_START.length + 13 + 100 * 12);
    }));

  it("goes on with a study as if it had never stopped", () =>
    inFile(async (path) => {
      const space = { x: { type: "float", low: 0, high: 1 }, n: { type: "int", low: 1, high: 9 } } as const;
      const run = async (stops: readonly number[], at: string) => {
        for (const nTrials of stops) {
          const storage = fileStorage(at, { durability: "buffered" });
          const study = await createStudy({ space, storage, seed: 3 });
          await study.optimize(({ params: { x, n } }) => (x - 0.3) ** 2 + n, { nTrials });
          await storage.close();
        }
        return textOf(await loaded(at));
      };
      expect(await run([7, 1, 22], path)).toBe(await run([30], `${path}.other`));
    }));

  it("names the byte where the file is damaged, and changes nothing", () =>
    inFile(async (path) => {
      const storage = fileStorage(path);
      for (const number of [0, 1, 2]) await storage.put(trialWith({ x: number }, number));
      await storage.close();
      const bytes = await readFile(path);
      const at = JOURNAL_START.length + 20;
      bytes[at] = (bytes[at] as number) ^ 1;
      await writeFile(path, bytes);
      for (const readonly of [false, true])
        await expect(fileStorage(path, { readonly }).load()).rejects.toMatchObject({
          code: "STORAGE_INVALID",
          message: `byte ${JOURNAL_START.length} of the journal: expected a record that its checksum fits, got a damaged one (STORAGE_INVALID)`,
        });
      expect(await readFile(path)).toEqual(bytes);
      expect(await readdir(join(path, ".."))).toEqual(["study.journal"]);
    }));

  it("can be read while another writes, and the reader changes nothing", () =>
    inFile(async (path) => {
      const storage = fileStorage(path);
      await storage.put(trialWith({}, 0));
      await appendFile(path, Uint8Array.of(200, 0, 0));
      const reader = fileStorage(path, { readonly: true });
      expect(await reader.load()).toHaveLength(1);
      await expect(reader.put(trialWith({}, 1))).rejects.toThrow("STORAGE_INVALID");
      await reader.close();
      await expect(storage.put(trialWith({}, 1))).rejects.toThrow("another process writes to it (STORAGE_INVALID)");
      await storage.close();
      expect(await loaded(path)).toHaveLength(1);
    }));

  it("says why where the system refuses", () =>
    inFolder(async (folder) => {
      await expect(fileStorage(folder).load()).rejects.toMatchObject({ code: "STORAGE_FAILED", where: folder });
      await expect(fileStorage(join(folder, "none"), { readonly: true }).load()).rejects.toThrow("ENOENT");
      await writeFile(join(folder, "file"), "");
      await expect(fileStorage(join(folder, "file", "x")).put(trialWith({}))).rejects.toThrow("STORAGE_FAILED");
    }));

  it("refuses options that it doesn't know", () => {
    expect(() => fileStorage("x", JSON.parse('{"durability":"none"}'))).toThrow(
      'fileStorage.durability: expected one of fsync, buffered, got "none" (OPTION_INVALID)',
    );
    expect(() => fileStorage("")).toThrow('fileStorage.path: expected the path of a file, got "" (OPTION_INVALID)');
  });
});

describe("the lock", () => {
  const other = (path: string) => `
    const { fileStorage } = await import(${JSON.stringify(BUILT)});
    await fileStorage(${JSON.stringify(path)}).load();`;

  it("keeps a second writer out, of this process, of a thread of it, and of another, until it is closed", () =>
    inFile(async (path) => {
      const storage = fileStorage(path);
      await storage.load();
      await expect(fileStorage(path).load()).rejects.toMatchObject({ code: "STORAGE_LOCKED", where: path });
      const child = spawnSync(process.execPath, ["--input-type=module", "-e", other(path)], { encoding: "utf8" });
      expect(child.stderr).toContain(`one locked by {"pid":${process.pid}`);
      const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(other(path))}`));
      await expect(new Promise((_, fail) => thread.on("error", fail))).rejects.toThrow("STORAGE_LOCKED");
      await storage.close();
      expect(await loaded(path)).toEqual([]);
      expect(await readdir(join(path, ".."))).toEqual(["study.journal"]);
    }));

  it("is taken over from a process that is gone, also where another has its number now", () =>
    inFile(async (path) => {
      await loaded(path);
      const { pid } = spawnSync(process.execPath, ["-e", ""]);
      const holder = { pid, thread: 0, host: hostname(), began: null };
      await writeFile(`${path}.lock`, JSON.stringify(holder));
      expect(await loaded(path)).toEqual([]);
      await writeFile(`${path}.lock`, JSON.stringify({ ...holder, pid: process.pid, began: "long ago" }));
      expect(await loaded(path)).toEqual([]);
      await writeFile(`${path}.lock`, JSON.stringify({ ...holder, host: "elsewhere" }));
      await expect(loaded(path)).rejects.toThrow(`if that is gone, remove ${path}.lock (STORAGE_LOCKED)`);
      await writeFile(`${path}.lock`, "?");
      await expect(loaded(path)).rejects.toThrow("STORAGE_FAILED");
    }));
});

describe("a writer killed at any moment", () => {
  it.each(["fsync", "buffered"] as const)(
    "loses nothing that it acknowledged, %s",
    (durability) =>
      inFile(async (path) => {
        const acknowledged: string[] = [];
        for (let round = 0; round < KILLS; round++) {
          const script = `
            const { fileStorage } = await import(${JSON.stringify(BUILT)});
            const storage = fileStorage(${JSON.stringify(path)}, { durability: ${JSON.stringify(durability)} });
            const trial = ${JSON.stringify(trialWith({ x: 0.5 }))};
            const work = async (worker) => {
              for (let number = ${round * 1_000_000} + worker; ; number += 8) {
                await storage.put({ ...trial, number, state: "running", values: null });
                await storage.put({ ...trial, number, params: { x: number } });
                process.stdout.write(number + "\\n");
              }
            };
            await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(work));`;
          acknowledged.push(...(await killAfter(script, 1 + ((round * 37) % 400), (round * 3) % 7)));
          const found = new Map((await loaded(path)).map((trial) => [trial.number, trial]));
          const lost = acknowledged.map(Number).filter((number) => found.get(number)?.params.x !== number);
          expect(lost).toEqual([]);
        }
        expect(acknowledged.length).toBeGreaterThan(0);
      }),
    KILLS * 15_000,
  );
});
