/**
 * The threads of the evaluator process. A thread is never terminated by us: it may be inside a native run, which would go
 * on burning CPU and abort the whole process later (DESIGN §6, Processes). What must end by force ends with the process.
 */

import { fileURLToPath } from "node:url";
import { BroadcastChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import { Artifacts } from "../core/artifacts/artifacts.js";
import type { Job, JobKind, JobResult } from "../core/evaluator/messages.js";
import type { FromHost, HostConfig } from "../core/evaluator/wire.js";
import { type Assignment, FAREWELL, type Farewell, SIDES, type ToWorker } from "./assignment.js";
import { Datasets } from "./datasets.js";
import { threadDied } from "./failure.js";
import { Line } from "./line.js";

/** Where the pool's news go. */
export interface Ends {
  readonly tell: (message: FromHost) => void;
  /** Called when the pool can't go on, and its process must end. */
  readonly giveUp: () => void;
}

export class Pool {
  readonly #config: HostConfig;
  readonly #tell: (message: FromHost) => void;
  readonly #giveUp: () => void;
  readonly #threads: Piscina<Assignment, JobResult<JobKind>>;
  readonly #datasets: Datasets;
  readonly #lines = new Map<number, Line>();

  constructor(config: HostConfig, { tell, giveUp }: Ends) {
    this.#config = config;
    this.#tell = tell;
    this.#giveUp = giveUp;
    const artifacts = new Artifacts(config.places.artifacts);
    this.#datasets = new Datasets((snapshot) => artifacts.snapshotFolder(snapshot));
    this.#threads = new Piscina({
      filename: fileURLToPath(new URL("./thread.cjs", import.meta.url)),
      name: "run",
      minThreads: 1,
      maxThreads: config.slots + 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      // With Piscina's default an idle thread waits in Atomics.wait, deaf to what plugins have left to do and to farewells.
      atomics: "disabled",
      resourceLimits: { maxOldGenerationSizeMb: config.heapMiB },
    });
    this.#threads.on("error", (error: unknown) => this.#threadLost(error));
  }

  /** Runs one job and tells how it ended. Never rejects. */
  async run(id: number, job: Job): Promise<void> {
    let usedThread = false;
    const line = new Line((message) => {
      if (message.type === "started") usedThread = message.usedThread;
      this.#tell(message.type === "started" ? { type: "started", id } : { ...message, id });
    });
    this.#lines.set(id, line);
    const ended = await this.#perform(job, line).then(
      (result) => () => this.#tell({ type: "ended", id, result }),
      (error: unknown) => () => this.#tell(deathOf({ id, job, usedThread, error })),
    );
    this.#lines.delete(id);
    line.close();
    ended();
  }

  cancel(id: number): void {
    this.#lines.get(id)?.cancel();
  }

  answer(id: number, answer: ToWorker): void {
    this.#lines.get(id)?.answer(answer);
  }

  /** Lets every thread dispose of its plugins; resolves when all have, or never when one of them can't. */
  disposed(): Promise<void> {
    const farewell = new BroadcastChannel(FAREWELL);
    let left = this.#threads.threads.length;
    return new Promise((resolve) => {
      farewell.onmessage = () => {
        left -= 1;
        if (left === 0) resolve();
      };
      farewell.postMessage("dispose" satisfies Farewell);
    });
  }

  /**
   * A thread died without a job: of something that a plugin had left behind, which the next job's new thread mends; or
   * before it was ready, and then Piscina starts no other for the job that waits for it.
   */
  #threadLost(error: unknown): void {
    process.stderr.write(`a worker thread died: ${error instanceof Error ? error.stack : error}\n`);
    if (this.#threads.queueSize > 0) this.#giveUp();
  }

  async #perform(job: Job, { far }: Line): Promise<JobResult<JobKind>> {
    const dataset = "snapshot" in job ? await this.#datasets.load(job.snapshot, SIDES[job.kind]) : null;
    const assignment: Assignment = { job, places: this.#config.places, dataset, ...far };
    return await this.#threads.run(assignment, { transferList: [far.port] });
  }
}

interface ThreadDeath {
  readonly id: number;
  readonly job: Job;
  /** True when the thread had run other jobs, any of which may have left behind what killed it. */
  readonly usedThread: boolean;
  readonly error: unknown;
}

function deathOf({ id, job, usedThread, error }: ThreadDeath): FromHost {
  const failure = threadDied(job, error);
  if (!usedThread) return { type: "ended", id, result: { status: "failed", error: failure.toJSON() } };
  process.stderr.write(`a worker thread died, perhaps of an earlier job: ${failure.message}\n`);
  return { type: "lost", id, reason: failure.message };
}
