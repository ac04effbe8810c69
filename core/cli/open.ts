/** The composition root: opens a home and makes the parts that everything else is handed. */
import { createPublicKey } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Artifacts } from "../artifacts/artifacts.js";
import { makeFolder, sweepUnfinished } from "../artifacts/files.js";
import { startEvaluator } from "../evaluator/local.js";
import type { Descriptors, Evaluator, Places } from "../evaluator/messages.js";
import type { Entry } from "../ledger/entry.js";
import { loadKeys } from "../ledger/keys.js";
import { openLedger } from "../ledger/ledger.js";
import { formerModelKeys } from "../ledger/rotation.js";
import { ModelCards } from "../promotion/cards.js";
import { type ModelKeys, Papers, type Provable } from "../promotion/papers.js";
import { ModelViews } from "../promotion/versions.js";
import type { Configuration } from "../reconcile/configuration.js";
import type { Listener } from "../reconcile/events.js";
import type { Home } from "../reconcile/home.js";
import { LiveStanding, type Parts } from "../reconcile/parts.js";
import { Turns } from "../reconcile/turns.js";
import { acquireLock } from "../store/lock.js";
import { openStore, type Store } from "../store/store.js";

/** What reads only need: no lock, no store. */
export interface Kit {
  readonly home: Home;
  readonly configuration: Configuration;
  readonly descriptors: Descriptors;
  readonly evaluator: Evaluator;
  close(): Promise<void>;
}

export interface Open {
  readonly parts: Parts;
  readonly configuration: Configuration;
  close(): Promise<void>;
}

/** The folders that a home's recipes lie in. */
export function watchedFolders(home: Home, configuration: Configuration): readonly string[] {
  if (configuration.watch !== null) return configuration.watch;
  const recipes = join(home.folder, "recipes");
  return existsSync(recipes) ? [recipes] : [home.folder];
}

/** Configuration, evaluator and descriptors of a home, for commands that change nothing in it. */
export async function openKit(home: Home, onOutput: (text: string) => void, artifacts = home.artifacts): Promise<Kit> {
  const { readConfiguration } = await import("../reconcile/configuration.js"); // with the parser of YAML
  const configuration = await readConfiguration(home);
  const places = { artifacts, plugins: configuration.plugins, packages: home.folder };
  const start = (places: Places) =>
    startEvaluator({
      host: new URL("../../workers/host.js", import.meta.url),
      places,
      slots: configuration.workers,
      idleSeconds: configuration.idle,
      onOutput,
    });
  // the plugins are half of all that there is to load, and commands that only read do without them
  const { describePlugins } = await import("./describe.js");
  const { evaluator, descriptors } = await describePlugins(places, start);
  return { home, configuration, descriptors, evaluator, close: () => evaluator.close() };
}

/** A home open for writing, without what trains. */
export interface OpenRecord {
  readonly parts: Omit<Parts, "descriptors" | "evaluator" | "roots" | "store">;
  /** Opens the store, which a rollback has no use for; closed with the rest. */
  store(): Promise<Store>;
  /** Done, in reverse, when the home is closed. */
  readonly closers: (() => Promise<void>)[];
  close(): Promise<void>;
}

/** Takes a home's lock, then opens its log. Throws LOCK_HELD with the holder's pid. */
export async function openRecord(home: Home, emit: Listener): Promise<OpenRecord> {
  await makeFolder(home.state);
  const lock = await acquireLock(home.state);
  const closers: (() => Promise<void>)[] = [() => lock.release()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    for (const folder of [home.models, home.ledger, home.keys, home.state]) await sweepUnfinished(folder);
    const ledger = await openLedger(home.ledger, { write: true, keys: home.keys });
    const store = once(async () => {
      const opened = await openStore(home.store);
      closers.push(() => opened.close());
      return opened;
    });
    const artifacts = new Artifacts(home.artifacts);
    const { model } = await loadKeys(home.keys);
    const former = formerModelKeys(ledger.entries).map((pem) => createPublicKey(pem));
    const keys = { own: model.privateKey, trusted: [model.publicKey, ...former] };
    const snapshots = { snapshot: async (digest: string) => (await store()).snapshot(digest) };
    const signing = { keys, log: ledger };
    const views = openViews(home, { entries: () => ledger.entries, store: snapshots, signing });
    const standing = new LiveStanding(ledger);
    return {
      parts: { home, ledger, standing, artifacts, views, turns: new Turns(), emit },
      store,
      closers,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => {
    opened ??= open();
    return opened;
  };
}

/** Opens a home for work. Throws as `openRecord`. */
export async function openHome(home: Home, emit: Listener): Promise<Open> {
  const { parts, store: openIt, closers, close } = await openRecord(home, emit);
  try {
    const store = await openIt();
    const kit = await openKit(home, (text) => emit({ kind: "notice", message: text.trimEnd() }));
    closers.push(() => kit.close());
    const { configuration, descriptors, evaluator } = kit;
    for (const { path, error } of descriptors.broken) {
      emit({ kind: "notice", message: `plugin ${path}: ${error.code} ${error.message}\n  ${error.mend}` });
    }
    return { parts: { ...parts, store, roots: configuration.roots, descriptors, evaluator }, configuration, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the store says, read beside whoever writes it; null where there is no store yet. */
export async function lookIntoStore<T>({ store: path }: Home, look: (store: Store) => Promise<T>): Promise<T | null> {
  if (!existsSync(path)) return null;
  const store = await openStore(path, { readonly: true });
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

interface HomeRecord {
  readonly entries: () => readonly Entry[];
  readonly store: Pick<Store, "snapshot"> | null;
  readonly signing?: { readonly keys: ModelKeys; readonly log: Provable | null };
}

/** The views of a home's models, made of its log and its store: without a store no cards, without keys no papers. */
export function openViews(home: Home, { entries, store, signing }: HomeRecord): ModelViews {
  const artifacts = new Artifacts(home.artifacts);
  const entryAt = async (seq: number) => entries()[seq - 1] ?? Promise.reject(new RangeError(`no entry ${seq}`));
  const summaryOf = async (snapshot: string) => (await store?.snapshot(snapshot))?.summary ?? null;
  const cards = store === null ? null : new ModelCards({ artifacts, entryAt, summaryOf });
  const papers = signing === undefined ? null : new Papers({ entryAt, ...signing });
  return new ModelViews({ models: home.models, artifacts, entryAt, cards, papers });
}
