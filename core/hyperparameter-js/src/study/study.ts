/** A study: hands out trials, takes their ends, and keeps every record. Everything else is built on `ask` and `tell`. */
import { HyperparameterError } from "../errors.js";
import { checkNamed, checkSwitch } from "../given.js";
import { onlyDirection } from "../objective.js";
import type { Direction, FrozenTrial, Params, ParamsOf, Space, Storage } from "../types.js";
import { type AddedTrial, addedRecord } from "./added.js";
import { paretoFront } from "./best.js";
import { loadedTrials } from "./loaded.js";
import { type Objective, type OptimizeOptions, optimize } from "./optimize.js";
import { type Settings, type StudyOptions, settingsOf } from "./options.js";
import { type Ending, endingOf, type Outcome, withFailure } from "./outcome.js";
import { checkParams } from "./params.js";
import { checkEnqueued, startEnqueued, startNew } from "./propose.js";
import { ownSpace } from "./space.js";
import { freezeTrial, newTrial, RunningTrial, type Trial } from "./trial.js";
import { Turns } from "./turns.js";
import { isFinished, Visible } from "./visible.js";

export class Study<S extends Space = Space> {
  readonly #settings: Settings;
  readonly #trials: FrozenTrial[];
  readonly #visible: Visible;
  readonly #running = new Map<number, RunningTrial<unknown>>();
  readonly #telling = new Set<number>();
  /** Handed out and given back: nothing more may be done with them, whoever runs the trial by now. */
  readonly #released = new WeakSet<object>();
  readonly #asks = new Turns();
  readonly #births = new Turns();
  /** Asks that wait for an earlier trial to end. */
  #waiting: (() => void)[] = [];
  /** How many trials from the first on have ended without a gap. */
  #settled = 0;
  #stopping = false;

  /** `trials` by number, without gaps. Use `createStudy`. */
  constructor(settings: Settings, trials: readonly FrozenTrial[]) {
    this.#settings = settings;
    this.#trials = [...trials];
    this.#visible = new Visible(settings.lag);
    this.#changed();
  }

  get directions(): readonly Direction[] {
    return this.#settings.directions;
  }

  get lag(): number {
    return this.#settings.lag;
  }

  /** True from `stop` until the next `optimize`. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** All trials by number: frozen records, newest state. */
  get trials(): readonly FrozenTrial[] {
    return [...this.#trials];
  }

  /** The complete trial with the best value, a feasible one first; of equals the first. Throws NO_COMPLETE_TRIAL. */
  get bestTrial(): FrozenTrial {
    onlyDirection(this.directions, "bestTrial");
    const [best] = this.bestTrials;
    if (best !== undefined) return best;
    const expected = "a complete trial";
    throw new HyperparameterError({ code: "NO_COMPLETE_TRIAL", where: "bestTrial", expected, got: "none" });
  }

  /** The value of `bestTrial`. */
  get bestValue(): number {
    return (this.bestTrial.values as readonly [number])[0];
  }

  /** The parameters of `bestTrial`. */
  get bestParams(): ParamsOf<S> {
    return this.bestTrial.params as ParamsOf<S>;
  }

  /** The Pareto front: complete, feasible trials that no other one dominates, by number (see `paretoFront`). */
  get bestTrials(): readonly FrozenTrial[] {
    return paretoFront(this.#trials, this.directions);
  }

  /**
   * The next trial to run: one that was asked and never told, else one that was enqueued, else a new proposal. Waits until
   * all trials before its number − lag have ended. Rejects with SPACE_EXHAUSTED where a declared finite space is used up.
   */
  ask(): Promise<Trial<ParamsOf<S>>>;
  ask<const T extends Space>(space: T): Promise<Trial<ParamsOf<T>>>;
  ask(given?: Space): Promise<Trial<unknown>> {
    return this.#asks.run(async () => {
      const space = given === undefined ? this.#settings.space : ownSpace(given);
      for (;;) {
        const number = this.#nextNumber();
        if (this.#settled < number - this.lag) await new Promise<void>((resolve) => this.#waiting.push(resolve));
        else {
          const trial = await this.#births.run(async () => this.#start(number, space));
          if (trial !== null) return trial;
        }
      }
    });
  }

  /** The first trial that waits, or runs with nobody running it; else the number of a new one. */
  #nextNumber(): number {
    for (let number = this.#settled; number < this.#trials.length; number++) {
      const { state } = this.#trials[number] as FrozenTrial;
      const idle = state === "running" && !this.#running.has(number) && !this.#telling.has(number);
      if (idle || state === "waiting") return number;
    }
    return this.#trials.length;
  }

  /** Null: the number was taken while this ask waited. */
  async #start(number: number, space: Space | undefined): Promise<RunningTrial<unknown> | null> {
    if (number !== this.#nextNumber()) return null;
    const record = await this.#begin(number, space);
    const trial = new RunningTrial<unknown>(record, {
      seed: this.#settings.seed,
      declared: space !== undefined,
      shouldPrune: (now) => this.#shouldPrune(now),
    });
    this.#running.set(number, trial);
    return trial;
  }

  /** The record of the trial as running, durably written. */
  async #begin(number: number, space: Space | undefined): Promise<FrozenTrial> {
    const known = this.#trials[number];
    if (known?.state === "running") return known;
    const ask = { number, space, view: this.#visible.toAsk(number, this.#trials) };
    const start = known ? await startEnqueued(this.#settings, ask, known) : await startNew(this.#settings, ask);
    return this.#write(newTrial(number, "running", start, known?.userAttrs));
  }

  async #write(trial: FrozenTrial): Promise<FrozenTrial> {
    await this.#settings.storage.put(trial);
    this.#trials[trial.number] = trial;
    return trial;
  }

