import type { Direction, Space } from "hyperparameter-js";
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

export interface Study extends StudyDefinition {
  readonly id: string;
  /** Superseded: the recipe, its data or its plugins changed before the study was done. */
  readonly state: "open" | "done" | "superseded";
  /** What ended it: "trials", "work", "wall" or "space"; null unless done. */
  readonly ended: string | null;
  /** Number of the chosen trial; null when there is none. */
  readonly finalist: number | null;
  /** ISO 8601, UTC. */
  readonly created: string;
}

export function studyId(definition: StudyDefinition): string {
  const { name, workDigest, snapshot, plugins, space, sampler, seed, direction, metric } = definition;
  return digestOf({ name, workDigest, snapshot, plugins, space, sampler, seed, direction, metric });
}

/** The study with this definition, made if it is not there, and open again if it was superseded. */
export async function createStudy(tables: Kysely<Tables>, definition: StudyDefinition): Promise<Study> {
  const row = { ...rowOf(definition), state: "open", ended: null, finalist: null, created: isoNow() } as const;
  await tables
    .insertInto("study")
    .values(row)
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({ state: "open" }).where("study.state", "=", "superseded"),
    )
    .execute();
  return studyOf(await tables.selectFrom("study").selectAll().where("id", "=", row.id).executeTakeFirstOrThrow());
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
  const { ordinal: _, work_digest: workDigest, space, sampler, ...same } = row;
  return deepFreeze({
    ...same,
    workDigest,
    space: decode(space) as Space,
    sampler: decode(sampler) as Choice,
  });
}
