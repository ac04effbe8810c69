/** The tables as Kysely sees them. JSON columns hold text of core/store/encoding.ts. */
import type { Direction, TrialState } from "hyperparameter-js";
import type { Generated } from "kysely";

export interface SnapshotRow {
  /** Grows with each put: the newest row of a name is the one with the highest. */
  readonly ordinal: Generated<number>;
  readonly digest: string;
  readonly name: string;
  readonly data_key: string;
  readonly files: string;
  readonly summary: string;
}

export interface StudyRow {
  /** Grows with each study. */
  readonly ordinal: Generated<number>;
  readonly id: string;
  readonly name: string;
  readonly work_digest: string;
  readonly snapshot: string;
  readonly plugins: string;
  readonly space: string;
  readonly sampler: string;
  readonly seed: number;
  readonly direction: Direction;
  readonly metric: string;
  readonly state: "open" | "done" | "superseded";
  readonly ended: string | null;
  readonly finalist: number | null;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** Null where a version without it made the study. */
  readonly opening: string | null;
  /** 1, 2 … in the order in which studies were done. */
  readonly closed: number | null;
}

/** When a recipe's file was first seen. */
interface ArrivalRow {
  readonly path: string;
  /** The `closed` of the last study that was done by then; 0: none. */
  readonly closed: number;
}

export interface TrialRow {
  readonly study: string;
  readonly number: number;
  readonly state: TrialState;
  readonly params: string;
  readonly distributions: string;
  readonly values: string;
  readonly intermediate: string;
  readonly user_attrs: string;
  readonly why: string;
  /** Null: none were measured. */
  readonly constraints: string | null;
  /** Null where the trial took what was proposed. */
  readonly asked: string | null;
}

export interface Tables {
  readonly snapshot: SnapshotRow;
  readonly study: StudyRow;
  readonly trial: TrialRow;
  readonly arrival: ArrivalRow;
}
