import type { Json } from "../json.js";
import type { Metric } from "./metric.js";
import type { Answers, Column, Labelled, Table, TaskSpec, Truth } from "./table.js";

export type Outcome = "PASS" | "FAIL" | "INCONCLUSIVE";

/** How far the exported graph is from the trainer's own predictions. */
export interface Parity {
  readonly rows: number;
  /** Of probabilities the largest difference; of a regression's values relative to their size. */
  readonly maxAbs: number;
  /** Share of rows whose predicted class is the same, 0 … 1; 1 for regression. */
  readonly labelAgreement: number;
}

/** One model met on the confirm side, scored by onnxruntime on its graph. */
export interface Contender extends Answers {
  readonly digest: string;
  /** Size of the ONNX file, in bytes. */
  readonly bytes: number;
  /** The ONNX file. */
  readonly file: Uint8Array;
  /** Loads the file into a session of its own, as a service would. Whoever opens it releases it. */
  open(): Promise<OpenContender>;
  /** Bytes of memory that it takes to load and to run one row, measured in a process of its own; other ones each time. */
  weigh(): Promise<number>;
}

/** A model that is ready to be run. Its times are the one thing in the evidence that is another each time. */
export interface OpenContender {
  /** Milliseconds that it took to load, in a process that has onnxruntime loaded already. */
  readonly loadMs: number;
  /** Milliseconds of one run of one row of the confirm side: tensors in and numbers out, as every caller has it. */
  time(row: number): Promise<number>;
  release(): Promise<void>;
}

/** A column that alone tells the target, as the snapshot found (docs/data.md). */
export interface Leak {
  readonly column: string;
  readonly why: string;
}

export interface Evidence {
  readonly spec: TaskSpec;
  readonly metric: Metric;
  /** Every metric known, by name, for gates that judge another one. */
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly truth: Truth;
  readonly weight: Float64Array | null;
  readonly group: Int32Array | null;
  /** Rows are in the order of time, and are later than those that the models learned from. */
  readonly serial: boolean;
  readonly table: Table;
  /**
   * Columns of the same rows that no model has seen: those that the recipe's gates name, in options whose schema says
   * `x-columns`, and that are no features.
   */
  readonly context: readonly Column[];
  /** The rows that candidates are fitted and chosen by. Codes of levels mean the same on every side. */
  readonly train: Labelled;
  readonly select: Labelled;
  readonly leaks: readonly Leak[];
  readonly candidate: Contender;
  /** Null before the first promotion. */
  readonly champion: Contender | null;
  readonly baseline: Contender;
  readonly parity: Parity;
  /** Error rate that the decision may spend, 0 … 1. */
  readonly alpha: number;
  readonly seed: number;
}

/** No data is INCONCLUSIVE, never PASS. */
export interface Verdict {
  readonly outcome: Outcome;
  /** One sentence with the numbers, for a person. */
  readonly reason: string;
  /** The numbers again, for a machine: value, threshold, interval, test, statistic, p, n. */
  readonly figures: { readonly [key: string]: Json };
}

/**
 * Judges a candidate on the confirm side. Runs in a worker, with what it is given and nothing else: the same evidence and
 * seed give the same verdict, but for gates that time or weigh a contender, which say so in their reason.
 */
export interface Gate {
  /** The `kind` that a recipe's `gates` names. */
  readonly name: string;
  /** JSON Schema (object) of the keys that may stand beside `kind`; unknown ones are refused. */
  readonly options: { readonly [key: string]: Json };
  judge(evidence: Evidence, options: { readonly [key: string]: Json }): Verdict | Promise<Verdict>;
}
