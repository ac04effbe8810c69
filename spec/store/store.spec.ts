import { copyFile, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { checkStorage, type TrialState } from "hyperparameter-js";
import { MIGRATIONS } from "../../core/store/migrations.js";
import { openStore, type Store } from "../../core/store/store.js";
import { studyId } from "../../core/store/studies.js";
import { builtUrl, killAfter } from "../support/child.js";
import { inFolder } from "../support/folder.js";
import { STUDY, snapshot, trial } from "./examples.js";

/** How often a child is killed; the full number is 50, `SOUS_KILLS=50 npm test -- spec/store spec/ledger`. */
const KILLS = Number(process.env.SOUS_KILLS ?? 4);

const FIXTURES = join(import.meta.dirname, "../fixtures/store");

/** As the releases that wrote those files kept a snapshot: without kinds. */
const { summary: SUMMARY, ...KEPT } = snapshot("4f".repeat(32));
const OLDER = {
  ...KEPT,
  summary: {
    ...SUMMARY,
    columns: SUMMARY.columns.map(({ kind: _, ordered: __, leak: ___, ...column }) => column),
    leftOut: SUMMARY.leftOut.map(({ name, why }) => ({ name, why })),
  },
};

function inStore(work: (store: Store, path: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const path = join(folder, "state", "store.sqlite");
    const store = await openStore(path);
    try {
      await work(store, path);
    } finally {
      await store.close();
    }
  });
}

describe("trials", () => {
  test("come back in order of number, frozen, and the same to the bit", () =>
    inStore(async (store, path) => {
      const { id } = await store.createStudy(STUDY);
      const trials = [trial(0), trial(1, { state: "pruned", values: null }), trial(10, { values: [-0] }), trial(2)];
      for (const one of trials) await store.trialStorage(id).put(one);
      const again = await openStore(path, { readonly: true });
      const loaded = await again.trialStorage(id).load();
      await again.close();
      expect(loaded).toStrictEqual([...trials].sort((a, b) => a.number - b.number));
      expect(() => Object.assign(loaded[0]?.userAttrs ?? {}, { x: 1 })).toThrow(TypeError);
    }));

  test("pass the library's own check of storages", () =>
    inStore(async (store) => {
      const { id } = await store.createStudy(STUDY);
      expect(await checkStorage(() => store.trialStorage(id))).toEqual([]);
    }));

  test("any trial comes back the same", () =>
    inStore(async (store) => {
      const storage = store.trialStorage((await store.createStudy(STUDY)).id);
      const states: TrialState[] = ["waiting", "running", "complete", "pruned", "failed", "stale"];
      const trials = fc.record({
        state: fc.constantFrom(...states),
        params: fc.dictionary(
          fc.string(),
          fc.oneof(fc.double(), fc.string({ unit: "binary" }), fc.boolean(), fc.constant(null)),
          { noNullPrototype: true },
        ),
        values: fc.oneof(fc.constant(null), fc.array(fc.double(), { minLength: 1, maxLength: 2 })),
        intermediate: fc.array(fc.tuple(fc.nat(), fc.double())),
        constraints: fc.array(fc.double(), { maxLength: 2 }),
      });
      await fc.assert(
        fc.asyncProperty(trials, async (changes) => {
          await storage.put(trial(7, changes));
          expect(await storage.load()).toStrictEqual([trial(7, changes)]);
        }),
        { numRuns: 50 },
      );
    }));

  test("a put replaces the trial with the same number, in its own study only", () =>
    inStore(async (store) => {
      const one = store.trialStorage((await store.createStudy(STUDY)).id);
      const other = store.trialStorage((await store.createStudy({ ...STUDY, seed: 1 })).id);
      await one.put(trial(0, { state: "running", values: null }));
      await other.put(trial(0));
      await one.put(trial(0, { state: "failed", values: null }));
      expect((await one.load()).map((found) => found.state)).toEqual(["failed"]);
      expect(await other.load()).toStrictEqual([trial(0)]);
    }));

  test("a put into a study that isn't there is refused", () =>
    inStore(async (store) => {
      const storage = store.trialStorage("no such id");
      expect(await storage.load()).toEqual([]);
      await expect(storage.put(trial(0))).rejects.toMatchObject({ code: "STORE_STUDY_UNKNOWN" });
    }));
});

