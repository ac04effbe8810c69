/** What a table is like, by its snapshot alone: so that what was learned on one can be tried first on those like it. */
import type { ColumnKind, SnapshotSummary } from "../data/snapshot.js";

type Measured = Pick<SnapshotSummary, "columns" | "sides" | "spec">;

/** Each on a scale on which a difference of 1 makes a table another kind of table. */
type MetaFeatures = readonly number[];

/** Levels of one kind or another, which some learners take and others don't. */
const LEVELS: readonly ColumnKind[] = ["categorical", "ordinal", "boolean"];

export function metaFeatures({ columns, sides, spec }: Measured): MetaFeatures {
  const { train } = sides;
  const share = (...kinds: readonly ColumnKind[]) =>
    columns.filter(({ kind }) => kinds.includes(kind)).length / Math.max(1, columns.length);
  const missing = columns.reduce((sum, column) => sum + column.missing, 0);
  const rows = Math.max(1, sides.train.rows + sides.select.rows + sides.confirm.rows);
  return [
    Math.log10(Math.max(1, train.rows)),
    Math.log10(Math.max(1, columns.length)),
    share(...LEVELS),
    share("high_cardinality"),
    share("date", "datetime"),
    columns.some(({ kind }) => kind === "text") ? 1 : 0,
    missing / (rows * Math.max(1, columns.length)),
    Math.log2(Math.max(2, spec.classes.length)) - 1,
    rarity(train.classCounts),
  ];
}

/** 0 where all classes have as many rows, 1 where the rarest has a tenth of its share, and so on by powers of ten. */
function rarity(counts: readonly number[]): number {
  if (counts.length === 0) return 0;
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return Math.max(0, -Math.log10(((Math.min(...counts) + 1) * counts.length) / Math.max(1, rows)));
}

/** 0 for tables that can't be told apart; 1 and more for other kinds of tables. */
export function unlikeness(one: MetaFeatures, other: MetaFeatures): number {
  return Math.sqrt(one.reduce((sum, value, at) => sum + (value - (other[at] ?? 0)) ** 2, 0));
}
