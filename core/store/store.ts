/**
 * What searches have learned: snapshots, studies and trials, in one SQLite file. It can be made again by work; what
 * serves and why is in the ledger, never here.
 */
import type { Storage } from "hyperparameter-js";
import { findSnapshot, newestSnapshot, putSnapshot, type SnapshotRecord } from "./snapshots.js";
import {
  arrivalOf,
  arrive,
  closeStudy,
  createStudy,
  findStudy,
  recipeNames,
  type Study,
  type StudyDefinition,
  studiesOf,
} from "./studies.js";
import { trialStorage } from "./trials.js";

/** Every call that has resolved is durable. Throws STORE_BUSY, STORE_FAILED and STORE_DAMAGED. */
export interface Store {
  /** Makes it the newest of its name; one that is there already gets the new list of files. */
  putSnapshot(record: SnapshotRecord): Promise<void>;
  snapshot(digest: string): Promise<SnapshotRecord | null>;
  /** The newest of a recipe's name made with these data, task and split blocks. */
  snapshotFor(name: string, dataKey: string): Promise<SnapshotRecord | null>;
  /** The newest of a recipe's name, however it was made. */
  newestSnapshot(name: string): Promise<SnapshotRecord | null>;

  /** The study with this definition: a new one that opens so, or the one that is there, open again if it was superseded. */
  createStudy(definition: StudyDefinition, opening?: Study["opening"]): Promise<Study>;
  study(id: string): Promise<Study | null>;
  /** Of the recipes that have a study, sorted. */
  recipeNames(): Promise<readonly string[]>;
  /** Newest first. */
  studiesOf(name: string): Promise<readonly Study[]>;
  closeStudy(id: string, end: { readonly ended: string; readonly finalist: number | null }): Promise<void>;
  /** Sets an open study aside; a done one stays done. */
  supersedeStudy(id: string): Promise<void>;

  /** Keeps which studies are done by now, for recipes (by path) that come for the first time. */
  arrive(paths: readonly string[]): Promise<void>;
  /** The `closed` of the last study that was done when the recipe came, or by now where it hasn't; 0: none. */
  arrivalOf(path: string): Promise<number>;

  trialStorage(study: string): Storage;

  close(): Promise<void>;
}

/**
 * Opens the store, made with its folder if missing. `readonly` reads beside a daemon that writes, and never makes or
 * changes a file. Throws STORE_MISSING, STORE_NEWER, STORE_OLDER, STORE_DAMAGED, STORE_BUSY, STORE_FAILED.
 */
export async function openStore(path: string, options: { readonly readonly?: boolean } = {}): Promise<Store> {
  const { openDatabase } = await import("./database.js"); // with 270 modules, for which what asks the log alone has no use
  const { tables, close } = await openDatabase(path, { readonly: options.readonly ?? false });
  return {
    putSnapshot: (record) => putSnapshot(tables, record),
    snapshot: (digest) => findSnapshot(tables, digest),
    snapshotFor: (name, dataKey) => newestSnapshot(tables, name, dataKey),
    newestSnapshot: (name) => newestSnapshot(tables, name, null),
    createStudy: (definition, opening) => createStudy(tables, definition, opening),
    study: (id) => findStudy(tables, id),
    recipeNames: () => recipeNames(tables),
    studiesOf: (name) => studiesOf(tables, name),
    closeStudy: (id, end) => closeStudy(tables, id, end),
    supersedeStudy: async (id) => {
      const open = tables.updateTable("study").set({ state: "superseded" }).where("state", "=", "open");
      await open.where("id", "=", id).execute();
    },
    arrive: (paths) => arrive(tables, paths),
    arrivalOf: (path) => arrivalOf(tables, path),
    trialStorage: (study) => trialStorage(tables, study),
    close: async () => close(),
  };
}
