/** What the importance of a model's columns is asked by, so that whoever asks the same finds what was found. */
import type { Artifacts } from "../artifacts/artifacts.js";
import type { ImportanceJob, ImportanceOutcome } from "../evaluator/messages.js";
import type { DecisionBody } from "../ledger/entry.js";

/**
 * Five permutations tell a column's share from chance where it matters; ten thousand rows err by a hundredth of the
 * spread of a row's loss. Both bound the cost: 11 columns × 5 × 10,000 rows at 10 µs take 6 s.
 */
const REPEATS = 5;
const ROWS = 10_000;

export interface Asked {
  readonly snapshot: string;
  readonly model: string;
  readonly metric: string;
  readonly seed: number;
}

export function importanceJob({ snapshot, model, metric, seed }: Asked): ImportanceJob {
  return { kind: "importance", snapshot, model, metric, repeats: REPEATS, rows: ROWS, seed };
}

/** What a promoted version is explained by: the data, metric and seed that it was made with. */
export function versionJob({ data, metric, search }: DecisionBody, model: string): ImportanceJob {
  return importanceJob({ snapshot: data.snapshot, model, metric, seed: search.seed });
}

export async function findImportance(artifacts: Artifacts, job: ImportanceJob): Promise<ImportanceOutcome | null> {
  return (await artifacts.findAnswer(job.model, { ...job })) as ImportanceOutcome | null;
}

export function keepImportance(artifacts: Artifacts, job: ImportanceJob, outcome: ImportanceOutcome): Promise<void> {
  return artifacts.putAnswer(job.model, { ...job }, JSON.parse(JSON.stringify(outcome)));
}
