/**
 * What each recipe is doing now, as a file for `sous status` and for other programs. A view of the moment, made anew by
 * each daemon: what serves and why is in the ledger.
 */
import { readFile } from "node:fs/promises";
import { writeDurable } from "../artifacts/files.js";
import { isoNow } from "../clock.js";
import type { ErrorRecord } from "../errors.js";
import type { DaemonEvent } from "./events.js";

type RecipePhase = "reading" | "searching" | "confirming" | "settled" | "waiting" | "invalid" | "failed" | "retired";

export interface RecipeStatus {
  readonly phase: RecipePhase;
  /** Trials finished and planned, and the best score so far; while searching. */
  readonly trials: { readonly done: number; readonly total: number; readonly best: number | null } | null;
  /** What is wrong with it, for a phase that says so. */
  readonly errors: readonly ErrorRecord[];
  /** ISO 8601, UTC. */
  readonly since: string;
}

export interface StatusFile {
  readonly pid: number;
  readonly updated: string;
  /** By recipe name; of a file that holds no recipe, by its path in the home. */
  readonly recipes: Readonly<Record<string, RecipeStatus>>;
}

/** Milliseconds between two writes of the file: often enough for eyes, seldom enough for the disk. */
const WRITE_EVERY = 500;

type Change = { readonly name: string } & Partial<RecipeStatus> & Pick<RecipeStatus, "phase">;

export class StatusBoard {
  readonly #path: string;
  readonly #recipes = new Map<string, RecipeStatus>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  take(event: DaemonEvent): void {
    const change = changeOf(event);
    if (change === null) return;
    // A row under the file's path stood for a file that held no recipe.
    if (event.kind === "mended") this.#recipes.delete(event.path);
    const { name, ...status } = change;
    const known = this.#recipes.get(name);
    const since = known?.phase === status.phase ? known.since : isoNow();
    this.#recipes.set(name, { trials: null, errors: [], ...status, since });
    this.#timer ??= setTimeout(() => this.#write(), WRITE_EVERY);
  }

  /** Writes what is still to be written. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#write();
    await this.#writing;
  }

  #write(): void {
    this.#timer = undefined;
    const file: StatusFile = { pid: process.pid, updated: isoNow(), recipes: Object.fromEntries(this.#recipes) };
    const text = `${JSON.stringify(file, null, 2)}\n`;
    // A status that can't be written is no reason to stop: the disk is full, and the next promotion will say so.
    this.#writing = this.#writing.then(() => writeDurable(this.#path, text)).catch(() => {});
  }
}

function changeOf(event: DaemonEvent): Change | null {
  switch (event.kind) {
    case "reading":
      return { name: event.name, phase: "reading" };
    case "study":
      return { name: event.name, phase: "searching" };
    case "trial":
      return {
        name: event.name,
        phase: "searching",
        trials: { done: event.done, total: event.total, best: event.best },
      };
    case "confirming":
      return { name: event.name, phase: "confirming" };
    case "decided":
      return { name: event.name, phase: event.decision === "PENDING" ? "waiting" : "settled" };
    case "rolledBack":
      return { name: event.name, phase: "settled" };
    case "interrupted":
      return { name: event.name, phase: "waiting" };
    case "invalid":
      return { name: event.name, phase: "invalid", errors: event.errors };
    case "failed":
      return { name: event.name, phase: "failed", errors: [event.error] };
    case "mended":
      return { name: event.name, phase: "settled" };
    case "retired":
      return { name: event.name, phase: "retired" };
    default:
      return null;
  }
}

/** The status that the last daemon wrote, or null when none did. */
export async function readStatus(path: string): Promise<StatusFile | null> {
  const text = await readFile(path, "utf8").catch(() => null); // no daemon has been here
  return text === null ? null : (JSON.parse(text) as StatusFile);
}
