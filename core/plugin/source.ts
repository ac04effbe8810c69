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
  /** @param files absolute paths, sorted */
  scan(files: readonly string[], options: { readonly [key: string]: Json }): Scan | Promise<Scan>;
}
