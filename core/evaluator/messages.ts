/**
 * What crosses between the daemon and the evaluator process: jobs in, outcomes out, digests for everything large.
 * A job is self-contained, so that a queue can carry it to an evaluator on any host (DESIGN §6, Scale-out).
 */
import type { Params, Proposal, ProposeRequest, Space } from "hyperparameter-js";
import type { KeptKind, SideSummary, SnapshotSummary, SourceFile, TimeCuts } from "../data/snapshot.js";
import type { Calibration } from "../ensemble/calibration.js";
import type { ErrorRecord } from "../errors.js";
import type { Json } from "../json.js";
import type { Inference } from "../ledger/entry.js";
import type { ColumnType, Parity, Shape, Task, TaskSpec, Verdict } from "../plugin/index.js";
import type { NamedColumn } from "../recipe/gate-columns.js";
import type { Choice, RecipeData, RecipeSplit } from "../recipe/recipe.js";
import type { Duel } from "../statistics/betting.js";
import type { FoldScores } from "../statistics/repeated.js";
import type { Measuring } from "./row-losses.js";

/** Folders that a job reads and writes; absolute. */
export interface Places {
  /** Content-addressed files: snapshots and candidate models. */
  readonly artifacts: string;
  /** The user's own plugins; null: none. */
  readonly plugins: string | null;
  /** The folder whose node_modules holds the user's plugin packages; absent: none. */
  readonly packages?: string;
  /** Absolute paths of plugins that are not to be loaded, since they took the process down or never came back. */
  readonly without?: readonly string[];
}

/** Names, tasks and option schemas of everything that the loaded plugins provide, and of those that are broken. */
export interface DescribeJob {
  readonly kind: "describe";
}

export interface PluginRecord {
  readonly name: string;
  readonly version: string;
  /** SHA-256 (hex) of the plugin's file, or of its folder's files; for a built-in one of its module. */
  readonly digest: string;
  readonly builtin: boolean;
}

export interface Descriptors {
  readonly plugins: readonly PluginRecord[];
  readonly broken: readonly { readonly path: string; readonly error: ErrorRecord }[];
  /** `spaces` by task, for each task that the learner can do; without prefix. Spaces that depend on the classes are of two. */
  readonly learners: readonly {
    readonly name: string;
    readonly tasks: readonly Task[];
    readonly baseline: boolean;
    /** Types of columns, one of which a table must have; absent: none. */
    readonly needs?: readonly ColumnType[];
    /** Whether it goes on from the recipe's base. */
    readonly continues?: boolean;
    readonly spaces: Readonly<Partial<Record<Task, Space>>>;
    readonly plugin: string;
  }[];
  readonly metrics: readonly {
    readonly name: string;
    readonly direction: "minimize" | "maximize";
    readonly tasks: readonly Task[];
    readonly shape?: Shape;
    readonly plugin: string;
  }[];
  readonly gates: readonly Optioned[];
  readonly samplers: readonly Optioned[];
  readonly sources: readonly (Optioned & { readonly extensions: readonly string[] })[];
  readonly defaults: Defaults;
}

/** What a recipe gets where it names none; given by the composition root, since core names no plugin. */
export interface Defaults {
  readonly sampler: string;
  readonly gates: readonly string[];
  /** The metric by which each task is searched. */
  readonly metrics: Readonly<Record<Task, string>>;
  /** With which studies of each task open, in this order. */
  readonly portfolio: Readonly<Record<Task, readonly Configuration[]>>;
}

/** A learner with parameters that have done well on tables of many kinds. */
export interface Configuration {
  readonly learner: string;
  /** Without prefix. */
  readonly params: Params;
}

export interface Optioned {
  readonly name: string;
  readonly options: { readonly [key: string]: Json };
  readonly plugin: string;
}

export interface SnapshotJob {
  readonly kind: "snapshot";
  /** Absolute folder of the recipe; globs are relative to it. */
  readonly folder: string;
  /** Absolute folders that data may lie in. */
  readonly roots: readonly string[];
  readonly data: RecipeData;
  /** By gates, which are shown those that are no features. */
  readonly named: readonly NamedColumn[];
  readonly task: Task | null;
  readonly split: RecipeSplit;
  /** Of the recipe's previous snapshot, or null. */
  readonly cuts: TimeCuts | null;
  /** What the recipe's previous snapshot found its columns to be; empty: there is none. */
  readonly kept: readonly KeptKind[];
  /** Bytes that reading may take. */
  readonly memory: number;
}

export interface SnapshotOutcome {
  readonly summary: SnapshotSummary;
  readonly files: readonly SourceFile[];
}

export interface ProposeJob {
  readonly kind: "propose";
  readonly sampler: Choice;
  readonly request: ProposeRequest;
}

