import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Artifacts } from "../artifacts/artifacts.js";
import { digestOf } from "../artifacts/digest.js";
import { fingerprintFiles } from "../data/files.js";
import { COLUMN_RULES, keptKinds } from "../data/kept-kind.js";
import { ROW_IDS } from "../data/side.js";
import type { SnapshotSummary, SourceFile } from "../data/snapshot.js";
import { fromRecord } from "../errors.js";
import type { SnapshotOutcome } from "../evaluator/messages.js";
import { gateColumns, type NamedColumn } from "../recipe/gate-columns.js";
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
  parts: SnapshotParts,
  read: ReadRecipe,
  files: readonly SourceFile[],
  signal: AbortSignal,
): Promise<SnapshotSummary | null> {
  const { name, data, task, split, gates } = read.recipe;
  const named = gateColumns(gates, parts.descriptors);
  const byGates = [...new Set(named.map(({ column }) => column))].sort();
  const dataKey = digestOf({ data, task, split, rules: COLUMN_RULES, ...(byGates.length > 0 && { byGates }) });
  const known = await parts.store.snapshotFor(name, dataKey);
  if (known !== null && digestOf(known.files) === digestOf(files) && (await isWhole(parts.artifacts, known.summary))) {
    return known.summary;
  }
  parts.emit({ kind: "reading", name });
  const newest = (await parts.store.newestSnapshot(name))?.summary;
  const outcome = await takenSnapshot(parts, read.recipe, {
    folder: dirname(read.path),
    named,
    known: newest,
    signal,
  });
  if (outcome === null) return null;
  const { summary, files: taken } = outcome;
  await parts.store.putSnapshot({ digest: summary.digest, name, dataKey, files: taken, summary });
  return summary;
}

type SnapshotParts = Pick<Parts, "artifacts" | "descriptors" | "emit" | "evaluator" | "roots" | "store">;

interface Taking {
  /** Absolute; that of the recipe's file. */
  readonly folder: string;
  /** By gates; empty where nothing is to be judged. */
  readonly named: readonly NamedColumn[];
  /** An earlier snapshot, whose cuts in time and kinds of columns are kept. */
  readonly known: SnapshotSummary | undefined;
  readonly signal: AbortSignal;
}

/** A recipe's data read anew. Null when the signal ended it. Throws the coded error that made it impossible. */
export async function takenSnapshot(
  { evaluator, roots }: Pick<Parts, "evaluator" | "roots">,
  { data, task, split, budget: { memory } }: Recipe,
  { folder, named, known, signal }: Taking,
): Promise<SnapshotOutcome | null> {
  const place = { folder, roots, cuts: known?.cuts ?? null, kept: keptKinds(known) };
  const job = { kind: "snapshot", ...place, data, named, task, split, memory } as const;
  const result = await evaluator.run(job, { deadline: DATA_DEADLINE, memory, signal });
  if (result.status === "failed") throw fromRecord(result.error);
  return result.status === "done" ? result.outcome : null;
}

const FILES = ["summary.json", "train.bin", "select.bin", "confirm.bin", ROW_IDS];

async function isWhole(artifacts: Artifacts, { digest, context }: SnapshotSummary): Promise<boolean> {
  return (await isKept(artifacts, digest)) && (context === undefined || (await isThere(artifacts.pathOf(context))));
}

/** True while the artifacts have all of a snapshot that a study sees. */
export async function isKept(artifacts: Artifacts, digest: string): Promise<boolean> {
  const folder = artifacts.snapshotFolder(digest);
  const found = await Promise.all(FILES.map((file) => isThere(join(folder, file))));
  return found.every(Boolean);
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false, // swept, or lost: it is taken again
  );
}