describe("studies", () => {
  test("the id is a digest of the definition: made again, a study keeps its trials and its end", () =>
    inStore(async (store) => {
      const study = await store.createStudy(STUDY);
      expect(study).toMatchObject({ ...STUDY, id: studyId(STUDY), state: "open", ended: null, finalist: null });
      await store.trialStorage(study.id).put(trial(0));
      await store.closeStudy(study.id, { ended: "trials", finalist: 0 });
      const again = await store.createStudy({ ...STUDY });
      expect(again).toEqual({ ...study, state: "done", ended: "trials", finalist: 0, closed: 1 });
      expect(await store.trialStorage(again.id).load()).toHaveLength(1);
      expect(await store.studiesOf("churn")).toHaveLength(1);
      expect(await store.study("no such id")).toBeNull();
    }));

  test.each(Object.keys(STUDY) as (keyof typeof STUDY)[])("another %s makes another study", (member) => {
    const changed = { ...STUDY, [member]: member === "seed" ? 1 : member === "direction" ? "minimize" : { other: 1 } };
    expect(studyId(changed)).not.toBe(studyId(STUDY));
  });

  test("a superseded study opens again when its definition comes back; a done one stays done", () =>
    inStore(async (store) => {
      const { id } = await store.createStudy(STUDY);
      await store.supersedeStudy(id);
      expect((await store.study(id))?.state).toBe("superseded");
      expect((await store.createStudy(STUDY)).state).toBe("open");
      await store.closeStudy(id, { ended: "wall", finalist: null });
      await store.supersedeStudy(id);
      expect(await store.study(id)).toMatchObject({ state: "done", ended: "wall", finalist: null });
    }));

  test("are listed newest first, by name", () =>
    inStore(async (store) => {
      for (const seed of [3, 1, 2]) await store.createStudy({ ...STUDY, seed });
      await store.createStudy({ ...STUDY, name: "other" });
      expect((await store.studiesOf("churn")).map((study) => study.seed)).toEqual([2, 1, 3]);
      expect(await store.studiesOf("none")).toEqual([]);
    }));
});

describe("what is kept for later studies", () => {
  const opening = [{ params: { learner: "linear", "linear.l2": 0.1 }, from: "portfolio 1" }];

  test("a study keeps the opening that it was made with", () =>
    inStore(async (store) => {
      expect((await store.createStudy(STUDY, opening)).opening).toEqual(opening);
      expect((await store.createStudy(STUDY, [])).opening).toEqual(opening);
    }));

  test("a recipe keeps which studies were done when it first came", () =>
    inStore(async (store) => {
      const done = async (seed: number) => {
        const { id } = await store.createStudy({ ...STUDY, seed });
        await store.closeStudy(id, { ended: "trials", finalist: 0 });
      };
      await store.arrive(["first.recipe.yaml"]);
      await done(1);
      await store.arrive(["first.recipe.yaml", "second.recipe.yaml"]);
      await done(2);
      const arrivals = ["first", "second", "unseen"].map((name) => store.arrivalOf(`${name}.recipe.yaml`));
      expect(await Promise.all(arrivals)).toEqual([0, 1, 2]);
    }));
});

describe("snapshots", () => {
  test("the last one put is the newest of its name and data, also when it was known before", () =>
    inStore(async (store) => {
      const [a, b] = ["a".repeat(64), "b".repeat(64)] as const;
      expect(await store.snapshotFor("churn", "key")).toBeNull();
      await store.putSnapshot(snapshot(a));
      await store.putSnapshot(snapshot(b));
      await store.putSnapshot(snapshot("c".repeat(64), { dataKey: "another" }));
      await store.putSnapshot(snapshot("d".repeat(64), { name: "another" }));
      expect(await store.snapshotFor("churn", "key")).toEqual(snapshot(b));
      const moved = snapshot(a, { files: [{ path: "/data/new.csv", bytes: 1, modifiedMs: 2 }] });
      await store.putSnapshot(moved);
      expect(await store.snapshotFor("churn", "key")).toEqual(moved);
      expect(await store.snapshot(a)).toEqual(moved);
      expect(await store.snapshot(b)).toEqual(snapshot(b));
      expect(await store.snapshot("e".repeat(64))).toBeNull();
    }));
});

