/** The real command line, built, in processes of its own, on real folders. */
import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRng } from "hyperparameter-js";
import type { Entry } from "../../core/ledger/entry.js";
import type { DaemonEvent } from "../../core/reconcile/events.js";

const SOUS = join(process.cwd(), "dist/core/cli/sous.js");

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a command to its end. */
export function sous(args: readonly string[], cwd: string): Promise<Ended> {
  const child = spawn(process.execPath, [SOUS, ...args], { cwd });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, out, err })));
}

/** A daemon that runs, with the events that it told. */
export class RunningDaemon {
  readonly events: DaemonEvent[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #wake: () => void = () => {};
  #over = false;
  #rest = "";
  errors = "";

  constructor(cwd: string, args: readonly string[] = []) {
    this.#child = spawn(process.execPath, [SOUS, "up", "--json", ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout?.on("data", (chunk) => this.#take(String(chunk)));
    this.#child.stderr?.on("data", (chunk) => {
      this.errors += chunk;
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on("close", (status) => {
        this.#over = true;
        this.#wake();
        resolve(status);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) this.events.push(JSON.parse(line) as DaemonEvent);
    this.#wake();
  }

  /** The first event, at or after position `from`, for which the condition holds; fails when the daemon ends before. */
  async event<T extends DaemonEvent>(is: (event: DaemonEvent) => event is T, from?: number): Promise<T>;
  async event(is: (event: DaemonEvent) => boolean, from?: number): Promise<DaemonEvent>;
  async event(is: (event: DaemonEvent) => boolean, from = 0): Promise<DaemonEvent> {
    for (;;) {
      const found = this.events.slice(from).find(is);
      if (found !== undefined) return found;
      if (this.#over) throw new Error(`the daemon ended: ${this.errors}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  decided(name: string, from = 0): Promise<DaemonEvent> {
    return this.event((event) => event.kind === "decided" && event.name === name, from);
  }

  /** Sends the signal and waits for the end. */
  async end(signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
    this.#child.kill(signal);
    return this.#ended;
  }
}

/** What takes a study the least time, for tests that aren't about what is found. */
export const QUICK = "learners: [linear], cross_validation: { folds: 0 }, ensemble: { size: 0 }";

/** A home in a temporary folder, with recipes over a small made-up table. */
export class TemporaryHome {
  private constructor(readonly folder: string) {}

  static async make(): Promise<TemporaryHome> {
    const home = new TemporaryHome(await mkdtemp(join(tmpdir(), "sous-home-")));
    await mkdir(join(home.folder, "recipes", "data"), { recursive: true });
    // a second worker takes half a second of CPU to be there, and tests run beside each other as it is
    await home.put("sous.yaml", "workers: 1\n");
    return home;
  }

  /** Another home with all that this one has, as it was left. */
  async copied(): Promise<TemporaryHome> {
    const home = await TemporaryHome.make();
    await cp(this.folder, home.folder, { recursive: true, preserveTimestamps: true });
    return home;
  }

  async put(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), "utf8");
  }

  /** Writes `recipes/<name>.recipe.yaml` over `recipes/data/rows.csv`; its search is QUICK unless it has one. */
  putRecipe(name: string, extra = "budget: { trials: 4 }"): Promise<void> {
    const search = /^search:/m.test(extra) ? "" : `search: { ${QUICK} }\n`;
    return this.put(`recipes/${name}.recipe.yaml`, `data: { source: data/rows.csv, target: y }\n${extra}\n${search}`);
  }

  async entries(): Promise<readonly Entry[]> {
    const text = await this.read("ledger/entries.jsonl").catch(() => "");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Entry);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A table whose `y` follows from `a` and `color` with noise, so that a linear model beats the prior clearly. */
export function rowsCsv(rows: number, seed = 1): string {
  const random = createRng(seed, "rows");
  const lines = Array.from({ length: rows }, (_, index) => {
    const a = random.normal();
    const color = ["red", "green", "blue"][random.int(3)];
    const logit = 2 * a + (color === "red" ? 1 : -0.5) + 0.5 * random.normal();
    return `${index},${a.toFixed(4)},${random.normal().toFixed(4)},${color},${logit > 0 ? "yes" : "no"}`;
  });
  return ["id,a,b,color,y", ...lines, ""].join("\n");
}