  #shouldPrune(trial: FrozenTrial): boolean {
    const direction = onlyDirection(this.directions, "shouldPrune");
    const trials = this.#visible.whileRunning(trial.number, this.#trials);
    const { pruner } = this.#settings;
    const verdict = pruner.prune({ trial, trials, direction });
    checkSwitch(`pruner ${pruner.name}, prune`, verdict);
    return verdict;
  }

  /**
   * Ends a trial. Resolves when the record is durable. NaN as a value makes the trial a failed one, and its user attribute
   * `failure` says so. Throws TRIAL_UNKNOWN, TRIAL_FINISHED (told twice, or released before) and VALUES_INVALID.
   */
  async tell(trial: Trial<unknown> | number, outcome: Outcome): Promise<FrozenTrial> {
    const record = this.#openRecord(trial);
    const { number } = record;
    const ending = endingOf(outcome, this.directions.length, `trial ${number}`);
    const running = this.#running.get(number);
    this.#telling.add(number);
    try {
      const told = running?.freeze(ending) ?? endedRecord(record, ending);
      await this.#write(told);
      running?.close();
      this.#running.delete(number);
      return told;
    } finally {
      this.#telling.delete(number);
      this.#changed();
    }
  }

  /** Gives a running trial back untold: the next ask hands it out again, with the same number and parameters. */
  release(trial: Trial<unknown> | number): void {
    const { number } = this.#openRecord(trial);
    const running = this.#running.get(number);
    if (running !== undefined) this.#released.add(running);
    running?.close();
    this.#running.delete(number);
    this.#changed();
  }

  /** The record of a trial that was asked and not told. */
  #openRecord(trial: Trial<unknown> | number): FrozenTrial {
    const number = typeof trial === "number" ? trial : trial?.number;
    const record = this.#trials[number];
    const where = `trial ${number}`;
    if (typeof trial !== "number" && this.#released.has(trial)) throw ended(where, "a released one");
    const stranger = typeof trial !== "number" && record?.state === "running" && this.#running.get(number) !== trial;
    if (record === undefined || stranger || record.state === "waiting") {
      const expected = "a trial that was asked of this study";
      throw new HyperparameterError({ code: "TRIAL_UNKNOWN", where, expected, got: record?.state ?? "none" });
    }
    if (record.state === "running" && !this.#telling.has(number)) return record;
    throw ended(where, record.state === "running" ? "one being told" : `a ${record.state} one`);
  }

  /** Moves on past the trials that have ended, and lets the asks that wait look again. */
  #changed(): void {
    while (this.#settled < this.#trials.length && isFinished(this.#trials[this.#settled] as FrozenTrial))
      this.#settled++;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Puts parameters to be tried next, all or some of them; the sampler gives the rest. Resolves to the waiting trial. */
  enqueueTrial(params: Params, userAttrs: Readonly<Record<string, unknown>> = {}): Promise<FrozenTrial> {
    return this.#births.run(async () => {
      const number = this.#trials.length;
      const { space } = this.#settings;
      checkParams(params, `trial ${number}, enqueued`);
      checkNamed(`trial ${number}, userAttrs`, userAttrs);
      const fixed = space === undefined ? { ...params } : checkEnqueued(this.#settings, params, `trial ${number}`);
      const start = { params: fixed, distributions: {}, why: { rule: "enqueued" } };
      return this.#write(newTrial(number, "waiting", start, { ...userAttrs }));
    });
  }

  /** Takes in a finished trial from elsewhere. Without a declared space it needs `distributions` for TPE to learn from it. */
  addTrial(added: AddedTrial): Promise<FrozenTrial> {
    return this.#births.run(async () => {
      const trial = addedRecord(added, this.#trials.length, this.#settings);
      await this.#write(trial);
      this.#changed();
      return trial;
    });
  }

  /** Runs the objective on one trial after another: a loop over `ask` and `tell`, and nothing else. */
  optimize(objective: Objective<ParamsOf<S>>, options: OptimizeOptions = {}): Promise<void> {
    this.#stopping = false;
    return optimize<ParamsOf<S>>(this, objective, options);
  }

  /** Lets `optimize` end when the trials that run now have ended. */
  stop(): void {
    this.#stopping = true;
  }
}

function ended(where: string, got: string): HyperparameterError {
  return new HyperparameterError({ code: "TRIAL_FINISHED", where, expected: "a running trial", got });
}

/** The end of a trial that was told by its number, and that nobody here runs. */
function endedRecord(record: FrozenTrial, { failure, ...end }: Ending): FrozenTrial {
  return freezeTrial({ ...record, ...end, userAttrs: withFailure(record.userAttrs, failure) });
}

/** Opens a study on its storage; trials that were running when it was last left are handed out first, or given up. */
export async function createStudy<const S extends Space = Space>(options: StudyOptions<S> = {}): Promise<Study<S>> {
  const settings = settingsOf(options);
  const trials = loadedTrials(await settings.storage.load(), settings.directions.length);
  const closed = settings.unfinished === "stale" ? await giveUp(settings.storage, trials) : trials;
  return new Study<S>(settings, closed.map(freezeTrial));
}

/** Trials that nobody runs any more end as stale ones. */
async function giveUp(storage: Storage, trials: readonly FrozenTrial[]): Promise<readonly FrozenTrial[]> {
  const closed = trials.map((trial) => (trial.state === "running" ? { ...trial, state: "stale" as const } : trial));
  for (const trial of closed)
    if (trial.state === "stale" && trials[trial.number]?.state === "running") await storage.put(trial);
  return closed;
}
