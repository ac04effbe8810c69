/**
 * One study: asks for candidates, has them trained and scored by the evaluator, and tells the outcomes in logical order
 * until the budget of work ends. What it returns depends on recipe, snapshot and plugins only; not on how many workers
 * there are, nor on how often it was interrupted and resumed (DESIGN §6, Determinism).
 */

import type { Direction, FrozenTrial, Space } from "hyperparameter-js";
import { createStudy, HyperparameterError, type Pruner, type Storage, type Study, type Trial } from "hyperparameter-js";
import { monotonic } from "../clock.js";
import { type ErrorRecord, fromRecord, SousError } from "../errors.js";
import type { Evaluator, JobResult, Resampling, TrialJob } from "../evaluator/messages.js";
import { GRACE } from "../evaluator/ticket.js";
import type { Recipe } from "../recipe/recipe.js";
import {
  type EnsembleRequest,
  ensembleJob,
  ensembleTrial,
  failedEnsemble,
  runEnsemble,
  wantsEnsemble,
} from "./ensemble.js";
import type { OpeningTrial } from "./opening.js";
import { remoteSampler, SearchInterrupted } from "./proposer.js";
import {
  bestOf,
  type Ended,
  ERROR,
  FROM,
  isFinished,
  OUTCOME,
  resultOf,
  SECONDS,
  type SearchResult,
  searched,
  untilFirst,
  workOf,
} from "./result.js";
import { splitParams } from "./space.js";
import { limits, type TrialPlace, trialJob } from "./trial-job.js";

/** A proposal sees the outcomes of all trials but this many before it, however many run at once. */
const LAG = 3;

/** In place of a trial's number, for what is done with the first complete one while others run. */
const FIRST = -1;

/** Of a study's wall time, kept for the ensemble; one of 25 candidates and 10,000 rows takes about 5 s, of texts more. */
const KEPT_WALL = 0.1;

/** Milliseconds that it takes to be rid of a learner that never yields, and half of what a new process takes to be ready. */
const LEAST_KEPT = GRACE + 500;

/** Milliseconds before the wall at which trials are asked to end; of a very short wall half of it. */
function keptOf({ search }: Recipe, wall: number): number {
  const ensemble = search.ensemble.size === 0 ? 0 : KEPT_WALL * wall;
  return Math.min(Math.max(ensemble, LEAST_KEPT), wall / 2);
}

export interface SearchRequest {
  readonly recipe: Recipe;
  readonly snapshot: string;
  readonly resampling: Resampling;
  readonly space: Space;
  readonly metric: { readonly name: string; readonly direction: Direction };
  readonly pruner: Pruner;
  /** The first trials; points of the space. */
  readonly opening: readonly OpeningTrial[];
}

interface SearchProgress {
  readonly trial: number;
  readonly state: "complete" | "pruned" | "failed";
  readonly score: number | null;
  readonly best: number | null;
  readonly done: number;
  readonly error: ErrorRecord | null;
}

export interface SearchPorts {
  readonly evaluator: Evaluator;
  readonly storage: Storage;
  readonly signal: AbortSignal;
  readonly onStart: (trial: number) => void;
  readonly onTrial: (progress: SearchProgress) => void;
  /**
   * Called once, with the trials up to the first that is complete: the same in every run. Counts as a trial in flight, so
   * that it has a thread; what it throws ends the search.
   */
  readonly onFirst: (trials: readonly FrozenTrial[]) => Promise<void>;
  /** Called once the study's last candidate is recorded. */
  readonly onEnsemble: (trial: FrozenTrial) => void;
}

/**
 * Runs the study to its end, from wherever its storage says it is. Resolves with null when the signal ended it: what was
 * told is kept, and the same call continues it. Throws the sampler's coded error when no proposal can be made.
 */
export async function search(request: SearchRequest, ports: SearchPorts): Promise<SearchResult | null> {
  const study = await createStudy({
    direction: request.metric.direction,
    sampler: remoteSampler(ports.evaluator, request.recipe.search.sampler, {
      ...limits(request.recipe),
      signal: ports.signal,
    }),
    pruner: request.pruner,
    storage: { ...ports.storage, load: async () => searched(await ports.storage.load()) },
    seed: request.recipe.search.seed,
    space: request.space,
    budget: request.recipe.budget.trials,
    lag: lagOf(request.recipe),
  });
  for (const { params, from } of request.opening.slice(study.trials.length)) {
    await study.enqueueTrial(params, { [FROM]: from });
  }
  return await new StudyRun(study, request, ports).toEnd();
}

