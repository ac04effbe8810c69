/** The loop: eyes, queue, steps and a timer. What there is to do is found by looking, at start, on hints and in turn. */
import { isoNow, sleep } from "../clock.js";
import type { RecipeState } from "../promotion/champion.js";
import { drillBody } from "../promotion/orders.js";
import { drilled, drilledVersion, dueDrills } from "./drill.js";
import { ownFolders } from "./home.js";
import { heedOrders, tellLogged } from "./orders.js";
import type { Parts } from "./parts.js";
import { NameQueue } from "./queue.js";
import { Reconciler } from "./reconcile.js";
import { forgetLosers } from "./retention.js";
import { RecipeWatch } from "./watch.js";

export interface DaemonOptions {
  /** Absolute folders that hold recipes. */
  readonly folders: readonly string[];
  /** Absolute folders below them that hold none. */
  readonly ignore: readonly string[];
  /** Seconds between full looks at every name. */
  readonly rescan: number;
  /** Recipes that are worked on at the same time. */
  readonly concurrency: number;
  /** Seconds between drills of a recipe's versions; null: none. */
  readonly drill: number | null;
}

/** Milliseconds: how long an edit in flight is given to be whole, and how long data files are given to come together. */
const EDIT_PAUSE = 150;
const DATA_PAUSE = 500;

export class Daemon {
  readonly #parts: Parts;
  readonly #options: DaemonOptions;
  readonly #watch: RecipeWatch;
  readonly #queue: NameQueue;
  readonly #reconciler: Reconciler;
  readonly #stopping = new AbortController();
  #orders: Promise<void> = Promise.resolve();
  #drills: Promise<void> = Promise.resolve();
  /** Length of the log when losers were last deleted. */
  #swept = 0;
  #timer: NodeJS.Timeout | undefined;
  #dataTimer: NodeJS.Timeout | undefined;

  /** Looks at every recipe, begins to watch, and resolves; work goes on until `stop`. */
  static async start(parts: Parts, options: DaemonOptions): Promise<Daemon> {
    const watch = (daemon: () => Daemon) =>
      new RecipeWatch({
        home: parts.home.folder,
        folders: options.folders,
        ignore: [...ownFolders(parts.home), ...options.ignore],
        onName: (name) => daemon().#hint(name),
        onOther: () => daemon().#hintData(),
        onError: (error) => parts.emit({ kind: "notice", message: `watching: ${String(error)}` }),
      });
    const eyes = watch(() => daemon);
    const names = await eyes.scan();
    const daemon = new Daemon(parts, options, { watch: eyes, names });
    parts.emit({ kind: "watching", folders: options.folders, recipes: names.length });
    await parts.store.arrive(names);
    daemon.#orders = heedOrders(parts, daemon.#stopping.signal);
    daemon.#addAll(names);
    await eyes.start();
    await daemon.#rescan();
    return daemon;
  }

  private constructor(parts: Parts, options: DaemonOptions, start: { watch: RecipeWatch; names: readonly string[] }) {
    this.#parts = parts;
    this.#options = options;
    this.#watch = start.watch;
    this.#reconciler = new Reconciler(parts, start.names);
    this.#queue = new NameQueue({
      concurrency: options.concurrency,
      step: (name, signal) => this.#reconciler.step(name, signal),
      onIdle: () => this.#onIdle(),
    });
  }

  /** Ends the work in flight cleanly; what was told to studies is kept. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#dataTimer);
    await this.#watch.close();
    await this.#queue.stop();
    await this.#orders;
    await this.#drills;
  }

  #addAll(names: readonly string[]): void {
    for (const name of names) this.#queue.add(name);
    for (const state of this.#parts.standing.now().recipes.values()) {
      if (state.state === "active" && !names.includes(state.path)) this.#queue.add(state.path);
    }
  }

  async #rescan(): Promise<void> {
    const names = await this.#watch.scan();
    if (this.#stopping.signal.aborted) return;
    await this.#reconciler.restoreRetired();
    this.#addAll(names);
    this.#drills = this.#drills.then(() => this.#drill());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#rescan(), this.#options.rescan * 1000);
  }

  async #drill(): Promise<void> {
    const { standing, ledger } = this.#parts;
    const due = { interval: this.#options.drill, time: isoNow() };
    for (const state of dueDrills(standing.now().recipes.values(), ledger.entries, due)) {
      if (this.#stopping.signal.aborted) return;
      await this.#drillOne(state).catch((error) =>
        this.#parts.emit({ kind: "notice", message: `drill of ${state.name}: ${String(error)}` }),
      );
    }
  }

  async #drillOne(state: RecipeState): Promise<void> {
    const { ledger } = this.#parts;
    const version = drilledVersion(state);
    if (version === null) return;
    const ports = { ...this.#parts, entries: ledger.entries, signal: this.#stopping.signal };
    const found = await drilled(ports, { state, version });
    if (found !== null) tellLogged(this.#parts, await ledger.append(drillBody(state, version, found)));
  }

  #hint(name: string): void {
    this.#queue.add(name);
    if (this.#queue.inFlight(name)) void this.#interruptIfOutdated(name);
  }

  async #interruptIfOutdated(name: string): Promise<void> {
    await sleep(EDIT_PAUSE, this.#stopping.signal);
    if (await this.#reconciler.isOutdated(name)) this.#queue.interrupt(name);
  }

  /** Nothing is due: the moment to delete what lost, once for all the work since the last such moment. */
  #onIdle(): void {
    const { seq } = this.#parts.standing.now();
    const isSwept = seq === this.#swept;
    this.#swept = seq;
    if (isSwept) this.#parts.emit({ kind: "idle" });
    else void this.#queue.alone(() => this.#sweep());
  }

  async #sweep(): Promise<void> {
    await forgetLosers(this.#parts).catch((error) =>
      this.#parts.emit({ kind: "notice", message: `clearing up: ${String(error)}` }),
    );
  }

  /** Data may have changed; which recipe's, the full look finds out. */
  #hintData(): void {
    clearTimeout(this.#dataTimer);
    this.#dataTimer = setTimeout(() => void this.#rescan(), DATA_PAUSE);
  }
}
