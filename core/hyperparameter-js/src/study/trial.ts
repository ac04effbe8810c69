/** A trial while it runs: hands out values, takes reports. Becomes a frozen record when it is told. */
import { HyperparameterError, show } from "../errors.js";
import { checkOptions, type OptionNames } from "../given.js";
import { createRng } from "../random/rng.js";
import { drawUniform, memberOf, sameDistribution } from "../space/distribution.js";
import { validateDistribution } from "../space/validate.js";
import type { Distribution, FrozenTrial, Params, ParamValue } from "../types.js";
import { constraintsOf, type Ending, withFailure } from "./outcome.js";

export interface RangeOptions {
  readonly log?: boolean;
  readonly step?: number;
}

const KNOWN: OptionNames<RangeOptions> = { log: true, step: true };

/** Typed by the declared space; define-by-run objectives get their values from the `suggest` methods instead. */
export interface Trial<P = Params> {
  readonly number: number;
  /** The values given so far: all that exist, where the space was declared. */
  readonly params: P;
  /**
   * A value for the name: the one proposed when the trial was asked, or a uniform draw for a name that no earlier trial
   * has shown. The same name gives the same value; with another distribution it is an error.
   */
  suggestFloat(name: string, low: number, high: number, options?: RangeOptions): number;
  suggestInt(name: string, low: number, high: number, options?: RangeOptions): number;
  suggestCategorical<const C extends ParamValue>(name: string, choices: readonly C[]): C;
  /** Reports an intermediate value. A step that was reported keeps its first value. `step`: whole, 0 or more. */
  report(value: number, step: number): void;
  /**
   * Whether to stop now, by the history that the trial could see when it was asked. Throws OBJECTIVES_UNSUPPORTED in a study
   * of several objectives: a report is one number, and says nothing of a front.
   */
  shouldPrune(): boolean;
  setUserAttr(key: string, value: unknown): void;
  /** What was measured of black-box constraints: above 0 is violated. They count when the trial is told complete. */
  setConstraints(values: readonly number[]): void;
}

/** Most trials have none: they share these. */
export const NO_REPORTS: FrozenTrial["intermediate"] = Object.freeze([]);
const NOTHING_SUGGESTED = Object.freeze({ params: Object.freeze({}), distributions: Object.freeze({}) });
const NO_ATTRS: FrozenTrial["userAttrs"] = Object.freeze({});

/** Constraints by default: what `setConstraints` was given. */
type TrialNow = Omit<Ending, "state"> & { readonly state: Ending["state"] | "running" };

/** What a running trial needs to know of its study. */
export interface TrialContext {
  readonly seed: number;
  /** True where the space was declared, so that the whole proposal is the trial's from the start. */
  readonly declared: boolean;
  /** The pruner's word on the trial as it is now. */
  shouldPrune(trial: FrozenTrial): boolean;
}

export class RunningTrial<P = Params> implements Trial<P> {
  readonly #record: FrozenTrial;
  readonly #context: TrialContext;
  /** What was suggested beside the declared parameters, with a copy of those; null: nothing was. */
  #suggested: { params: Record<string, ParamValue>; distributions: Record<string, Distribution> } | null = null;
  readonly #intermediate: (readonly [number, number])[] = [];
  readonly #steps = new Set<number>();
  #userAttrs: Readonly<Record<string, unknown>> | null = null;
  #constraints: readonly number[] | null = null;
  #closed = false;

  constructor(record: FrozenTrial, context: TrialContext) {
    this.#record = record;
    this.#context = context;
  }

  get number(): number {
    return this.#record.number;
  }

  get params(): P {
    const { params } = this.#point;
    return (params === this.#suggested?.params ? { ...params } : params) as P;
  }

  /** The parameters that the trial has by now, and what they were drawn from. */
  get #point(): Pick<FrozenTrial, "params" | "distributions"> {
    return this.#suggested ?? (this.#context.declared ? this.#record : NOTHING_SUGGESTED);
  }

  suggestFloat(name: string, low: number, high: number, options: RangeOptions = {}): number {
    checkOptions(name, options, KNOWN);
    return this.#suggest(name, { type: "float", low, high, ...options }) as number;
  }

  suggestInt(name: string, low: number, high: number, options: RangeOptions = {}): number {
    checkOptions(name, options, KNOWN);
    return this.#suggest(name, { type: "int", low, high, ...options }) as number;
  }

  suggestCategorical<const C extends ParamValue>(name: string, choices: readonly C[]): C {
    return this.#suggest(name, { type: "categorical", choices: Array.isArray(choices) ? [...choices] : choices }) as C;
  }

