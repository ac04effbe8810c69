import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Artifacts } from "../artifacts/artifacts.js";
import { digestOf } from "../artifacts/digest.js";
import { fingerprintFiles } from "../data/files.js";
import { COLUMN_RULES, keptKinds } from "../data/kept-kind.js";
import type { SnapshotSummary, SourceFile } from "../data/snapshot.js";
import { fromRecord } from "../errors.js";
import type { SnapshotOutcome } from "../evaluator/messages.js";
import type { ReadRecipe, Recipe } from "../recipe/recipe.js";
import type { Parts } from "./parts.js";

/** Seconds that reading the data may take; a gigabyte of CSV takes about 20 (knowledge/tooling.md §3, with room to spare). */
const DATA_DEADLINE = 1800;

/** The data files of a recipe as they lie there now, without reading them. */
export function dataFiles(read: ReadRecipe): Promise<readonly SourceFile[]> {
  return fingerprintFiles(dirname(read.path), read.recipe.data.source);
}

/**
 * The snapshot of a recipe's data as they are now: the one taken before when no file has changed since, else a new one.
 * Null when the signal ended the reading. Throws the coded error that made it impossible.
 */
export async function currentSnapshot(
  parts: Parts,
  read: ReadRecipe,
  files: readonly SourceFile[],
  signal: AbortSignal,
): Promise<SnapshotSummary | null> {
  const { name, data, task, split } = read.recipe;
  const dataKey = digestOf({ data, task, split, rules: COLUMN_RULES });
  const known = await parts.store.snapshotFor(name, dataKey);
  if (known !== null && digestOf(known.files) === digestOf(files) && (await isKept(parts.artifacts, known.digest))) {
    return known.summary;
  }
  parts.emit({ kind: "reading", name });
  const newest = (await parts.store.newestSnapshot(name))?.summary;
  const outcome = await takenSnapshot(parts, read.recipe, { folder: dirname(read.path), known: newest, signal });
  if (outcome === null) return null;
  const { summary, files: taken } = outcome;
  await parts.store.putSnapshot({ digest: summary.digest, name, dataKey, files: taken, summary });
  return summary;
}

interface Taking {
  /** Absolute; that of the recipe's file. */
  readonly folder: string;
  /** An earlier snapshot, whose cuts in time and kinds of columns are kept. */
  readonly known: SnapshotSummary | undefined;
  readonly signal: AbortSignal;
}

/** A recipe's data read anew. Null when the signal ended it. Throws the coded error that made it impossible. */
export async function takenSnapshot(
  { evaluator, roots }: Pick<Parts, "evaluator" | "roots">,
  { data, task, split, budget: { memory } }: Recipe,
  { folder, known, signal }: Taking,
): Promise<SnapshotOutcome | null> {
  const place = { folder, roots, cuts: known?.cuts ?? null, kept: keptKinds(known) };
  const job = { kind: "snapshot", ...place, data, task, split, memory } as const;
  const result = await evaluator.run(job, { deadline: DATA_DEADLINE, memory, signal });
  if (result.status === "failed") throw fromRecord(result.error);
  return result.status === "done" ? result.outcome : null;
}

const FILES = ["summary.json", "train.bin", "select.bin", "confirm.bin"];

/** True while the artifacts have all of a snapshot. */
export async function isKept(artifacts: Artifacts, digest: string): Promise<boolean> {
  const folder = artifacts.snapshotFolder(digest);
  return Promise.all(FILES.map((file) => access(join(folder, file)))).then(
    () => true,
    () => false, // swept, or lost: it is taken again
  );
}