export interface ProposeOutcome {
  /** Null: the sampler has no point left to propose. */
  readonly proposal: Proposal | null;
}

/**
 * How a trial comes to predictions for rows that its model has not learned from. `holdout`: fitted on train, judged on
 * select, and then fitted anew on both. `folds`: each part of train and select together is judged by a model that was
 * fitted on the others, and what ships is the mean of these models. `origins`: rows in the order of their time are judged,
 * part after part, by a model of all that come before (core/resampling/origins.ts), and what ships is fitted on all rows.
 */
export interface Resampling {
  readonly kind: "holdout" | "folds" | "origins";
  /** Parts that are judged by models of their own; 1 of a holdout. */
  readonly folds: number;
  /** How often, each time with other parts; 1 but for folds. */
  readonly repeats: number;
}

export interface TrialJob {
  readonly kind: "trial";
  readonly snapshot: string;
  readonly resampling: Resampling;
  readonly learner: string;
  /** Without prefix. */
  readonly params: Params;
  readonly seed: number;
  readonly metric: string;
  readonly secondary: readonly string[];
  /** SHA-256 (hex) of the model that a learner which can goes on from, which lies in the artifacts. */
  readonly base?: string;
  /** Seconds that its fits may take together, as work at the learner's pace; absent: no bound. */
  readonly allowance?: number;
}

export interface TrialOutcome {
  /**
   * Score of `metric`, by onnxruntime on exported graphs, each of which sees only rows that it has not learned from: those of
   * the select side, or of all folds.
   */
  readonly score: number;
  readonly secondary: Readonly<Record<string, number>>;
  /** SHA-256 (hex) of the ONNX file, which lies in the artifacts. */
  readonly model: string;
  readonly bytes: number;
  /** SHA-256 (hex) of the prediction that was scored (predictions.ts); absent where an older version told it. */
  readonly prediction?: string;
  readonly parity: Parity;
  /** Multiply-adds, as counted by the learner. */
  readonly work: number;
  /** For people and schedulers; nothing is decided by it. */
  readonly seconds: number;
  /** 95 % interval of `score`; null where it isn't defined. Absent in trials that an earlier `sous` stored. */
  readonly interval?: Interval | null;
  /** Of `metric` on each fold, where there were folds and it is defined on all. */
  readonly parts?: FoldScores;
  /** Observations, by which nothing is decided. Absent in trials that an earlier `sous` stored. */
  readonly timing?: TrialTiming;
}

/** What a model took to make and takes to use, on the machine and under the load that the trial had. */
interface TrialTiming {
  /** Seconds of the fit alone. */
  readonly fitSeconds: number;
  /** Median microseconds that a row takes through onnxruntime, when rows come one at a time and by the thousand. */
  readonly oneRow: number;
  readonly thousandRows: number;
  /** Bytes: the most that the process which trained it held by then, whatever else it did before and beside; absent of older ones. */
  readonly peakMemory?: number;
}

/** A complete trial that may be a part of an ensemble. */
export interface EnsembleCandidate {
  readonly trial: number;
  readonly model: string;
  readonly prediction: string;
  readonly bytes: number;
  readonly parity: Parity;
}

/** All that an ensemble is made of, so that it can be made again from the models of its members. */
export interface EnsembleChoice {
  /** By trial; each weighs its count of the sum of all. */
  readonly members: readonly { readonly trial: number; readonly count: number }[];
  /** Of the mean's probabilities; null: as they are. */
  readonly calibration: Calibration | null;
  /** Of two classes: the probability of the positive one above which it is the label; null: the most probable class. */
  readonly threshold: number | null;
}

export interface EnsembleJob {
  readonly kind: "ensemble";
  readonly snapshot: string;
  /** Of the candidates' trials: whose rows their predictions are for. */
  readonly resampling: Resampling;
  readonly metric: string;
  readonly secondary: readonly string[];
  /** Models added at most, counted as often as they are, 1 … 32. */
  readonly size: number;
  readonly candidates: readonly EnsembleCandidate[];
  /** What was chosen before, where it is only to be made again; null: what is best. */
  readonly chosen: EnsembleChoice | null;
  readonly seed: number;
}

export interface EnsembleOutcome {
  readonly choice: EnsembleChoice;
  /** Null where a single trial's model is as good. */
  readonly candidate: TrialOutcome | null;
  /** One sentence with numbers. */
  readonly reason: string;
}

