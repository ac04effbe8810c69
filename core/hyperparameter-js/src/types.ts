/**
 * The words of the library: distributions, spaces, trials, and the three extension points (sampler, pruner, storage).
 * Everything here is plain data or one verb, so that it crosses workers, files and languages.
 */

export type ParamValue = number | string | boolean | null;
export type Params = Readonly<Record<string, ParamValue>>;

/** Parameters that must have these values (an array: any of them) for the conditioned one to exist. All must hold. */
export type Condition = Readonly<Record<string, ParamValue | readonly ParamValue[]>>;

export interface FloatDistribution {
  readonly type: "float";
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly step?: number;
  readonly when?: Condition;
}

export interface IntDistribution {
  readonly type: "int";
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
  readonly step?: number;
  readonly when?: Condition;
}

export interface CategoricalDistribution {
  readonly type: "categorical";
  readonly choices: readonly ParamValue[];
  readonly when?: Condition;
}

export type Distribution = FloatDistribution | IntDistribution | CategoricalDistribution;

/** A declared, JSON-serialisable search space. A parameter may be conditioned on parameters declared before or after it. */
export type Space = Readonly<Record<string, Distribution>>;

export type Direction = "minimize" | "maximize";
/** `stale`: given up without an outcome, which says nothing about its parameters. */
export type TrialState = "waiting" | "running" | "complete" | "pruned" | "failed" | "stale";

/**
 * What must hold between parameters of a declared space, beside their own ranges. One that a point doesn't have is left
 * out of the relation: an order holds between those that exist, a sum goes over them.
 */
export type Relation =
  /** Each number is at most the next one; `strict`: less than it. */
  | { readonly type: "order"; readonly params: readonly string[]; readonly strict?: boolean }
  /** low ≤ Σ weight · value ≤ high. Weights: one per parameter, 1 by default. */
  | {
      readonly type: "sum";
      readonly params: readonly string[];
      readonly weights?: readonly number[];
      readonly low?: number;
      readonly high?: number;
    }
  /** Points in which all of these hold are left out. */
  | { readonly type: "forbidden"; readonly when: Condition };

/** An earlier study, given to a new one as data to start from. Its space may differ. */
export interface EarlierStudy {
  readonly space: Space;
  readonly directions: readonly Direction[];
  readonly trials: readonly FrozenTrial[];
}

/** Why a proposal was made: the rule that made it, numbers behind it, and the nearest earlier trials. */
export interface Explanation {
  readonly rule: string;
  readonly acquisition?: number;
  readonly nearest?: readonly number[];
  readonly note?: string;
}

/** One trial as data. Frozen at birth; only the study makes a newer one. */
export interface FrozenTrial {
  readonly number: number;
  readonly state: TrialState;
  readonly params: Params;
  /** The distribution each parameter was drawn from, so that ranges may change between studies. */
  readonly distributions: Space;
  /** One value per direction; null until complete. */
  readonly values: readonly number[] | null;
  /** Black-box constraints, as measured with the values: above 0 is violated. Absent: none were. */
  readonly constraints?: readonly number[];
  /** Reported intermediate values, [step, value], in order of report. */
  readonly intermediate: readonly (readonly [number, number])[];
  /** JSON values that belong to the user; of a failed trial `failure` says why, unless the user gave another. */
  readonly userAttrs: Readonly<Record<string, unknown>>;
  readonly why: Explanation | null;
  /**
   * What the sampler had proposed when the trial was asked, where a define-by-run objective took something else. Trials
   * asked meanwhile were shown this, so that replay must show it again.
   */
  readonly asked?: { readonly params: Params; readonly distributions: Space };
}

export interface ProposeRequest {
  readonly space: Space;
  readonly relations?: readonly Relation[];
  /**
   * The trials that have ended in logical time, by number. In the requests of one study it is the same array, longer each
   * time, and nothing in it changes: so what is derived from it may be kept beside it and only extended (`history/fold`).
   */
  readonly trials: readonly FrozenTrial[];
  /** The trials asked and, in logical time, not ended yet: state "running", no values. */
  readonly running: readonly FrozenTrial[];
  readonly directions: readonly Direction[];
  /** The number of the trial to propose for. */
  readonly number: number;
  /** The study's seed: 0 … 2^53 − 1. */
  readonly seed: number;
  /** True: points that were tried may be proposed again (noisy objectives). Default: false. */
  readonly duplicates?: boolean;
  /** How many trials the study is planned to have. */
  readonly budget?: number;
  readonly earlier?: readonly EarlierStudy[];
}

export interface Proposal {
  readonly params: Params;
  readonly why: Explanation;
}

/** Proposes parameters as a pure function of the request: no state between calls, all randomness from (seed, number). */
export interface Sampler {
  readonly name: string;
  propose(request: ProposeRequest): Proposal | Promise<Proposal>;
}

export interface PruneRequest {
  /** The trial with its reports so far. */
  readonly trial: FrozenTrial;
  /** The ended trials that it could see when it was asked; append-only, as in `ProposeRequest`. */
  readonly trials: readonly FrozenTrial[];
  readonly direction: Direction;
}

export interface Pruner {
  readonly name: string;
  /** True: end the trial now. Pure, as for a sampler. */
  prune(request: PruneRequest): boolean;
}

/**
 * Keeps the trials of one study. A call that has resolved is durable. Numbers come back as they were, NaN and infinities
 * too (JSON alone loses them); one study at a time writes.
 */
export interface Storage {
  /** All trials, in any order. */
  load(): Promise<readonly FrozenTrial[]>;
  /** Writes a trial in place of the one with the same number. */
  put(trial: FrozenTrial): Promise<void>;
}

/** The value that a distribution gives, as a type. */
export type ValueOf<D extends Distribution> = D extends { readonly choices: readonly (infer C)[] } ? C : number;

/** Parameters of a declared space, typed by it: conditioned ones may be absent. */
export type ParamsOf<S extends Space> = string extends keyof S
  ? Params
  : {
      readonly [N in keyof S as S[N] extends { readonly when: Condition } ? never : N]: ValueOf<S[N]>;
    } & {
      readonly [N in keyof S as S[N] extends { readonly when: Condition } ? N : never]?: ValueOf<S[N]>;
    };
