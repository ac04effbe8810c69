/**
 * Tables as plugins see them: typed columns in typed arrays. In a worker the arrays are views of shared memory:
 * reading is free, copying is the plugin's own choice, writing is forbidden (the conformance kit checks it).
 */

export type ColumnType = "numeric" | "categorical" | "boolean" | "date" | "text";

/** A column of numbers. Missing is NaN. Booleans are 0 and 1; dates are days since 1970-01-01 UTC, with fractions. */
export interface NumberColumn {
  readonly name: string;
  readonly type: "numeric" | "boolean" | "date";
  /** [rows] */
  readonly values: Float32Array;
}

/**
 * A column of strings as codes into a dictionary. Missing is −1. The training table's dictionary has the levels of the
 * training rows only, sorted by code point; the select table has the same ones first and then its own new ones, sorted
 * too, and the confirm table's follow after those. So a code means the same string on every side, and a code that is not
 * less than the number of training levels is a level that the learner never saw.
 *
 * Where `ordered` is true the training levels stand in the order of a scale instead (Low, Medium, High), so that codes
 * below the number of training levels compare as the values do.
 */
export interface LevelColumn {
  readonly name: string;
  readonly type: "categorical" | "text";
  readonly ordered?: boolean;
  /** [rows], −1 … levels.length − 1 */
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

export type Column = NumberColumn | LevelColumn;

export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

export type Task = "binary" | "multiclass" | "regression";

/** What is to be predicted. For `binary`, classes are [negative, positive]. For regression, classes is empty. */
export interface TaskSpec {
  readonly task: Task;
  readonly target: string;
  readonly classes: readonly string[];
}

/** The target of each row: class codes (0 … classes.length − 1) as numbers, or the value itself. [rows] */
export type Truth = Float64Array;

/** Predictions: class probabilities row by row, [rows × classes]; for regression the values, [rows]. */
export type Prediction = Float64Array;

/** What a model says of rows. */
export interface Answers {
  readonly prediction: Prediction;
  /**
   * Class code of each row by the model's label output, which may have another threshold than one half. Null or absent:
   * the most probable class. [rows]
   */
  readonly labels?: Float64Array | null;
}

/** A table with its answers. */
export interface Labelled {
  readonly table: Table;
  readonly truth: Truth;
  /** Row weights, or null where every row weighs 1. [rows] */
  readonly weight: Float64Array | null;
  /** Group codes of a grouped split, or null. [rows] */
  readonly group: Int32Array | null;
}
