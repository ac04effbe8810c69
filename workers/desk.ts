/** What a task has at hand beside its job. */
import type { Artifacts } from "../core/artifacts/artifacts.js";
import { type SharedSide, viewSide } from "../core/data/side.js";
import type { Side, SnapshotSummary } from "../core/data/snapshot.js";
import { SousError } from "../core/errors.js";
import type { Places, Resampling } from "../core/evaluator/messages.js";
import type { Labelled } from "../core/plugin/index.js";
import type { Registry } from "../core/registry/registry.js";
import { judgedRows } from "../core/resampling/origins.js";
import { divided, pooled } from "../core/resampling/tables.js";
import type { Dataset } from "./assignment.js";
import type { JobContext } from "./context.js";

export interface Desk {
  readonly registry: Registry;
  readonly places: Places;
  readonly dataset: Dataset | null;
  readonly context: JobContext;
  readonly artifacts: Artifacts;
}

/** Views that this thread keeps, so that the names of levels are decoded once and not for each trial. */
const KEPT_VIEWS = 4;
const views = new Map<string, Labelled>();

/** One side of the job's snapshot. Throws where the job is not given that side. */
export function sideOf({ dataset }: Desk, side: Side): Labelled {
  const shared = dataset?.sides[side];
  if (shared === undefined) throw new TypeError(`this job is given no ${side} side`);
  return viewOf(shared);
}

function viewOf(shared: SharedSide): Labelled {
  const view = views.get(shared.digest) ?? viewSide(shared);
  views.delete(shared.digest);
  views.set(shared.digest, view);
  for (const digest of [...views.keys()].slice(0, -KEPT_VIEWS)) views.delete(digest);
  return view;
}

/** Both sides as one, kept with the view of train. */
const pools = new WeakMap<Labelled, Labelled>();

/** All rows that a trial may learn from: those of train, and then those of select. */
export function pooledSides(desk: Desk): Labelled {
  const [train, select] = [sideOf(desk, "train"), sideOf(desk, "select")];
  const known = pools.get(train) ?? pooled({ train, select });
  pools.set(train, known);
  return known;
}

/** The rows that trials are judged on, in the order of their predictions. */
export function judgedSide(desk: Desk, { kind }: Resampling): Labelled {
  if (kind === "holdout") return sideOf(desk, "select");
  const all = pooledSides(desk);
  if (kind === "folds") return all;
  const known = judged.get(all) ?? divided(all, { train: Int32Array.of(), select: judgedRows(all.table.rows) }).select;
  judged.set(all, known);
  return known;
}

/** Of rows in time, by all of them. */
const judged = new WeakMap<Labelled, Labelled>();

export function summaryOf({ dataset }: Desk): SnapshotSummary {
  if (dataset === null) throw new TypeError("this job has no snapshot");
  return dataset.summary;
}

const UNKNOWN = { learner: "LEARNER_UNKNOWN", metric: "METRIC_UNKNOWN", sampler: "SAMPLER_UNKNOWN" } as const;

/** The instance with this name, or the coded error with the names that there are. */
export function named<T>(map: ReadonlyMap<string, T>, what: keyof typeof UNKNOWN, name: string): T {
  const found = map.get(name);
  if (found !== undefined) return found;
  throw new SousError(UNKNOWN[what], { [what]: name, known: [...map.keys()].sort().join(", ") });
}
