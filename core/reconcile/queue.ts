/**
 * Names waiting for a step. Level-triggered: adding a name says only "look at it", however often; a name is never in
 * flight twice; a name added while in flight runs once more. The habit is that of Kubernetes' controller-runtime.
 */
import { monotonic } from "../clock.js";

export interface StepEnd {
  /** Milliseconds after which the name is looked at again by itself; null: when it is next added. */
  readonly again: number | null;
  /** True: the step failed for a reason that may pass; `again` is replaced by the back-off. */
  readonly failed?: boolean;
}

export interface QueueOptions {
  readonly concurrency: number;
  /** Must not reject: errors are the step's to sort. */
  readonly step: (name: string, signal: AbortSignal) => Promise<StepEnd>;
  /** Called whenever nothing is in flight or due. */
  readonly onIdle?: () => void;
}

/** First and longest back-off, in milliseconds: 0.25 s doubling to a minute. */
const BACKOFF = { first: 250, longest: 60_000 };

export class NameQueue {
  readonly #options: QueueOptions;
  /** Names with the monotonic time at which they are due. */
  readonly #waiting = new Map<string, number>();
  readonly #flying = new Map<string, AbortController>();
  /** Added again while in flight. */
  readonly #dirty = new Set<string>();
  /** Failures in a row. */
  readonly #failures = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  #held = false;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.size + this.#flying.size;
  }

  inFlight(name: string): boolean {
    return this.#flying.has(name);
  }

  /** Looks at the name after `delay` milliseconds at the latest; an earlier time that was set stands. */
  add(name: string, delay = 0): void {
    if (this.#stopped) return;
    if (this.#flying.has(name)) {
      this.#dirty.add(name);
      return;
    }
    const due = monotonic() + delay;
    this.#waiting.set(name, Math.min(due, this.#waiting.get(name) ?? due));
    this.#pump();
  }

  /** Does something while nothing is in flight, and lets nothing start meanwhile. False: something was in flight. */
  async alone(work: () => Promise<void>): Promise<boolean> {
    if (this.#flying.size > 0 || this.#held || this.#stopped) return false;
    this.#held = true;
    const run = work().finally(() => {
      this.#held = false;
      this.#running.delete(run);
      this.#pump();
    });
    this.#running.add(run);
    await run;
    return true;
  }

  /** Asks the step of a name in flight to end; it runs again because whoever interrupts also adds. */
  interrupt(name: string): void {
    this.#flying.get(name)?.abort();
  }

  /** Forgets what waits, asks all in flight to end, and waits for them. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const controller of this.#flying.values()) controller.abort();
    await Promise.all(this.#running);
  }

  #pump(): void {
    if (this.#stopped || this.#held) return;
    const time = monotonic();
    for (const [name, due] of this.#waiting) {
      if (this.#flying.size >= this.#options.concurrency) return;
      if (due > time) continue;
      this.#waiting.delete(name);
      const run = this.#fly(name).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
    this.#arm(time);
  }

  #arm(time: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#flying.size >= this.#options.concurrency) return;
    let next = Number.POSITIVE_INFINITY;
    for (const at of this.#waiting.values()) next = Math.min(next, at);
    if (next !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#pump(), Math.max(0, next - time));
    else if (this.#flying.size === 0) this.#options.onIdle?.();
  }

  async #fly(name: string): Promise<void> {
    const controller = new AbortController();
    this.#flying.set(name, controller);
    const end = await this.#options.step(name, controller.signal);
    this.#flying.delete(name);
    const again = this.#delayOf(name, end);
    if (this.#dirty.delete(name)) this.add(name, end.failed ? (again ?? 0) : 0);
    else if (again !== null) this.add(name, again);
    this.#pump();
  }

  #delayOf(name: string, end: StepEnd): number | null {
    if (!end.failed) {
      this.#failures.delete(name);
      return end.again;
    }
    const failures = (this.#failures.get(name) ?? 0) + 1;
    this.#failures.set(name, failures);
    return Math.min(BACKOFF.longest, BACKOFF.first * 2 ** (failures - 1));
  }
}
