/**
 * Kinds are decided on a recipe's first snapshot and kept, as the cuts of a time split are: a share that crosses a
 * threshold as rows arrive must not change what a model takes. Only cells that can't be what the column was change it.
 */
import type { Decision, Facts } from "./column-kind.js";
import { decision } from "./column-kind.js";
import type { ColumnKind, KeptKind, SnapshotSummary } from "./snapshot.js";

/**
 * Version of the rules by which columns are understood. A snapshot of another version is taken anew, and says no more
 * than it said: a recipe's kinds go over to the next version where both have them.
 */
export const COLUMN_RULES = 1;

/** Share of the training rows with a value of their own under which a column can't name rows any more. */
const STILL_OWN = 0.5;

/** Whether a kind can stay; a constant that varies now, or is filled in at last, is worth a look. */
const TENABLE: Readonly<Record<ColumnKind, (facts: Facts) => boolean>> = {
  numeric: ({ reading }) => reading === "number",
  boolean: ({ reading, train }) => reading === "boolean" || (reading === "number" && train.highest === 1),
  ordinal: ({ reading, order }) => reading === "number" || order !== null,
  categorical: () => true,
  high_cardinality: () => true,
  date: ({ reading }) => reading === "date",
  datetime: ({ reading }) => reading === "date",
  text: () => true,
  identifier: ({ train }) => train.distinct >= STILL_OWN * train.present,
  constant: () => false,
};

export interface Settled {
  readonly decision: Decision;
  /** What the person should know of a change; null where there is none. */
  readonly change: string | null;
}

/** The kept kind where it is still tenable, or else the fresh one, with a warning. */
export function settle(facts: Facts, fresh: Decision, kept: KeptKind | undefined): Settled {
  if (kept === undefined || fresh.kind === kept.kind) return { decision: fresh, change: null };
  if (fresh.kind === "constant" || !TENABLE[kept.kind](facts)) {
    const change = `${facts.name}: taken for ${words(kept.kind)} before, and for ${words(fresh.kind)} now (${fresh.why})`;
    return { decision: fresh, change };
  }
  const why = `${words(kept.kind)} since the first snapshot, which decides; now it would be ${words(fresh.kind)}: ${fresh.why}`;
  return { decision: { ...decision(kept.kind, facts, why), type: kept.type }, change: null };
}

/** `high_cardinality` for people. */
export function words(kind: ColumnKind): string {
  return kind.replace("_", " ");
}

/** What a snapshot hands on to the next. What the recipe said is the recipe's to say again. */
export function keptKinds(summary: SnapshotSummary | undefined): readonly KeptKind[] {
  if (summary === undefined) return [];
  const used = summary.columns.filter(({ why }) => why !== "recipe");
  const unused = summary.leftOut.map(({ name, kind }) => ({ name, kind, type: null }));
  // a snapshot of an older release has no kinds to keep
  return [...used, ...unused].flatMap(({ name, kind, type }) => (kind ? [{ name, kind, type }] : []));
}
