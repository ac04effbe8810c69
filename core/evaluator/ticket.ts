/** One run of a job: how long it may take, who is told of it, and how it ends. */
import { type Details, type ErrorCode, SousError } from "../errors.js";
import type { Job, JobKind, JobResult, JobTable, RunOptions } from "./messages.js";
import type { Death } from "./process.js";

/**
 * Milliseconds between asking a job to end and ending the process that it runs in. Learners yield at least once a
 * second; Ctrl-C must have stopped everything within 5 s.
 */
export const GRACE = 1500;

/** Milliseconds until a dispatched job must have begun. A thread starts in 0.2 s on a free machine, in seconds on a full one. */
const BEGIN_LIMIT = 30_000;

/** Of setTimeout, 24 days; longer ones it takes for 1 ms. */
const LONGEST_WAIT = 2 ** 31 - 1;

const MIB = 2 ** 20;

const NAMES: { readonly [K in JobKind]: (job: JobTable[K]["job"]) => string } = {
  describe: () => "description of the plugins",
  snapshot: ({ data }) => `snapshot of ${data.source.join(", ")}`,
  propose: ({ sampler, request }) => `proposal of trial ${request.number} by ${sampler.kind}`,
  trial: ({ learner }) => `trial of ${learner}`,
  ensemble: ({ candidates }) => `ensemble of ${candidates.length} candidates`,
  confirm: ({ candidate }) => `confirmation of ${candidate.slice(0, 12)}`,
  origin: ({ path }) => `look at the base model ${path}`,
  predict: ({ files }) => `prediction of ${files.join(", ")}`,
  importance: ({ model }) => `importance of the columns for ${model.slice(0, 12)}`,
  replay: ({ model }) => `replay by ${model.slice(0, 12)}`,
  arrivals: ({ snapshot }) => `arrivals in ${snapshot.slice(0, 12)}`,
  duel: ({ a, b }) => `duel of ${a.slice(0, 12)} and ${b.slice(0, 12)}`,
};

/** What a job is called in messages. */
export function nameOf(job: Job): string {
  return named(job);
}

function named<K extends JobKind>(job: JobTable[K]["job"] & { readonly kind: K }): string {
  return NAMES[job.kind](job);
}

/** What a ticket asks of the process that its job runs in. */
interface Control {
  /** Asks the job to end at its next yield. */
  cancel(): void;
  /** Ends the process. */
  kill(): void;
}

export class Ticket {
  /** True after the process died under this job: it is tried once more, in a process of its own. */
  alone = false;
  /** Rejects only with what a callback of the caller's threw. */
  readonly result: Promise<JobResult<JobKind>>;
  #resolve: (result: JobResult<JobKind>) => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  /** Why the job was asked to end. */
  #stop: "cancelled" | "overrun" | "not begun" | null = null;
  #control: Control | null = null;
  #timer: NodeJS.Timeout | undefined;
  #started = false;
  /** Reports of this attempt. */
  #reports = 0;
  /** Whether to prune, by report. A second attempt makes the same reports again, and gets the same answers. */
  readonly #answers: Promise<boolean>[] = [];

  constructor(
    readonly id: number,
    readonly job: Job,
    readonly options: RunOptions,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get running(): boolean {
    return this.#control !== null;
  }

  dispatched(control: Control): void {
    this.#control = control;
    this.#reports = 0;
    this.#limit(BEGIN_LIMIT, "not begun");
  }

  started(): void {
    if (this.#stop === null) this.#limit(this.options.deadline * 1000, "overrun");
    if (!this.#started) void this.#called(async () => this.options.onStart?.());
    this.#started = true;
  }

  /** Whether to prune. */
  reported(step: number, loss: number): Promise<boolean> {
    const number = this.#reports++;
    this.#answers[number] ??= this.#called(async () => (await this.options.onReport?.(step, loss)) ?? false);
    return this.#answers[number];
  }

  /** What a callback gives; where it fails, the job is ended and the caller told: nothing here can mend it. */
  async #called<T>(callback: () => Promise<T>): Promise<T | false> {
    try {
      return await callback();
    } catch (error) {
      this.#reject(error);
      this.#end("cancelled");
      return false;
    }
  }

  /** Asks a running job to end, and sees to it that it does. */
  cancel(): void {
    this.#end("cancelled");
  }

  settle(result: JobResult<JobKind>): void {
    this.#release();
    this.#resolve(result.status === "done" ? result : (this.#late() ?? result));
  }

  /** The process died under the job. Returns false when it is to be tried again. */
  died(death: Death): boolean {
    this.#release();
    if (this.#stop === null && !this.alone) {
      this.alone = true;
      return false;
    }
    this.settle(this.#stop === null ? this.#culprit(death) : { status: "cancelled" });
    return true;
  }

  /** Failed for a reason that is not the job's own. */
  fail(error: SousError): void {
    this.settle({ status: "failed", error: error.toJSON() });
  }

  #late(): JobResult<JobKind> | null {
    if (this.#stop === "overrun") return this.#failed("EVALUATOR_DEADLINE", { seconds: this.options.deadline });
    if (this.#stop === "not begun") return this.#failed("EVALUATOR_NOT_BEGUN", { seconds: BEGIN_LIMIT / 1000 });
    return null;
  }

  #culprit({ how, heldBytes }: Death): JobResult<JobKind> {
    if (heldBytes === null) return this.#failed("EVALUATOR_CRASHED", { how });
    const capMiB = Math.round(this.options.memory / MIB);
    return this.#failed("EVALUATOR_MEMORY", { heldMiB: Math.round(heldBytes / MIB), capMiB });
  }

  #failed(code: ErrorCode, details: Details): JobResult<JobKind> {
    return { status: "failed", error: new SousError(code, { job: nameOf(this.job), ...details }).toJSON() };
  }

  #limit(milliseconds: number, why: "overrun" | "not begun"): void {
    this.#after(milliseconds, () => this.#end(why));
  }

  #end(why: "cancelled" | "overrun" | "not begun"): void {
    const control = this.#control;
    if (control === null || this.#stop !== null) return;
    this.#stop = why;
    control.cancel();
    this.#after(GRACE, () => control.kill());
  }

  /** One wait at a time: each one that begins takes the place of the one before. */
  #after(milliseconds: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, Math.min(milliseconds, LONGEST_WAIT));
  }

  #release(): void {
    this.#control = null;
    clearTimeout(this.#timer);
  }
}
