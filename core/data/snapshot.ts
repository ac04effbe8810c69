/**
 * A Snapshot: the rows of a recipe's data at one moment, typed, split and content-addressed. Immutable.
 * This file has the words; nothing here reads a byte.
 */
import type { ColumnType, TaskSpec } from "../plugin/index.js";
import type { Fractions } from "../recipe/recipe.js";

export type Side = "train" | "select" | "confirm";

/** What a column is; finer than the type in which learners get it. Identifiers and constants are left out. */
export type ColumnKind =
  | "numeric"
  | "boolean"
  | "ordinal"
  | "categorical"
  | "high_cardinality"
  | "date"
  | "datetime"
  | "text"
  | "identifier"
  | "constant";

export interface ColumnSummary {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly type: ColumnType;
  /** True where the levels stand in an order of their own: that of a scale, not of their spelling. */
  readonly ordered: boolean;
  /** Why it is of this kind: "recipe", or the rule that found it, as a short sentence with its numbers. */
  readonly why: string;
  /** Why the column alone tells the target, where it does; else null. */
  readonly leak: string | null;
  readonly missing: number;
  /** Distinct values that are not missing. */
  readonly distinct: number;
}

/** What became of a column that is no feature. */
export interface LeftOut {
  readonly name: string;
  /** Null where the recipe leaves it out: then it isn't looked at. */
  readonly kind: ColumnKind | null;
  readonly why: string;
  readonly missing: number | null;
  readonly distinct: number | null;
}

/** What an earlier snapshot found a column to be, which later ones keep as long as the cells allow it. */
export interface KeptKind {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Null for a column that was left out. */
  readonly type: ColumnType | null;
}

export interface SideSummary {
  readonly rows: number;
  /** Rows by class, in the order of `spec.classes`; empty for regression. */
  readonly classCounts: readonly number[];
  /** Mean and standard deviation of a regression target; null for classes. */
  readonly targetMean: number | null;
  readonly targetStd: number | null;
}

export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/**
 * Where a time split changes side, kept by later snapshots so that no row ever changes side: days since 1970-01-01 UTC,
 * or the number itself where the time column is numeric. A row at the moment of a cut is on the later side.
 */
export interface TimeCuts {
  /** The time column and the fractions that the cuts were made for; for others, new ones are made. */
  readonly column: string;
  readonly fractions: Fractions;
  readonly select: number;
  readonly confirm: number;
}

export interface SnapshotSummary {
  /**
   * SHA-256 (hex) of the canonical JSON of {spec, cuts, sideDigests}: all that a study sees and nothing else, so that
   * rows without a target, and wording, make no new snapshot.
   */
  readonly digest: string;
  readonly spec: TaskSpec;
  readonly columns: readonly ColumnSummary[];
  readonly leftOut: readonly LeftOut[];
  /** Rows on all sides together. */
  readonly rows: number;
  /** Further rows, whose target was missing; no side has them. */
  readonly unlabelled: number;
  readonly sides: Readonly<Record<Side, SideSummary>>;
  /** SHA-256 (hex) of each side's bytes; the confirm one names the holdout in the ledger. */
  readonly sideDigests: Readonly<Record<Side, string>>;
  /**
   * SHA-256 (hex) of the columns that gates see beside the confirm side (context.ts), which lie in the artifacts; absent: none.
   * No part of the digest: no study sees them.
   */
  readonly context?: string;
  /** SHA-256 (hex) of the file of the rows' ids (row-ids.ts); absent where an earlier `sous` took the snapshot. */
  readonly rowIds?: string;
  readonly cuts: TimeCuts | null;
  readonly weighted: boolean;
  readonly grouped: boolean;
  readonly warnings: readonly string[];
}