  #suggest(name: string, distribution: Distribution): ParamValue {
    this.#checkOpen();
    checkName(name, `trial ${this.number}, suggest`, "the name of a parameter");
    validateDistribution(distribution, name);
    const { params, distributions } = this.#point;
    const known = Object.hasOwn(distributions, name) ? distributions[name] : undefined;
    if (known === undefined) return this.#take(name, distribution);
    if (sameDistribution(known, distribution)) return params[name] as ParamValue;
    const where = `trial ${this.number}, ${name}`;
    throw new HyperparameterError({
      code: "DISTRIBUTION_CHANGED",
      where,
      expected: show(known),
      got: show(distribution),
    });
  }

  #take(name: string, distribution: Distribution): ParamValue {
    const value = this.#proposed(name, distribution) ?? this.#draw(name, distribution);
    const { params, distributions } = this.#point;
    this.#suggested ??= { params: { ...params }, distributions: { ...distributions } };
    this.#suggested.params[name] = value;
    this.#suggested.distributions[name] = distribution;
    return value;
  }

  #draw(name: string, distribution: Distribution): ParamValue {
    return drawUniform(distribution, createRng(this.#context.seed, this.number, "suggest", name));
  }

  /** The value proposed at ask; undefined: none, or none that this distribution has (ranges may change between trials). */
  #proposed(name: string, distribution: Distribution): ParamValue | undefined {
    const { params, why } = this.#record;
    if (!Object.hasOwn(params, name)) return undefined;
    const member = memberOf(distribution, params[name]);
    if (member !== undefined || why?.rule !== "enqueued") return member;
    const where = `trial ${this.number}, enqueued ${name}`;
    const [expected, got] = [`a value of ${show(distribution)}`, show(params[name])];
    throw new HyperparameterError({ code: "PARAMS_OUTSIDE", where, expected, got });
  }

  report(value: number, step: number): void {
    this.#checkOpen();
    const where = `trial ${this.number}, report`;
    if (typeof value !== "number")
      throw new HyperparameterError({ code: "REPORT_INVALID", where, expected: "a number", got: show(value) });
    if (!Number.isSafeInteger(step) || step < 0) {
      const expected = "a step that is a whole number of 0 or more";
      throw new HyperparameterError({ code: "REPORT_INVALID", where, expected, got: show(step) });
    }
    if (this.#steps.has(step)) return;
    this.#steps.add(step);
    this.#intermediate.push(Object.freeze([step, value] as const));
  }

  shouldPrune(): boolean {
    this.#checkOpen();
    return this.#context.shouldPrune(this.freeze({ state: "running", values: null }));
  }

  setUserAttr(key: string, value: unknown): void {
    this.#checkOpen();
    checkName(key, `trial ${this.number}, setUserAttr`, "the name of an attribute");
    this.#userAttrs = { ...(this.#userAttrs ?? this.#record.userAttrs), [key]: value };
  }

  setConstraints(values: readonly number[]): void {
    this.#checkOpen();
    this.#constraints = constraintsOf(values, `trial ${this.number}`);
  }

  /** The trial as data, as it is now. */
  freeze({ state, values, failure, constraints = this.#constraints ?? undefined }: TrialNow): FrozenTrial {
    const { number, why, params, distributions, userAttrs } = this.#record;
    const point = this.#point;
    return freezeTrial({
      number,
      state,
      params: Object.isFrozen(point.params) ? point.params : { ...point.params },
      distributions: Object.isFrozen(point.distributions) ? point.distributions : { ...point.distributions },
      values,
      ...(constraints && state === "complete" && { constraints }),
      intermediate: this.#intermediate.length > 0 ? [...this.#intermediate] : NO_REPORTS,
      userAttrs: withFailure(this.#userAttrs ?? userAttrs, failure),
      why,
      ...(!this.#context.declared && { asked: { params, distributions } }),
    });
  }

  /** After this every call is an error. */
  close(): void {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    const where = `trial ${this.number}`;
    throw new HyperparameterError({
      code: "TRIAL_FINISHED",
      where,
      expected: "a running trial",
      got: "a finished one",
    });
  }
}

function checkName(name: unknown, where: string, expected: string): void {
  if (typeof name === "string") return;
  throw new HyperparameterError({ code: "OPTION_INVALID", where, expected, got: show(name) });
}

/** Frozen through and through, but for user attributes' own insides. */
export function freezeTrial(trial: FrozenTrial): FrozenTrial {
  const { params, distributions, values, constraints, intermediate, userAttrs, why } = trial;
  for (const part of [params, distributions, values, constraints, intermediate, userAttrs, why, why?.nearest])
    if (part && !Object.isFrozen(part)) Object.freeze(part);
  for (const report of intermediate) Object.freeze(report);
  return Object.freeze(trial);
}

/** A trial that waits or runs, as the study first writes it. */
export function newTrial(
  number: number,
  state: "waiting" | "running",
  { params, distributions, why }: Pick<FrozenTrial, "params" | "distributions" | "why">,
  userAttrs: FrozenTrial["userAttrs"] = NO_ATTRS,
): FrozenTrial {
  return freezeTrial({ number, state, params, distributions, values: null, intermediate: NO_REPORTS, userAttrs, why });
}