export interface ConfirmJob {
  readonly kind: "confirm";
  readonly snapshot: string;
  /** SHA-256 (hex) of the columns that gates see beside it; absent: none. */
  readonly context?: string;
  readonly metric: string;
  readonly secondary: readonly string[];
  readonly candidate: string;
  readonly champion: string | null;
  readonly baseline: string;
  readonly parity: Parity;
  readonly gates: readonly Choice[];
  readonly alpha: number;
  readonly seed: number;
  /** Of the recipe's last decision: rows that were known then; null: none. */
  readonly known: string | null;
  /** Only rows that it lacks are looked at; null: all of the confirm side. */
  readonly since: string | null;
}

/** Which rows of the confirm side are none of those that are known. */
export interface ArrivalsJob {
  readonly kind: "arrivals";
  readonly snapshot: string;
  readonly known: string;
}

export type ArrivalsOutcome =
  | { readonly unsure: null; readonly side: SideSummary /** SHA-256 (hex) of their ids. */; readonly digest: string }
  | { readonly unsure: string };

/** A score with its two-sided 95 % interval. */
export interface Interval {
  readonly point: number;
  readonly low: number;
  readonly high: number;
}

export interface ContenderScores {
  readonly digest: string;
  readonly bytes: number;
  /** Versions of operators that its file is written for, by domain; of the candidate alone, and absent in older entries. */
  readonly opsets?: Readonly<Record<string, number>>;
  /** By metric name. */
  readonly scores: Readonly<Record<string, Interval>>;
  /** SHA-256 (hex) of which rows its labels were right on (bits.ts). Absent of a regression, and from an earlier `sous`. */
  readonly right?: string;
}

export interface GateRecord extends Verdict {
  readonly gate: Choice;
}

export interface ConfirmOutcome {
  readonly rows: number;
  readonly spec: TaskSpec;
  readonly candidate: ContenderScores;
  readonly champion: ContenderScores | null;
  readonly baseline: ContenderScores;
  readonly gates: readonly GateRecord[];
  /** SHA-256 (hex) of rows with the candidate's answers (core/evaluator/replay.ts); absent in older entries. */
  readonly replay?: string;
  /**
   * SHA-256 (hex) of the ids of all rows that looks of this recipe were at, on every side (core/data/row-ids.ts): what
   * comes later is known by it. Absent in older entries.
   */
  readonly known?: string;
}

/** Where two models stand after the rows that came later (core/promotion/duel.ts). */
export interface DuelProgress extends Measuring {
  readonly bets: Duel;
  /** That came, and what they made: rows, groups of them or pairs. */
  readonly rows: number;
  readonly units: number;
  /** Sum of the units' differences, the loss of A less that of B. */
  readonly gain: number;
}

/** Two models meet the rows of a snapshot, on all its sides, that are not among the known ones. */
export interface DuelJob {
  readonly kind: "duel";
  readonly snapshot: string;
  /** SHA-256 (hex) of a file of known rows (core/data/row-ids.ts) and of the two models, which lie in the artifacts. */
  readonly known: string;
  readonly a: string;
  readonly b: string;
  readonly metric: string;
  /** Of the bets, each way. */
  readonly alpha: number;
  /** Null: it begins. */
  readonly before: DuelProgress | null;
}

export type DuelOutcome =
  | {
      readonly unsure: null;
      /** Rows that are new. */
      readonly arrived: number;
      /** SHA-256 (hex) of the file of rows that are known now. */
      readonly known: string;
      readonly progress: DuelProgress;
      readonly winner: "A" | "B" | null;
      /** That A can be run. */
      readonly inference: Inference;
    }
  /** Why the rows that are there say nothing, as a sentence. */
  | { readonly unsure: string };

/** A model is asked again what it was asked when it was promoted. */
export interface ReplayJob {
  readonly kind: "replay";
  /** SHA-256 (hex) of the model and of the rows, which lie in the artifacts. */
  readonly model: string;
  readonly replay: string;
}

export interface ReplayOutcome {
  readonly rows: number;
  /** Rows that it answers as then, bit for bit. */
  readonly same: number;
}

/** Whether a model can be the base of a recipe's fits: fails where it is none for the snapshot's columns and classes. */
export interface OriginJob {
  readonly kind: "origin";
  readonly snapshot: string;
  /** SHA-256 (hex) of the file, which lies in the artifacts. */
  readonly model: string;
  /** As the recipe names it. */
  readonly path: string;
}

export interface OriginOutcome {
  /** Those that it takes. */
  readonly columns: readonly string[];
  readonly bytes: number;
}

/** What a model says of the rows of files. */
export interface PredictJob {
  readonly kind: "predict";
  /** SHA-256 (hex) of an ONNX file in the artifacts. */
  readonly model: string;
  /** Rounds of each boosting in it that count; null: all. */
  readonly rounds: number | null;
  /** Absolute folder that the files are in, and globs relative to it. */
  readonly folder: string;
  readonly files: readonly string[];
  /** Bytes that it may take. */
  readonly memory: number;
}

