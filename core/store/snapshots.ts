import type { Kysely, Selectable } from "kysely";
import type { SnapshotSummary, SourceFile } from "../data/snapshot.js";
import { deepFreeze } from "../json.js";
import { decode, encode } from "./encoding.js";
import type { SnapshotRow, Tables } from "./tables.js";

/** A snapshot as the store knows it; its rows lie in the artifacts. */
export interface SnapshotRecord {
  readonly digest: string;
  /** Of the recipe. */
  readonly name: string;
  /** Digest of the recipe's data, task and split blocks: the same files under another split are another snapshot. */
  readonly dataKey: string;
  /** As they were when it was made. */
  readonly files: readonly SourceFile[];
  readonly summary: SnapshotSummary;
}

/** Makes it the newest of its name; one that is there already gets the new list of files. */
export async function putSnapshot(tables: Kysely<Tables>, record: SnapshotRecord): Promise<void> {
  await tables
    .replaceInto("snapshot")
    .values({
      digest: record.digest,
      name: record.name,
      data_key: record.dataKey,
      files: encode(record.files),
      summary: encode(record.summary),
    })
    .execute();
}

export async function findSnapshot(tables: Kysely<Tables>, digest: string): Promise<SnapshotRecord | null> {
  const query = tables.selectFrom("snapshot").selectAll().where("digest", "=", digest);
  return recordOf(await query.orderBy("ordinal", "desc").executeTakeFirst());
}

export async function newestSnapshot(
  tables: Kysely<Tables>,
  name: string,
  dataKey: string | null,
): Promise<SnapshotRecord | null> {
  const named = tables.selectFrom("snapshot").selectAll().where("name", "=", name);
  const query = dataKey === null ? named : named.where("data_key", "=", dataKey);
  return recordOf(await query.orderBy("ordinal", "desc").executeTakeFirst());
}

function recordOf(row: Selectable<SnapshotRow> | undefined): SnapshotRecord | null {
  if (row === undefined) return null;
  return deepFreeze({
    digest: row.digest,
    name: row.name,
    dataKey: row.data_key,
    files: decode(row.files) as readonly SourceFile[],
    summary: decode(row.summary) as SnapshotSummary,
  });
}
