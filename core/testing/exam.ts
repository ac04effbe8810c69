import { createRng, drawPoint, type Params } from "hyperparameter-js";
import { type OpenModel, openModel } from "../evaluator/scoring.js";
import { type FitRequest, type Fitted, type Learner, LearnerFailure, type Task } from "../plugin/index.js";
import { type Example, exampleOf } from "./examples.js";
import { Recorder } from "./recorder.js";

const SEED = 12_345;
/** Points of the space that are fitted; more take longer and find little more. */
const POINTS = 3;

export interface Attempt {
  readonly params: Params;
  /** What `fit` gave, or what it threw. */
  readonly result: Fitted | { readonly thrown: unknown };
  readonly recorder: Recorder;
}

/** A learner sitting its exam on one task. What several rules need is made once. */
export class Exam {
  readonly example: Example;
  #attempts: Promise<Attempt[]> | null = null;
  #model: Promise<OpenModel> | null = null;

  constructor(
    readonly learner: Learner,
    readonly task: Task,
  ) {
    this.example = exampleOf(task);
  }

  /** One fit for each of a few points of the space. */
  attempts(): Promise<Attempt[]> {
    this.#attempts ??= this.#attemptAll();
    return this.#attempts;
  }

  /**
   * The one that gave a model for the least work, since most rules fit it again; asked for by rules that come after the
   * one that there is one.
   */
  async lightest(): Promise<Attempt & { readonly result: Fitted }> {
    const [lightest] = (await this.attempts()).filter(gaveModel).toSorted((a, b) => workOf(a) - workOf(b));
    if (lightest === undefined) throw new Error("no point of the space gave a model");
    return lightest;
  }

  /** Its model. */
  async model(): Promise<OpenModel> {
    const { result } = await this.lightest();
    this.#model ??= openModel(result.model, this.example.spec);
    return this.#model;
  }

  /** Fits again, as the lightest one but for what is given. */
  async fit(change: Partial<FitRequest>, recorder: Recorder = new Recorder()): Promise<Fitted> {
    const { params } = await this.lightest();
    return this.learner.fit({ ...this.example, params, seed: SEED, ...change }, recorder);
  }

  async release(): Promise<void> {
    // A model that did not open has been a finding already.
    await this.#model?.then((model) => model.release()).catch(() => undefined);
  }

  async #attemptAll(): Promise<Attempt[]> {
    const space = this.learner.space(this.example.spec);
    const attempts: Attempt[] = [];
    for (let point = 0; point < POINTS; point++) {
      const params = drawPoint(space, createRng(SEED, "conformance", point));
      attempts.push(await this.#attempt(params));
    }
    return attempts;
  }

  async #attempt(params: Params): Promise<Attempt> {
    const recorder = new Recorder();
    try {
      const result = await this.learner.fit({ ...this.example, params, seed: SEED }, recorder);
      return { params, result, recorder };
    } catch (thrown) {
      return { params, result: { thrown }, recorder };
    }
  }
}

export function gaveModel(attempt: Attempt): attempt is Attempt & { readonly result: Fitted } {
  return "model" in attempt.result;
}

/** What it counted; 0 where that makes no sense, which has a rule of its own. */
function workOf({ recorder: { counted } }: Attempt): number {
  const sum = counted.reduce((total, units) => total + units, 0);
  return Number.isFinite(sum) ? sum : 0;
}

/** Whether an attempt ended as a trial may: with something, or with a failure that has a label. */
export function endedWell({ result }: Attempt): boolean {
  return !("thrown" in result) || result.thrown instanceof LearnerFailure;
}
