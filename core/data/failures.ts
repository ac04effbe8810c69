/** What DuckDB and sources say, as coded errors: a table of rules, first match wins. */
import { relative } from "node:path";
import { type Details, type ErrorCode, SousError } from "../errors.js";
import type { SourceFailure, SourceProblem } from "../plugin/index.js";

export interface ReadingContext {
  /** Absolute folder of the recipe; files are named relative to it. */
  readonly folder: string;
  /** Bytes. */
  readonly memory: number;
}

interface Rule {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  /** Further details from the match; `file`, `line`, `at`, `reason` and `memory` are always there. */
  readonly details?: (match: RegExpExecArray) => Details;
}

const OUT_OF_MEMORY =
  /out of memory|could not allocate|failed to (allocate|offload|pin)|max_temp_directory_size|bad_alloc/i;

/** Of DuckDB 1.5; spec/data/bad-files.spec.ts and spec/data/reader.spec.ts make them happen. */
const RULES: readonly Rule[] = [
  {
    pattern: OUT_OF_MEMORY,
    code: "DATA_TOO_LARGE",
    details: () => ({ reason: "DuckDB ran out of it" }),
  },
  { pattern: /no space left on device/i, code: "DATA_TOO_LARGE", details: () => ({ reason: "the disk is full" }) },
  { pattern: /invalid unicode|invalid utf-?8/i, code: "DATA_NOT_UTF8" },
  {
    pattern: /expected number of columns: (\d+) found: (\d+)/i,
    code: "DATA_RAGGED",
    details: ([, expected, found]) => ({ expected: Number(expected), found: Number(found) }),
  },
  malformed(/unterminated quote/i, "a quoted field is not closed, or text follows its closing quote"),
  malformed(/state machine reached an invalid state/i, "line ends are of two kinds, or a quoted field is not closed"),
  malformed(/maximum line size/i, "the line is longer than 2 MB"),
  {
    pattern: /malformed json[^:]*: (.+)/i,
    code: "DATA_MALFORMED",
    details: ([, reason]) => ({ reason: clause(reason) }),
  },
  {
    pattern: /json transform error[^:]*: (.+)/i,
    code: "DATA_MALFORMED",
    details: ([, reason]) => ({ reason: clause(reason) }),
  },
  { pattern: /csv error on line/i, code: "DATA_MALFORMED" },
];

function malformed(pattern: RegExp, reason: string): Rule {
  return { pattern, code: "DATA_MALFORMED", details: () => ({ reason }) };
}

const PROBLEMS: Readonly<Record<SourceProblem, ErrorCode>> = {
  empty: "DATA_FILE_EMPTY",
  header: "DATA_BAD_HEADER",
  encoding: "DATA_NOT_UTF8",
  malformed: "DATA_MALFORMED",
  unreadable: "DATA_UNREADABLE",
};

/** The coded error for anything that was thrown while files were read. */
export function readingError(error: unknown, context: ReadingContext): SousError {
  if (error instanceof SousError) return error;
  if (!isSourceFailure(error)) return fromText(messageOf(error), context, error);
  const details = { file: relative(context.folder, error.file), at: at(error.line), reason: clause(error.reason) };
  return new SousError(PROBLEMS[error.problem], details, { cause: error });
}

/** " (line 3)", or nothing where no line is known. */
function at(line: number | null): string {
  return line === null ? "" : ` (line ${line})`;
}

/** Without `instanceof`: under test, and in plugins, errors come from other realms. */
function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}

/** The coded error when memory ran out after the files were read; null for anything else, which is nobody's data's fault. */
export function memoryError(error: unknown, context: ReadingContext): SousError | null {
  const isMemory = !(error instanceof SousError) && OUT_OF_MEMORY.test(messageOf(error));
  return isMemory ? readingError(error, context) : null;
}

/** By name, since a stranger's plugin may carry its own copy of the class. */
function isSourceFailure(error: unknown): error is SourceFailure {
  return typeof error === "object" && error !== null && "name" in error && error.name === "SourceFailure";
}

function fromText(text: string, context: ReadingContext, cause: unknown): SousError {
  const line = /(?:on line: |in line )(\d+)/i.exec(text)?.[1];
  const common = {
    file: fileIn(text, context.folder),
    line: Number(line ?? 0),
    at: at(line === undefined ? null : Number(line)),
    reason: clause(text.split("\n", 1)[0]?.replaceAll(`${context.folder}/`, "")),
    memory: Math.round(context.memory / 2 ** 20),
  };
  for (const { pattern, code, details } of RULES) {
    const match = pattern.exec(text);
    if (match !== null) return new SousError(code, { ...common, ...details?.(match) }, { cause });
  }
  return new SousError("DATA_UNREADABLE", common, { cause });
}

function fileIn(text: string, folder: string): string {
  const path =
    /^ *file = (.+)$/m.exec(text)?.[1] ?? /file ["'](.+?)["']/i.exec(text)?.[1] ?? /: (\/\S+)$/m.exec(text)?.[1];
  return path === undefined ? "of the recipe" : relative(folder, path.trim());
}

/** A sentence as a part of one: without DuckDB's class of error and without its full stop. */
function clause(sentence: string | undefined): string {
  return (sentence ?? "").replace(/^(\w+ )*error: /i, "").replace(/[.\s]+$/, "");
}
