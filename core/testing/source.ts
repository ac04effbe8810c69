/** The conformance kit for sources. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withDatabase } from "../data/database.js";
import { describeScan } from "../data/load.js";
import type { Json } from "../json.js";
import { type Scan, type Source, SourceFailure } from "../plugin/index.js";
import {
  brokenRules,
  errorText,
  expectThat,
  type Finding,
  OPTIONS_RULE,
  type OptionedCheck,
  type Rule,
  withoutSkipped,
} from "./finding.js";

export interface SourceCheck extends OptionedCheck {
  /** Absolute paths of small files that the source reads, with at least one row. */
  readonly files: readonly string[];
}

/** Reads the files, an empty one, and one that is not there. */
export async function checkSource(source: Source, check: SourceCheck): Promise<Finding[]> {
  const name = `source ${source.name}`;
  const { options = {}, files } = check;
  const broken = [
    ...(await brokenRules([OPTIONS_RULE], { schema: source.options, options }, name)),
    ...(await brokenRules([SAMPLE_RULE], files, name)),
  ];
  const scratch = await mkdtemp(join(tmpdir(), "sous-conformance-"));
  try {
    const subject = { source, options, files, scratch };
    const findings = broken.length > 0 ? broken : await brokenRules(RULES, subject, name);
    return withoutSkipped(findings, name, check);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Subject {
  readonly source: Source;
  readonly options: { readonly [key: string]: Json };
  readonly files: readonly string[];
  /** A folder of the check's own. */
  readonly scratch: string;
}

const SAMPLE_RULE: Rule<readonly string[]> = {
  name: "sample",
  mend: "Give the check `files`: absolute paths of small files that the source reads.",
  check: (files) => expectThat(files.length > 0, "sample files", () => "none"),
};

const RULES: readonly Rule<Subject>[] = [
  {
    name: "reads",
    mend: "Give a FROM item that DuckDB can read, or columns and rows; each row has a cell for each column.",
    async check(subject) {
      const { columns, rows } = await read(subject, subject.files);
      if (new Set(columns).size < columns.length || columns.includes("")) {
        return { expected: "columns with names that differ", found: JSON.stringify(columns) };
      }
      return expectThat(rows.length > 0, "at least one row in the sample files", () => "none");
    },
  },
  {
    name: "same_twice",
    mend: "Give the same rows for the same bytes: a snapshot is named by them.",
    async check(subject) {
      const [once, twice] = [await read(subject, subject.files), await read(subject, subject.files)];
      return expectThat(textOf(once) === textOf(twice), "the same rows from the same files", () => "other rows");
    },
  },
  {
    name: "empty_file",
    mend: 'Throw SourceFailure("empty", file, …) for a file without bytes, or give no rows.',
    async check(subject) {
      const path = join(subject.scratch, `empty${subject.source.extensions[0] ?? ""}`);
      await writeFile(path, "");
      const outcome = await outcomeOf(subject, path);
      const sound = Array.isArray(outcome)
        ? outcome.length === 0
        : outcome instanceof SourceFailure || isDuckDb(outcome);
      return expectThat(sound, "a SourceFailure or no rows for an empty file", () => shown(outcome));
    },
  },
  {
    name: "missing_file",
    mend: "Let the error of a file that is not there pass; no rows is not what it holds.",
    async check(subject) {
      const outcome = await outcomeOf(subject, join(subject.scratch, `gone${subject.source.extensions[0] ?? ""}`));
      return expectThat(!Array.isArray(outcome), "an error for a file that is not there", () => shown(outcome));
    },
  },
];

interface Contents {
  readonly columns: readonly string[];
  readonly rows: readonly object[];
}

/** Bytes for DuckDB; sample files are small. */
const MEMORY = 2 ** 28;

async function read({ source, options, scratch }: Subject, files: readonly string[]): Promise<Contents> {
  return withDatabase({ memory: MEMORY, threads: 1, scratch, files }, async (db) => {
    const scan = await source.scan(files, options);
    const { relation, columns } = await describeScan(db, scan.kind === "rows" ? { ...scan, rows: whole(scan) } : scan);
    return { columns: columns.map(({ name }) => name), rows: await db.rows(`select * from ${relation}`) };
  });
}

async function* whole({ columns, rows }: Extract<Scan, { kind: "rows" }>) {
  for await (const row of rows) {
    if (row.length !== columns.length)
      throw new Error(`a row has ${row.length} cells, and there are ${columns.length} columns`);
    yield row;
  }
}

/** The rows of this file, or what reading it throws. */
async function outcomeOf(subject: Subject, file: string): Promise<unknown> {
  return read(subject, [file]).then(
    ({ rows }) => rows,
    (error: unknown) => error,
  );
}

/** DuckDB's words for a file that a relation can't be made of; `sous` knows what they mean. */
function isDuckDb(error: unknown): boolean {
  return /^(?:Error: )?(?:Invalid Input|IO|Binder|Conversion) Error/.test(String(error));
}

/** Rows in no order: DuckDB keeps none. */
function textOf({ columns, rows }: Contents): string {
  const texts = rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}n` : value)));
  return JSON.stringify([columns, texts.sort()]);
}

function shown(outcome: unknown): string {
  return Array.isArray(outcome) ? `${outcome.length} rows` : errorText(outcome);
}