describe("the file", () => {
  test("is in WAL mode, and each commit is on disk before it is acknowledged", () =>
    inFolder(async (folder) => {
      const script = `
        const { openDatabase } = await import(${JSON.stringify(builtUrl("core/store/database.js"))});
        const { sql } = await import("kysely");
        const { tables } = await openDatabase(${JSON.stringify(join(folder, "store.sqlite"))}, { readonly: false });
        for (const name of ["journal_mode", "synchronous", "foreign_keys"]) {
          console.log(Object.values((await sql.raw("pragma " + name).execute(tables)).rows[0])[0]);
        }
        setInterval(() => {}, 1000);`;
      expect(await killAfter(script, 3)).toEqual(["wal", "2", "1"]); // 2 is FULL (sqlite.org/pragma.html)
    }));

  test(
    "a writer killed at any moment loses no trial that it acknowledged",
    () =>
      inFolder(async (folder) => {
        const path = join(folder, "store.sqlite");
        const acknowledged: number[] = [];
        for (let round = 0; round < KILLS; round += 1) {
          const script = `
          const { openStore } = await import(${JSON.stringify(builtUrl("core/store/store.js"))});
          const store = await openStore(${JSON.stringify(path)});
          const { id } = await store.createStudy(${JSON.stringify(STUDY)});
          const storage = store.trialStorage(id);
          for (let number = ${round * 100_000}; ; number += 1) {
            await storage.put({ ...${JSON.stringify(trial(0))}, number });
            console.log(number);
          }`;
          acknowledged.push(...(await killAfter(script, 1 + ((round * 37) % 100), (round * 3) % 5)).map(Number));
          const beside = await openStore(path, { readonly: true });
          const found = new Set((await beside.trialStorage(studyId(STUDY)).load()).map((one) => one.number));
          await beside.close();
          expect(acknowledged.filter((number) => !found.has(number))).toEqual([]);
        }
        const database = new Database(path);
        expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
        database.close();
      }),
    KILLS * 15_000,
  );

  test("can be read while another process writes, and the reader changes nothing", () =>
    inStore(async (store, path) => {
      const { id } = await store.createStudy(STUDY);
      const reader = await openStore(path, { readonly: true });
      await store.trialStorage(id).put(trial(0));
      expect(await reader.trialStorage(id).load()).toHaveLength(1);
      await expect(reader.createStudy({ ...STUDY, seed: 1 })).rejects.toMatchObject({ code: "STORE_FAILED" });
      await reader.close();
    }));

  test("is not made by a reader", () =>
    inFolder(async (folder) => {
      const path = join(folder, "store.sqlite");
      await expect(openStore(path, { readonly: true })).rejects.toMatchObject({ code: "STORE_MISSING" });
      expect(await readdir(folder)).toEqual([]);
      await writeFile(path, "");
      await expect(openStore(path, { readonly: true })).rejects.toMatchObject({ code: "STORE_MISSING" });
    }));

  test("of a newer version is refused and left as it was", () =>
    inFolder(async (folder) => {
      const path = join(folder, "store.sqlite");
      await (await openStore(path)).close();
      const database = new Database(path);
      database.pragma(`user_version = ${MIGRATIONS.length + 1}`);
      database.close();
      const details = { found: MIGRATIONS.length + 1, known: MIGRATIONS.length };
      for (const readonly of [true, false]) {
        await expect(openStore(path, { readonly })).rejects.toMatchObject({ code: "STORE_NEWER", details });
      }
    }));

  test("of each older version opens for ever, with all that is in it", () =>
    inFolder(async (folder) => {
      const names = (await readdir(FIXTURES)).filter((name) => name.endsWith(".sqlite")).sort();
      expect(names).toEqual(MIGRATIONS.map((_, index) => `v${index + 1}.sqlite`));
      for (const name of names) {
        const path = join(folder, name);
        await copyFile(join(FIXTURES, name), path);
        const store = await openStore(path);
        expect(await store.study(studyId(STUDY))).toMatchObject({
          ...STUDY,
          state: "done",
          ended: "trials",
          finalist: 1,
        });
        expect(await store.trialStorage(studyId(STUDY)).load()).toStrictEqual([
          trial(0),
          trial(1, { values: [Number.POSITIVE_INFINITY] }),
        ]);
        expect(await store.snapshotFor("churn", "key")).toEqual(OLDER);
        await store.close();
      }
    }));

  test("that is no database, or is cut, is a coded error", () =>
    inFolder(async (folder) => {
      const path = join(folder, "store.sqlite");
      await writeFile(path, "this is not a database, and long enough to show it ".repeat(100));
      await expect(openStore(path)).rejects.toMatchObject({ code: "STORE_DAMAGED", details: { path } });
      await copyFile(join(FIXTURES, "v1.sqlite"), path.replace("store", "cut"));
      await truncate(path.replace("store", "cut"), 9000);
      const cut = openStore(path.replace("store", "cut")).then((store) => store.studiesOf("churn"));
      await expect(cut).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    }));

  test("that can't be made is a coded error", () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, "taken"), "");
      await expect(openStore(join(folder, "taken", "store.sqlite"))).rejects.toMatchObject({
        code: "FILE_WRITE_FAILED",
      });
      await expect(openStore(folder)).rejects.toMatchObject({ code: "STORE_FAILED" });
    }));
});
