/** The loop over ask and tell. Wall time only ever ends it early; no trial depends on it. */
import { HyperparameterError, show, TrialPruned } from "../errors.js";
import { checkCallable, checkList, checkOptions, checkSwitch, isObject, type OptionNames } from "../given.js";
import type { Direction, FrozenTrial } from "../types.js";
import { endingOf, type Outcome } from "./outcome.js";
import type { Trial } from "./trial.js";

/** Gives the trial's value, or one per direction. Throws `TrialPruned` to say that it stopped early. */
export type Objective<P> = (trial: Trial<P>) => number | readonly number[] | Promise<number | readonly number[]>;

export interface OptimizeOptions {
  /** Trials to run in this call. Without it: until another end is reached. */
  readonly nTrials?: number;
  /** No trial is started after so many seconds. */
  readonly timeoutSeconds?: number;
  /** Trials at the same time: 1 … lag + 1. Default: 1. */
  readonly concurrency?: number;
  /** Aborted: no trial is started, and one whose objective throws is left to be handed out again. An AbortSignal fits. */
  readonly signal?: { readonly aborted: boolean };
  /** Called after each trial, in the order in which they end. */
  readonly callbacks?: readonly ((trial: FrozenTrial) => void | Promise<void>)[];
  /** True: an objective's error fails its trial only. Else it also ends the call, when the trials that run have ended. */
  readonly catch?: (error: unknown) => boolean;
}

const KNOWN: OptionNames<OptimizeOptions> = {
  nTrials: true,
  timeoutSeconds: true,
  concurrency: true,
  signal: true,
  callbacks: true,
  catch: true,
};

/** The part of a study that the loop is built on. */
interface AskTell<P> {
  readonly directions: readonly Direction[];
  readonly lag: number;
  readonly stopping: boolean;
  ask(): Promise<Trial<P>>;
  tell(trial: Trial<P>, outcome: Outcome): Promise<FrozenTrial>;
  release(trial: Trial<P>): void;
}

function check(lag: number, options: OptimizeOptions): void {
  checkOptions("options", options, KNOWN);
  const { nTrials = 0, concurrency = 1, timeoutSeconds = 0, callbacks = [], signal, catch: caught } = options;
  const fail = (where: string, expected: string, got: unknown): never => {
    throw new HyperparameterError({ code: "OPTION_INVALID", where, expected, got: show(got) });
  };
  if (!Number.isSafeInteger(nTrials) || nTrials < 0) fail("nTrials", "a whole number of 0 or more", nTrials);
  if (typeof timeoutSeconds !== "number" || !(timeoutSeconds >= 0))
    fail("timeoutSeconds", "a number of 0 or more", timeoutSeconds);
  if (!Number.isSafeInteger(concurrency) || concurrency < 1 || concurrency > lag + 1)
    fail("concurrency", `a whole number from 1 to lag + 1, ${lag + 1}`, concurrency);
  checkList("callbacks", callbacks);
  for (const [at, callback] of callbacks.entries()) checkCallable(`callbacks[${at}]`, callback);
  if (caught !== undefined) checkCallable("catch", caught);
  if (signal !== undefined) checkSwitch("signal.aborted", isObject(signal) ? signal.aborted : signal);
}

function failedBy(error: unknown): Outcome {
  return {
    state: "failed",
    reason: error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${show(error)}`,
  };
}

function isExhausted(error: unknown): boolean {
  return error instanceof HyperparameterError && error.code === "SPACE_EXHAUSTED";
}

class Loop<P> {
  readonly #study: AskTell<P>;
  readonly #objective: Objective<P>;
  readonly #options: OptimizeOptions;
  readonly #deadline: number;
  #left: number;
  #ended = false;

  constructor(study: AskTell<P>, objective: Objective<P>, options: OptimizeOptions) {
    this.#study = study;
    this.#objective = objective;
    this.#options = options;
    this.#deadline = Date.now() + 1000 * (options.timeoutSeconds ?? Number.POSITIVE_INFINITY);
    this.#left = options.nTrials ?? Number.POSITIVE_INFINITY;
  }

  get #aborted(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  async work(): Promise<void> {
    try {
      while (!this.#ended && !this.#study.stopping && !this.#aborted && this.#left > 0 && Date.now() < this.#deadline) {
        this.#left--;
        await this.#runOne();
      }
    } catch (error) {
      this.#ended = true;
      if (!isExhausted(error)) throw error;
    }
  }

  async #runOne(): Promise<void> {
    const trial = await this.#study.ask();
    if (this.#aborted) return this.#study.release(trial);
    const end = await this.#evaluate(trial);
    if (end === null) return this.#study.release(trial);
    const told = await this.#study.tell(trial, "error" in end ? failedBy(end.error) : end.outcome);
    for (const callback of this.#options.callbacks ?? []) await callback(told);
    if ("error" in end && !this.#options.catch?.(end.error)) throw end.error;
  }

  /** Null: cut short by the signal, so not the trial's own end. */
  async #evaluate(trial: Trial<P>): Promise<{ outcome: Outcome } | { error: unknown } | null> {
    try {
      const outcome = await this.#objective(trial);
      endingOf(outcome, this.#study.directions.length, `trial ${trial.number}`);
      return { outcome };
    } catch (error) {
      if (this.#aborted) return null;
      return error instanceof TrialPruned ? { outcome: { state: "pruned" } } : { error };
    }
  }
}

export async function optimize<P>(study: AskTell<P>, objective: Objective<P>, options: OptimizeOptions): Promise<void> {
  checkCallable("objective", objective);
  check(study.lag, options);
  const loop = new Loop(study, objective, options);
  const ends = await Promise.allSettled(Array.from({ length: options.concurrency ?? 1 }, () => loop.work()));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
}
