/**
 * The threads of the evaluator process. A thread is never terminated by us: it may be inside a native run, which would go
 * on burning CPU and abort the whole process later (DESIGN §6, Processes). What must end by force ends with the process.
 */

import { fileURLToPath } from "node:url";
import { BroadcastChannel, MessageChannel, type MessagePort } from "node:worker_threads";
import { Piscina } from "piscina";
import { Artifacts } from "../core/artifacts/artifacts.js";
import type { Job, JobKind, JobResult } from "../core/evaluator/messages.js";
import type { FromHost, HostConfig } from "../core/evaluator/wire.js";
import { pluginExecArgv } from "../core/registry/arguments.js";
import {
  type Assignment,
  type Dataset,
  FAREWELL,
  type Farewell,
  type FromWorker,
  SIDES,
  type ToWorker,
} from "./assignment.js";
import { Datasets } from "./datasets.js";
import { threadDied } from "./failure.js";

interface Running {
  readonly cancel: Int32Array;
  readonly port: MessagePort;
}

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
  readonly #running = new Map<number, Running>();

  constructor(config: HostConfig, { tell, giveUp }: Ends) {
    this.#config = config;
    this.#tell = tell;
    this.#giveUp = giveUp;
    const artifacts = new Artifacts(config.places.artifacts);
    this.#datasets = new Datasets((snapshot) => artifacts.snapshotFolder(snapshot));
    this.#threads = new Piscina({
      filename: fileURLToPath(new URL("./task.js", import.meta.url)),
      name: "run",
      minThreads: 1,
      maxThreads: config.slots + 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      // With Piscina's default an idle thread waits in Atomics.wait, deaf to what plugins have left to do and to farewells.
      atomics: "disabled",
      resourceLimits: { maxOldGenerationSizeMb: config.heapMiB },
      execArgv: pluginExecArgv(),
    });
    this.#threads.on("error", (error: unknown) => this.#threadLost(error));
  }

  /** Runs one job and tells how it ended. Never rejects. */
  async run(id: number, job: Job): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    const cancel = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#running.set(id, { cancel: new Int32Array(cancel), port: port1 });
    port1.on("message", (message: FromWorker) => this.#tell({ ...message, id }));
    const result = await this.#result(job, { cancel, port: port2 });
    this.#running.delete(id);
    port1.close();
    this.#tell({ type: "ended", id, result });
  }

  cancel(id: number): void {
    const running = this.#running.get(id);
    if (running) Atomics.store(running.cancel, 0, 1);
  }

  answer(id: number, answer: ToWorker): void {
    this.#running.get(id)?.port.postMessage(answer);
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

  async #result(job: Job, line: Pick<Assignment, "cancel" | "port">): Promise<JobResult<JobKind>> {
    try {
      const assignment = { job, places: this.#config.places, dataset: await this.#datasetOf(job), ...line };
      return await this.#threads.run(assignment, { transferList: [line.port] });
    } catch (error) {
      return { status: "failed", error: threadDied(job, error).toJSON() };
    }
  }

  async #datasetOf(job: Job): Promise<Dataset | null> {
    return "snapshot" in job ? this.#datasets.load(job.snapshot, SIDES[job.kind]) : null;
  }
}
