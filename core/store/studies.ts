import type { Direction, Params, Space } from "hyperparameter-js";
import type { Kysely, Selectable } from "kysely";
import { digestOf } from "../artifacts/digest.js";
import { isoNow } from "../clock.js";
import { deepFreeze } from "../json.js";
import type { Choice } from "../recipe/recipe.js";
import { decode, encode } from "./encoding.js";
import type { StudyRow, Tables } from "./tables.js";

/** Everything that decides what a study's trials are; its digest is the study's id. */
export interface StudyDefinition {
  /** Of the recipe. */
  readonly name: string;
  /** Of the recipe, as far as trials depend on it. */
  readonly workDigest: string;
  /** Digest. */
  readonly snapshot: string;
  /** Digest of the descriptors of the loaded plugins. */
  readonly plugins: string;
  readonly space: Space;
  readonly sampler: Choice;
  /** 0 … 2^53 − 1. */
  readonly seed: number;
  readonly direction: Direction;
  readonly metric: string;
}

/** A trial that a study begins with, whatever its sampler. */
interface Opening {
  readonly params: Params;
  readonly from: string;
}

export interface Study extends StudyDefinition {
  readonly id: string;
  /** Its first trials, fixed when the study was made, so that it goes on the same whatever has been learned since. */
  readonly opening: readonly Opening[];
  /** Superseded: the recipe, its data or its plugins changed before the study was done. */
  readonly state: "open" | "done" | "superseded";
  /** What ended it: "trials", "work", "wall" or "space"; null unless done. */
  readonly ended: string | null;
  /** Number of the chosen trial; null when there is none. */
  readonly finalist: number | null;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** Its place among the studies that were done, from 1; null unless done. */
  readonly closed: number | null;
}

export function studyId(definition: StudyDefinition): string {
  const { name, workDigest, snapshot, plugins, space, sampler, seed, direction, metric } = definition;
  return digestOf({ name, workDigest, snapshot, plugins, space, sampler, seed, direction, metric });
}

/** The study with this definition, made with this opening if it is not there, and open again if it was superseded. */
export async function createStudy(
  tables: Kysely<Tables>,
  definition: StudyDefinition,
  opening: readonly Opening[] = [],
): Promise<Study> {
  const fresh = { state: "open", ended: null, finalist: null, created: isoNow() } as const;
  const row = { ...rowOf(definition), ...fresh, opening: encode(opening), closed: null };
  await tables
    .insertInto("study")
    .values(row)
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({ state: "open" }).where("study.state", "=", "superseded"),
    )
    .execute();
  return studyOf(await tables.selectFrom("study").selectAll().where("id", "=", row.id).executeTakeFirstOrThrow());
}

/** Ends a study; it has then the highest place of all that are done. */
export async function closeStudy(
  tables: Kysely<Tables>,
  id: string,
  end: { readonly ended: string; readonly finalist: number | null },
): Promise<void> {
  const closed = (await lastClosed(tables)) + 1;
  await tables
    .updateTable("study")
    .set({ ...end, state: "done", closed })
    .where("id", "=", id)
    .execute();
}

async function lastClosed(tables: Kysely<Tables>): Promise<number> {
  const query = tables.selectFrom("study").select(({ fn }) => fn.max("closed").as("last"));
  return (await query.executeTakeFirst())?.last ?? 0;
}

/** Keeps which studies were done when these recipes came; of one that came before, what is known stands. */
export async function arrive(tables: Kysely<Tables>, paths: readonly string[]): Promise<void> {
  const closed = await lastClosed(tables);
  const rows = paths.map((path) => ({ path, closed }));
  if (rows.length > 0)
    await tables
      .insertInto("arrival")
      .values(rows)
      .onConflict((one) => one.doNothing())
      .execute();
}

/** The place of the last study that was done when the recipe came; of one that hasn't come yet, as if it came now. */
export async function arrivalOf(tables: Kysely<Tables>, path: string): Promise<number> {
  const query = tables.selectFrom("arrival").select("closed").where("path", "=", path);
  return (await query.executeTakeFirst())?.closed ?? (await lastClosed(tables));
}

export async function findStudy(tables: Kysely<Tables>, id: string): Promise<Study | null> {
  const row = await tables.selectFrom("study").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : studyOf(row);
}

/** Of the recipes that have a study, sorted. */
export async function recipeNames(tables: Kysely<Tables>): Promise<readonly string[]> {
  const query = tables.selectFrom("study").select("name").distinct().orderBy("name");
  return (await query.execute()).map(({ name }) => name);
}

/** Newest first. */
export async function studiesOf(tables: Kysely<Tables>, name: string): Promise<readonly Study[]> {
  const query = tables.selectFrom("study").selectAll().where("name", "=", name);
  return (await query.orderBy("ordinal", "desc").execute()).map(studyOf);
}

function rowOf(definition: StudyDefinition) {
  return {
    id: studyId(definition),
    name: definition.name,
    work_digest: definition.workDigest,
    snapshot: definition.snapshot,
    plugins: definition.plugins,
    space: encode(definition.space),
    sampler: encode(definition.sampler),
    seed: definition.seed,
    direction: definition.direction,
    metric: definition.metric,
  };
}

function studyOf(row: Selectable<StudyRow>): Study {
  const { ordinal: _, work_digest: workDigest, space, sampler, opening, ...same } = row;
  return deepFreeze({
    ...same,
    opening: opening === null ? [] : (decode(opening) as readonly Opening[]),
    workDigest,
    space: decode(space) as Space,
    sampler: decode(sampler) as Choice,
  });
}
