/**
 * The evaluator on this machine: a client of one process that is started when there is work, and ended when there is none
 * or when a job overruns its deadline or memory. Native code can't be stopped from within (DESIGN §6, Processes), so the
 * process is the unit that is killed; jobs that were in it and are not to blame run once more, each in a process of its own.
 */
import { SousError } from "../errors.js";
import type { Evaluator, JobKind, JobResult, JobTable, Places, RunOptions } from "./messages.js";
import { type Death, HostProcess } from "./process.js";
import { nextOf } from "./queue.js";
import { nameOf, Ticket } from "./ticket.js";
import type { FromHost } from "./wire.js";

export interface EvaluatorOptions {
  /** `workers/host.js`, compiled. */
  readonly host: URL;
  readonly places: Places;
  /** Trials, snapshots and confirmations at the same time, 1 …; descriptions and proposals have a thread beside them. */
  readonly slots: number;
  /** Seconds without work after which the process ends, so that an idle daemon holds little memory. */
  readonly idleSeconds: number;
  /** JavaScript heap of each worker thread, in MiB; typed arrays and models are not on it. */
  readonly heapMiB?: number;
  /** What the process and the plugins in it print. */
  readonly onOutput?: (text: string) => void;
}

/** Milliseconds between looks at the memory: at 1 GB/s, what a page fault costs, 100 MB too much at most. */
const MEMORY_PERIOD = 100;
/** Starts in a row that may fail before waiting jobs are given up. */
const STARTS = 3;

type Report = Extract<FromHost, { type: "report" }>;

export function startEvaluator(options: EvaluatorOptions): Evaluator {
  return new LocalEvaluator(options);
}

class LocalEvaluator implements Evaluator {
  readonly #options: EvaluatorOptions;
  #waiting: Ticket[] = [];
  readonly #running = new Map<number, Ticket>();
  #host: HostProcess | null = null;
  /** Processes that were told to end and have not yet. */
  readonly #ending = new Set<Promise<void>>();
  #failedStarts = 0;
  #jobs = 0;
  #idle: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #closed: Promise<void> | null = null;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  get slots(): number {
    return this.#options.slots;
  }

  async run<K extends JobKind>(
    job: JobTable[K]["job"] & { readonly kind: K },
    options: RunOptions,
  ): Promise<JobResult<K>> {
    if (this.#closed) throw new SousError("EVALUATOR_CLOSED", { job: nameOf(job) });
    if (options.signal?.aborted) return { status: "cancelled" };
    const ticket = new Ticket(this.#jobs++, job, options);
    const abort = () => this.#cancel(ticket);
    options.signal?.addEventListener("abort", abort, { once: true });
    this.#waiting.push(ticket);
    this.#pump();
    try {
      return (await ticket.result) as JobResult<K>;
    } finally {
      options.signal?.removeEventListener("abort", abort);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    const open = [...this.#running.values(), ...this.#waiting];
    for (const ticket of open) this.#cancel(ticket);
    await Promise.allSettled(open.map(({ result }) => result));
    clearTimeout(this.#idle);
    this.#release();
    await Promise.all(this.#ending);
  }

  #cancel(ticket: Ticket): void {
    if (ticket.running) {
      ticket.cancel();
      return;
    }
    this.#waiting = this.#waiting.filter((one) => one !== ticket);
    ticket.settle({ status: "cancelled" });
    this.#pump();
  }

  /** Starts what can be started. Called after everything that changes what is waiting or running. */
  #pump(): void {
    clearTimeout(this.#idle);
    if (this.#waiting.length + this.#running.size === 0) this.#rest();
    else {
      this.#host ??= this.#start();
      this.#fill(this.#host);
    }
  }

  #fill(host: HostProcess): void {
    for (let ticket = this.#next(host); ticket !== null; ticket = this.#next(host)) {
      if (ticket.alone && host.used) {
        this.#release();
        this.#host = this.#start();
        return;
      }
      this.#dispatch(ticket, host);
    }
  }

  #next(host: HostProcess): Ticket | null {
    return host.ready ? nextOf(this.#waiting, [...this.#running.values()], this.slots) : null;
  }

  #dispatch(ticket: Ticket, host: HostProcess): void {
    this.#waiting = this.#waiting.filter((one) => one !== ticket);
    this.#running.set(ticket.id, ticket);
    host.used = true;
    ticket.dispatched({ cancel: () => host.send({ type: "cancel", id: ticket.id }), kill: () => host.kill() });
    host.send({ type: "run", id: ticket.id, job: ticket.job });
    this.#watch ??= setInterval(() => this.#weigh(host), MEMORY_PERIOD);
  }

  #start(): HostProcess {
    const { host: module, places, slots, heapMiB = 1024, onOutput = () => {} } = this.#options;
    const host: HostProcess = new HostProcess({
      module,
      config: { places, slots, heapMiB },
      onMessage: (message) => host === this.#host && this.#receive(message, host),
      onOutput,
    });
    void host.exited.then((death) => host === this.#host && this.#bury(death, host));
    return host;
  }

  #receive(message: FromHost, host: HostProcess): void {
    if (message.type === "ready") {
      this.#failedStarts = 0;
      this.#pump();
    }
    const ticket = "id" in message ? this.#running.get(message.id) : undefined;
    if (ticket === undefined) return;
    if (message.type === "started") ticket.started();
    if (message.type === "report") void this.#answer(ticket, message, host);
    if (message.type === "ended") this.#leave(ticket, () => ticket.settle(message.result));
    if (message.type === "lost")
      this.#leave(ticket, () => this.#retry([ticket], { how: message.reason, heldBytes: null }));
  }

  async #answer(ticket: Ticket, { id, step, loss }: Report, host: HostProcess): Promise<void> {
    host.send({ type: "answer", id, prune: await ticket.reported(step, loss) });
  }

  /** A job has left the process, which lives on. */
  #leave(ticket: Ticket, settle: () => void): void {
    this.#running.delete(ticket.id);
    if (this.#running.size === 0) this.#unwatch();
    settle();
    this.#pump();
  }

  /** The process has died by itself or by our hand: every job in it is settled, or waits to be tried again. */
  #bury(death: Death, host: HostProcess): void {
    this.#host = null;
    this.#unwatch();
    if (!host.ready) this.#countFailedStart(death);
    const victims = [...this.#running.values()];
    this.#running.clear();
    this.#retry(victims, death);
    this.#pump();
  }

  /** In the order of their calls: a report may wait for the outcomes of earlier trials, and these run one at a time now. */
  #retry(victims: readonly Ticket[], death: Death): void {
    this.#waiting.push(...victims.filter((ticket) => !ticket.died(death)));
    this.#waiting.sort((a, b) => a.id - b.id);
  }

  #countFailedStart({ how }: Death): void {
    this.#failedStarts += 1;
    if (this.#failedStarts < STARTS) return;
    this.#failedStarts = 0;
    const given = this.#waiting;
    this.#waiting = [];
    for (const ticket of given) ticket.fail(new SousError("EVALUATOR_UNSTARTABLE", { reason: how }));
  }

  #weigh(host: HostProcess): void {
    const held = host.resident() ?? 0;
    const cap = Math.max(...[...this.#running.values()].map(({ options }) => options.memory));
    if (held > cap) host.kill(held);
  }

  #unwatch(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #rest(): void {
    if (this.#host === null || this.#closed) return;
    this.#idle = setTimeout(() => this.#release(), this.#options.idleSeconds * 1000);
  }

  /** Lets go of a process that has nothing to do. */
  #release(): void {
    const host = this.#host;
    if (host === null) return;
    this.#host = null;
    const ending = host.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
