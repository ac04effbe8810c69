import type { Json } from "../json.js";

export type Cell = string | number | bigint | boolean | Date | null;

/** What a source makes of files: a relation that DuckDB reads itself, or rows that `sous` loads into one. */
export type Scan =
  | {
      readonly kind: "sql";
      /** A FROM item, such as `read_parquet(['…'])`. */
      readonly relation: string;
      /** False when every column is text whose type is still to be inferred. */
      readonly typed: boolean;
    }
  | { readonly kind: "rows"; readonly columns: readonly string[]; readonly rows: AsyncIterable<readonly Cell[]> };

/** Reads data files. */
export interface Source {
  /** The `kind` that a recipe's `data.reader` names. */
  readonly name: string;
  /** File name endings, with the dot, for which this source is taken when the recipe names no reader. */
  readonly extensions: readonly string[];
  readonly options: { readonly [key: string]: Json };
  /**
   * @param files absolute paths, sorted; a relation may read these and nothing else
   * @throws {SourceFailure} where a file can't be what the source reads
   */
  scan(files: readonly string[], options: { readonly [key: string]: Json }): Scan | Promise<Scan>;
}

/** What is wrong with a file, in the few ways that people mend; each has a code of its own in the error catalogue. */
export type SourceProblem = "empty" | "header" | "encoding" | "malformed" | "unreadable";

/** A file that a source can't read, said so that its owner can mend it. */
export class SourceFailure extends Error {
  override readonly name = "SourceFailure";
  constructor(
    readonly problem: SourceProblem,
    /** Absolute. */
    readonly file: string,
    /** What stands there and shouldn't, as a part of a sentence. */
    readonly reason: string,
    /** From 1; null where no line is to blame. */
    readonly line: number | null = null,
  ) {
    super(`${file}${line === null ? "" : `:${line}`}: ${reason}`);
  }
}
