/** The Recipe: what a recipe file says once every default is filled in. Plain, frozen, and the same for YAML and JSON. */
import type { Space } from "hyperparameter-js";
import type { Json } from "../json.js";
import type { ColumnType, Task } from "../plugin/index.js";

export type SplitMethod = "hash" | "stratified" | "group" | "time" | "fixed";

/** The field of data that a split method needs. */
export const SPLIT_COLUMN: Readonly<Partial<Record<SplitMethod, "group" | "time" | "side">>> = {
  group: "group",
  time: "time",
  fixed: "side",
};

/** A choice of a plugin with its options beside it, `{kind: tpe, candidates: 48}`. */
export interface Choice {
  readonly kind: string;
  readonly [option: string]: Json;
}

/** What the recipe may call a column: a type, or ordinal with the levels from the least to the most, or as they show it. */
export type GivenType = ColumnType | "ordinal" | { readonly ordinal: readonly string[] };

/** What becomes of columns that alone tell the target. */
export type LeakRule = "warn" | "refuse" | "allow";

export interface RecipeData {
  /** Globs, relative to the recipe's folder, as written. */
  readonly source: readonly string[];
  /** Null: by the files' extension. */
  readonly reader: Choice | null;
  readonly target: string;
  /** The positive class of a binary target; null: inferred. */
  readonly positive: string | null;
  readonly ignore: readonly string[];
  readonly types: Readonly<Record<string, GivenType>>;
  readonly leaks: LeakRule;
  readonly weight: string | null;
  readonly group: string | null;
  readonly time: string | null;
  /** The column that says which side a row is on, of a fixed split. */
  readonly side: string | null;
  /** Columns that name a row for ever; empty: the row's content. */
  readonly key: readonly string[];
}

export interface Fractions {
  readonly train: number;
  readonly select: number;
  readonly confirm: number;
}

export interface RecipeSplit {
  readonly method: SplitMethod;
  readonly fractions: Fractions;
  readonly seed: number;
}

/** A model that fits go on from. */
export interface RecipeOrigin {
  /** Of an ONNX file, relative to the recipe's folder, as written. */
  readonly path: string;
  /** SHA-256 (hex) of the file; null only until the file is read. */
  readonly digest: string | null;
}

export interface Recipe {
  readonly version: 1;
  readonly name: string;
  readonly description: string;
  readonly owner: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: RecipeData;
  /** Absent: fits begin from nothing. */
  readonly base?: RecipeOrigin;
  /** Null: inferred from the target. */
  readonly task: Task | null;
  /** Null: roc_auc, log_loss or rmse by task. */
  readonly metric: string | null;
  readonly secondary_metrics: readonly string[];
  readonly split: RecipeSplit;
  readonly search: {
    /** Null: every learner that can do the task. */
    readonly learners: readonly string[] | null;
    /** Overrides of single distributions, by `<learner>.<parameter>`. */
    readonly space: Space;
    /** Trials that a study opens with, of what has done well elsewhere, at most; null: half of budget.trials. */
    readonly opening: number | null;
    readonly sampler: Choice;
    readonly pruner: Choice;
    /** Of the best trials, as the study's last candidate; 0: none. */
    readonly ensemble: { readonly size: number };
    /** Null: by how many rows there are (core/search/resampling.ts). */
    readonly cross_validation: { readonly folds: number | null; readonly repeats: number | null };
    readonly seed: number;
  };
  readonly budget: {
    readonly trials: number;
    /** Multiply-adds; null: no cap. */
    readonly work: number | null;
    /** Seconds; null: no cap. A cap that ends a study early says so. */
    readonly wall: number | null;
    /** Seconds. */
    readonly per_trial_wall: number;
    /** Bytes, of the evaluator process while a trial runs. */
    readonly memory: number;
    /** Trials of this recipe at once; each trains on one thread. */
    readonly threads: number;
  };
  readonly gates: readonly Choice[];
  readonly promotion: {
    readonly mode: "auto" | "manual" | "shadow";
    readonly early: boolean;
    readonly alpha: number;
    /** Rows that come later after which a shadow ends undecided; absent: as core/promotion/duel.ts says. */
    readonly shadow?: { readonly rows?: number };
    /** Of a new champion, beside the one before: error rate, and rows after which it ends, 0: none. */
    readonly probation?: { readonly alpha?: number; readonly rows?: number };
  };
}

/** A recipe with where it came from and what it is called by content. */
export interface ReadRecipe {
  readonly recipe: Recipe;
  /** SHA-256 (hex) of the canonical JSON of `recipe`. */
  readonly digest: string;
  /** The same without description, owner, labels and data.leaks: when it is unchanged there is no new work. */
  readonly workDigest: string;
  /** Absolute path of the file. */
  readonly path: string;
}
