export type ErrorKind = "terminal" | "transient" | "fatal";

/** One code of the catalogue. */
export interface ErrorRow {
  readonly kind: ErrorKind;
  /** What happened and where, with `{field}` placeholders. */
  readonly message: string;
  /** How to mend it. */
  readonly mend: string;
}