/** Depends on the recipe alone, so that the number of workers changes nothing. */
function lagOf(recipe: Recipe): number {
  return Math.max(LAG, recipe.budget.threads - 1);
}

class StudyRun {
  readonly #study: Study;
  readonly #request: SearchRequest;
  readonly #ports: SearchPorts;
  /** Ends the search, and the whole study. */
  readonly #wall = new AbortController();
  readonly #end = new AbortController();
  readonly #signal: AbortSignal;
  readonly #flying = new Map<number, Promise<void>>();
  /** Rejects when no further trial can be asked for. */
  readonly #interrupted: Promise<never>;
  #interrupt: (reason: unknown) => void = () => {};
  #isFirstTold = false;

  constructor(study: Study, request: SearchRequest, ports: SearchPorts) {
    this.#study = study;
    this.#request = request;
    this.#ports = ports;
    this.#signal = AbortSignal.any([ports.signal, this.#wall.signal]);
    this.#interrupted = new Promise((_resolve, reject) => {
      this.#interrupt = reject;
    });
    this.#interrupted.catch(() => {}); // heard by whoever asks, if anyone does
    this.#signal.addEventListener("abort", () => this.#interrupt(new SearchInterrupted("the study was stopped")));
  }

  async toEnd(): Promise<SearchResult | null> {
    const timers = this.#armWall();
    try {
      const ended = await this.#loop();
      await Promise.all(this.#flying.values());
      const last = this.#ports.signal.aborted ? [] : await this.#addEnsemble();
      const trials = [...this.#study.trials, ...last];
      return this.#ports.signal.aborted ? null : resultOf(trials, this.#request.metric.direction, ended);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled(this.#flying.values());
    }
  }

  #armWall(): readonly NodeJS.Timeout[] {
    const { recipe } = this.#request;
    if (recipe.budget.wall === null) return [];
    const wall = recipe.budget.wall * 1000;
    return [
      setTimeout(() => this.#wall.abort(), wall - keptOf(recipe, wall)),
      setTimeout(() => this.#end.abort(), wall),
    ];
  }

  /** The study's last candidate, recorded beside its trials; none where there is nothing to put together. */
  async #addEnsemble(): Promise<readonly FrozenTrial[]> {
    const { recipe, metric } = this.#request;
    const { trials } = this.#study;
    const request: EnsembleRequest = { ...this.#place(), direction: metric.direction, trials };
    if (!wantsEnsemble(request)) return [];
    const options = { ...limits(recipe), signal: AbortSignal.any([this.#ports.signal, this.#end.signal]) };
    const result = await runEnsemble(ensembleJob(request, null), request, {
      evaluator: this.#ports.evaluator,
      options,
    });
    if (this.#ports.signal.aborted) return [];
    const trial = recorded(trials.length, result);
    await this.#ports.storage.put(trial);
    this.#ports.onEnsemble(trial);
    return [trial];
  }

  /** Keeps as many trials in flight as recipe and evaluator allow, until the budget ends. */
  async #loop(): Promise<Ended> {
    const { recipe } = this.#request;
    const finished = this.#study.trials.filter((trial) => isFinished(trial)).length;
    const width = Math.min(recipe.budget.threads, this.#ports.evaluator.slots);
    this.#tellFirst();
    for (let left = recipe.budget.trials - finished; left > 0; left -= 1) {
      if (this.#signal.aborted) return "wall";
      if (await this.#workIsSpent()) return "work";
      const trial = await this.#ask();
      if (trial === null) return this.#signal.aborted ? "wall" : "space";
      this.#launch(trial);
      while (this.#flying.size >= width) await Promise.race(this.#flying.values());
    }
    return "trials";
  }

  /** Work is counted over the trials that the next proposal may see, so that where it ends is the same in every run. */
  async #workIsSpent(): Promise<boolean> {
    const { work } = this.#request.recipe.budget;
    if (work === null) return false;
    const visible = this.#study.trials.length - this.#study.lag;
    await Promise.all([...this.#flying].filter(([number]) => number < visible).map(([, run]) => run));
    return workOf(this.#study.trials.slice(0, Math.max(0, visible))) >= work;
  }

  /**
   * Null when the space is exhausted, or the signal came. A proposal waits for earlier trials to be told, which one that
   * was cancelled never is, so the wait ends with the signal or with the first trial that could not be told.
   */
  async #ask(): Promise<Trial | null> {
    try {
      return await Promise.race([this.#study.ask(), this.#interrupted]);
    } catch (error) {
      const exhausted = error instanceof HyperparameterError && error.code === "SPACE_EXHAUSTED";
      if (exhausted || error instanceof SearchInterrupted) return null;
      throw error;
    }
  }

  #launch(trial: Trial): void {
    this.#fly(trial.number, this.#run(trial));
  }

  #fly(number: number, flight: Promise<void>): void {
    const run = flight.finally(() => this.#flying.delete(number));
    run.catch((error) => this.#interrupt(error)); // the store failed: nothing more can be told
    this.#flying.set(number, run);
  }

  #tellFirst(): void {
    const trials = this.#isFirstTold ? null : untilFirst(this.#study.trials);
    if (trials === null) return;
    this.#isFirstTold = true;
    this.#fly(FIRST, this.#ports.onFirst(trials));
  }

  async #run(trial: Trial): Promise<void> {
    const { recipe } = this.#request;
    let began = monotonic();
    const result = await this.#ports.evaluator.run(this.#jobOf(trial), {
      ...limits(recipe),
      signal: this.#signal,
      onStart: () => {
        began = monotonic();
        this.#ports.onStart(trial.number);
      },
      onReport: (step, loss) => {
        trial.report(this.#request.metric.direction === "minimize" ? loss : -loss, step);
        return trial.shouldPrune();
      },
    });
    if (result.status !== "done") trial.setUserAttr(SECONDS, (monotonic() - began) / 1000);
    await this.#tell(trial, result);
  }

  #jobOf(trial: Trial): TrialJob {
    const { learner, own } = splitParams(trial.params);
    return trialJob(this.#place(), { number: trial.number, learner, params: own });
  }

  #place(): TrialPlace {
    const { snapshot, recipe, metric, resampling } = this.#request;
    return { snapshot, recipe, metric: metric.name, resampling };
  }

  /** A trial that was cancelled stays "running" in the storage, and is handed out again when the study goes on. */
  async #tell(trial: Trial, result: JobResult<"trial">): Promise<void> {
    if (result.status === "cancelled") {
      if (this.#ports.signal.aborted) return;
      return this.#tellFailed(trial, new SousError("SEARCH_OUT_OF_WALL").toJSON());
    }
    if (result.status === "failed") {
      // Not the trial's fault, and it may pass: the study is left as it is, and goes on when the name is tried again.
      if (fromRecord(result.error).kind === "transient") throw fromRecord(result.error);
      return this.#tellFailed(trial, result.error);
    }
    if (result.status === "pruned") {
      await this.#study.tell(trial.number, { state: "pruned" });
      return this.#progress(trial.number, null, null);
    }
    trial.setUserAttr(OUTCOME, result.outcome);
    await this.#study.tell(trial.number, result.outcome.score);
    this.#progress(trial.number, result.outcome.score, null);
  }

  async #tellFailed(trial: Trial, error: ErrorRecord): Promise<void> {
    trial.setUserAttr(ERROR, error);
    await this.#study.tell(trial.number, { state: "failed" });
    this.#progress(trial.number, null, error);
  }

  #progress(number: number, score: number | null, error: ErrorRecord | null): void {
    const trials = this.#study.trials.filter((trial) => isFinished(trial));
    const best = bestOf(trials, this.#request.metric.direction)?.values?.[0] ?? null;
    const state = error !== null ? "failed" : score !== null ? "complete" : "pruned";
    this.#ports.onTrial({ trial: number, state, score, best, done: trials.length, error });
    this.#tellFirst();
  }
}

function recorded(number: number, result: JobResult<"ensemble">): FrozenTrial {
  if (result.status === "done") return ensembleTrial(number, result.outcome);
  if (result.status !== "failed") return failedEnsemble(number, new SousError("SEARCH_OUT_OF_WALL").toJSON());
  // It may pass: the study is left as it is, and its last candidate made when the name is tried again.
  if (fromRecord(result.error).kind === "transient") throw fromRecord(result.error);
  return failedEnsemble(number, result.error);
}
