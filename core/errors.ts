/**
 * The one catalogue of coded errors, joined from the tables in errors/, one an area. A code never changes its meaning
 * and is never used again once retired.
 *
 * `kind` decides what reconcile does (DESIGN §5): `terminal` waits until the bytes change, `transient` is tried again
 * with back-off, `fatal` ends the command with exit status 2. Messages take `{field}` from the error's details.
 * docs/errors.md is written from this table by `npm run docs:errors`; spec/errors.spec.ts keeps the two the same.
 */
import { CLI_ERRORS } from "./errors/cli.js";
import { DATA_ERRORS } from "./errors/data.js";
import { EVALUATOR_ERRORS } from "./errors/evaluator.js";
import { LEDGER_ERRORS } from "./errors/ledger.js";
import { PLUGIN_ERRORS } from "./errors/plugin.js";
import { PROMOTION_ERRORS } from "./errors/promotion.js";
import { RECIPE_ERRORS } from "./errors/recipe.js";
import type { ErrorKind } from "./errors/row.js";
import { SEARCH_ERRORS } from "./errors/search.js";
import { STORE_ERRORS } from "./errors/store.js";

export const CATALOGUE = {
  ...RECIPE_ERRORS,
  ...DATA_ERRORS,
  ...PLUGIN_ERRORS,
  ...EVALUATOR_ERRORS,
  ...SEARCH_ERRORS,
  ...PROMOTION_ERRORS,
  ...LEDGER_ERRORS,
  ...STORE_ERRORS,
  ...CLI_ERRORS,
} as const;

/** Codes that were in the catalogue once. They stay here for ever, so that none comes back with another meaning. */
export const RETIRED: readonly string[] = [];

export type ErrorCode = keyof typeof CATALOGUE;

export type Details = Readonly<Record<string, string | number | boolean | null>>;

/** Where in a file an error stands; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An error with a code, plain enough to cross a process boundary with `toJSON`. */
export class SousError extends Error {
  override readonly name = "SousError";
  readonly code: ErrorCode;
  readonly details: Details;
  readonly position: Position | null;

  constructor(code: ErrorCode, details: Details = {}, options: { cause?: unknown; position?: Position } = {}) {
    super(fill(CATALOGUE[code].message, details), options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.details = details;
    this.position = options.position ?? null;
  }

  get kind(): ErrorKind {
    return CATALOGUE[this.code].kind;
  }

  get mend(): string {
    return fill(CATALOGUE[this.code].mend, this.details);
  }

  toJSON(): ErrorRecord {
    return { code: this.code, message: this.message, mend: this.mend, details: this.details, position: this.position };
  }
}

/** A coded error as plain data: in messages, in the store, in status files. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly mend: string;
  readonly details: Details;
  readonly position: Position | null;
}

/** The error that a record was made from; used where a record crosses back from another process. */
export function fromRecord(record: ErrorRecord): SousError {
  return new SousError(record.code, record.details, record.position === null ? {} : { position: record.position });
}

function fill(template: string, details: Details): string {
  return template.replace(/\{(\w+)\}/g, (whole, field: string) => (field in details ? String(details[field]) : whole));
}
