/** A column as it was loaded, before its meaning is inferred. */

/** What the files say that a column holds. Text of an untyped source may stand for any of the others. */
export type Kind = "text" | "number" | "boolean" | "date";

/** The kind of a DuckDB type. */
export function kindOf(type: string): Kind {
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/.test(type) && !type.endsWith("]")) return "number";
  if (type === "BOOLEAN") return "boolean";
  if (/^(DATE|TIMESTAMP)/.test(type) && !type.endsWith("]")) return "date";
  return "text";
}

export interface LoadedColumn {
  /** As in the files. */
  readonly name: string;
  readonly kind: Kind;
  /** True when the files themselves have types, so that text is text. */
  readonly typed: boolean;
  /** The column's name in the table `data`. */
  readonly sql: string;
}
