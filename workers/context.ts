import { setImmediate } from "node:timers/promises";
import type { MessagePort } from "node:worker_threads";
import { type FitContext, LearnerFailure } from "../core/plugin/index.js";
import type { FromWorker, ToWorker } from "./assignment.js";

export type Stop = { readonly status: "pruned"; readonly step: number } | { readonly status: "cancelled" };

/** Thrown through a learner to end its trial. It is no failure, and no plugin can tell it from one by its class. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

/** One job's line to the daemon: reports and prune decisions, cancel, and the count of work. */
export class JobContext implements Omit<FitContext, "loss" | "isSpent"> {
  /** Multiply-adds so far. */
  units = 0;
  readonly #port: MessagePort;
  readonly #cancel: Int32Array;
  readonly #answers: ((answer: ToWorker) => void)[] = [];
  #stop: Stop | null = null;

  constructor(port: MessagePort, cancel: SharedArrayBuffer) {
    this.#port = port;
    this.#cancel = new Int32Array(cancel);
    port.on("message", (answer: ToWorker) => this.#answers.shift()?.(answer));
  }

  /** How the job was stopped. Stays so where a learner catches what was thrown. */
  get stop(): Stop | null {
    return this.#stop;
  }

  started(usedThread: boolean): void {
    this.#tell({ type: "started", usedThread });
  }

  async report(step: number, loss: number): Promise<void> {
    this.check();
    if (!Number.isSafeInteger(step) || !Number.isFinite(loss)) {
      throw new LearnerFailure("non_finite_loss", `it reported the loss ${loss} at step ${step}`);
    }
    const { prune } = await this.#ask(step, loss);
    if (prune) this.#stop ??= { status: "pruned", step };
    this.check();
  }

  async pause(): Promise<void> {
    this.check();
    await setImmediate();
    this.check();
  }

  work(units: number): void {
    if (!(Number.isFinite(units) && units >= 0)) {
      throw new LearnerFailure("work_not_counted", `it counted ${units} units of work`);
    }
    this.units += units;
  }

  /** Throws where the job is to end. */
  check(): void {
    if (Atomics.load(this.#cancel, 0) !== 0) this.#stop ??= { status: "cancelled" };
    if (this.#stop !== null) throw new Stopped("the trial is to end; a learner lets this error pass");
  }

  #ask(step: number, loss: number): Promise<ToWorker> {
    return new Promise((resolve) => {
      this.#answers.push(resolve);
      this.#tell({ type: "report", step, loss });
    });
  }

  #tell(message: FromWorker): void {
    this.#port.postMessage(message);
  }
}