export interface PredictOutcome {
  /** Empty for a regression. */
  readonly classes: readonly string[];
  readonly rows: number;
  /** SHA-256 (hex) of the prediction, and of the label's class code of each row or null (predictions.ts). */
  readonly prediction: string;
  readonly labels: string | null;
}

/** How much a model's score on the select side owes to each column. Its digest names its answer. */
export interface ImportanceJob {
  readonly kind: "importance";
  readonly snapshot: string;
  /** SHA-256 (hex) of an ONNX file in the artifacts. */
  readonly model: string;
  readonly metric: string;
  /** Permutations of each column. */
  readonly repeats: number;
  /** Rows of the select side that are drawn, at most. */
  readonly rows: number;
  readonly seed: number;
}

export interface ColumnImportance {
  /** One column, or several that say much the same and were permuted together. */
  readonly columns: readonly string[];
  /** How much worse the score is, on average over the permutations, in the metric's unit; positive: the model needs it. */
  readonly mean: number;
  /** Standard deviation over the permutations. */
  readonly deviation: number;
}

/** Two columns that largely stand for each other, so that neither is missed much alone. */
export interface Alike {
  readonly columns: readonly [string, string];
  /** 0 … 1 */
  readonly strength: number;
  readonly measure: "rank correlation" | "Cramér's V" | "correlation ratio";
}

export interface ImportanceOutcome {
  /** Rows that it was measured on. */
  readonly rows: number;
  /** Score of the metric on these rows as they are. */
  readonly score: number;
  readonly direction: "minimize" | "maximize";
  /** Columns that the model takes, the most important first. */
  readonly columns: readonly ColumnImportance[];
  /** Columns that belong together by `alike`, permuted as one. */
  readonly groups: readonly ColumnImportance[];
  readonly alike: readonly Alike[];
}

/** Every kind of job with its outcome: the one table that client, host and tasks share. */
export interface JobTable {
  readonly describe: { readonly job: DescribeJob; readonly outcome: Descriptors };
  readonly snapshot: { readonly job: SnapshotJob; readonly outcome: SnapshotOutcome };
  readonly propose: { readonly job: ProposeJob; readonly outcome: ProposeOutcome };
  readonly trial: { readonly job: TrialJob; readonly outcome: TrialOutcome };
  readonly ensemble: { readonly job: EnsembleJob; readonly outcome: EnsembleOutcome };
  readonly confirm: { readonly job: ConfirmJob; readonly outcome: ConfirmOutcome };
  readonly origin: { readonly job: OriginJob; readonly outcome: OriginOutcome };
  readonly predict: { readonly job: PredictJob; readonly outcome: PredictOutcome };
  readonly importance: { readonly job: ImportanceJob; readonly outcome: ImportanceOutcome };
  readonly replay: { readonly job: ReplayJob; readonly outcome: ReplayOutcome };
  readonly duel: { readonly job: DuelJob; readonly outcome: DuelOutcome };
  readonly arrivals: { readonly job: ArrivalsJob; readonly outcome: ArrivalsOutcome };
}

export type JobKind = keyof JobTable;
export type Job = JobTable[JobKind]["job"];
export type OutcomeOf<K extends JobKind> = JobTable[K]["outcome"];

/** How a job ended. `failed` is the job's own fault and final; a crash that may be another job's is retried before it gets here. */
export type JobResult<K extends JobKind> =
  | { readonly status: "done"; readonly outcome: OutcomeOf<K> }
  | { readonly status: "pruned"; readonly step: number }
  | { readonly status: "cancelled" }
  | { readonly status: "failed"; readonly error: ErrorRecord };

export interface RunOptions {
  /** Seconds of wall time, from when a worker takes the job up, after which it is ended by force. */
  readonly deadline: number;
  /** Bytes that the evaluator process may hold while the job runs; beside others, the largest of their caps. */
  readonly memory: number;
  readonly signal?: AbortSignal;
  /** Called when a worker takes the job up; once, also when it is tried again after a crash. */
  readonly onStart?: () => void;
  /** Asked once at each report of a trial, with its loss on the select side; true prunes it. */
  readonly onReport?: (step: number, loss: number) => boolean | Promise<boolean>;
}

/** Runs jobs somewhere: in the local evaluator process, or behind a queue. */
export interface Evaluator {
  /** Never rejects for anything that a job or a plugin does; rejects after `close`, and with what a callback threw. */
  run<K extends JobKind>(job: JobTable[K]["job"] & { readonly kind: K }, options: RunOptions): Promise<JobResult<K>>;
  /** Jobs that can run at the same time. */
  readonly slots: number;
  close(): Promise<void>;
}
