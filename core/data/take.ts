/** A recipe's data, read, typed, split and kept under their digest. DuckDB is loaded here, so only a worker's task calls this. */
import { Artifacts } from "../artifacts/artifacts.js";
import { SousError } from "../errors.js";
import type { Places, SnapshotJob, SnapshotOutcome } from "../evaluator/messages.js";
import type { Source, TaskSpec } from "../plugin/index.js";
import type { RecipeData } from "../recipe/recipe.js";
import type { LoadedColumn } from "./column.js";
import { contextOf, extractContext } from "./context.js";
import { type Database, withDatabase } from "./database.js";
import { assertWeights, extractSides, type SideFiles } from "./extract.js";
import { memoryError, readingError } from "./failures.js";
import { assertColumns, candidates, chooseFeatures, type Feature, namedIn, summarize } from "./features.js";
import { assertUnchanged, findFiles } from "./files.js";
import { keepSnapshot, type Taken } from "./keep.js";
import { leakSuspects, type Suspect } from "./leaks.js";
import { describeScan, loadData } from "./load.js";
import { idRuleOf } from "./place.js";
import { profileColumns } from "./profile.js";
import { chooseReader } from "./reader.js";
import { viewSideFile } from "./side-file.js";
import type { ColumnSummary, LeftOut, TimeCuts } from "./snapshot.js";
import {
  assertNone,
  assertSides,
  assertSplit,
  assertStratifiable,
  assertTimes,
  givenSide,
  placeCuts,
  sideCounts,
  sideOf,
  timeCuts,
} from "./split.js";
import { literal, textOf } from "./sql.js";
import { resolveTarget } from "./target.js";

/** Bytes below which a second thread costs more than it brings: churn.csv (0.5 MB) takes 0.55 s of CPU with two, 0.4 s with one. */
const SMALL = 16 * 2 ** 20;

/** Throws a SousError of the data area for anything that is wrong with the recipe's data. */
export async function takeSnapshot(
  job: SnapshotJob,
  places: Places,
  sources: ReadonlyMap<string, Source>,
): Promise<SnapshotOutcome> {
  assertSplit(job.data, job.split);
  const files = await findFiles(job.data.source, job);
  const paths = files.map(({ path }) => path);
  const { source, options } = chooseReader(job.data.reader, { files: paths, folder: job.folder }, sources);
  // Half for DuckDB: the other half is for the sides, which lie beside the database while they are written.
  const threads = files.reduce((sum, { bytes }) => sum + bytes, 0) < SMALL ? 1 : 2;
  const settings = { memory: job.memory / 2, threads, scratch: places.artifacts, files: paths };
  const taken = await withDatabase(settings, async (db) => {
    const columns = await read(db, job, async () => source.scan(paths, options));
    return take(db, job, columns);
  }).catch((error: unknown) => {
    throw memoryError(error, job) ?? error;
  });
  assertUnchanged(files, job.folder);
  return { summary: await keepSnapshot(new Artifacts(places.artifacts), taken), files };
}

type Scanning = () => Promise<Awaited<ReturnType<Source["scan"]>>>;

/** Everything that reads the files: from here on only the database is asked. */
async function read(db: Database, job: SnapshotJob, scan: Scanning): Promise<readonly LoadedColumn[]> {
  try {
    const incoming = await describeScan(db, await scan());
    const { columns } = incoming;
    assertColumns(
      [...namedIn(job.data), ...job.named],
      columns.map(({ name }) => name),
    );
    await loadData(db, incoming, job);
    return columns;
  } catch (error) {
    throw readingError(error, job);
  }
}

async function take(db: Database, job: SnapshotJob, columns: readonly LoadedColumn[]): Promise<Taken> {
  const { data, split } = job;
  const of = (name: string | null) => columns.find((column) => column.name === name) ?? null;
  const target = of(data.target);
  if (target === null) throw new TypeError("the target column was found when the columns were checked");
  const { rows, unlabelled } = await dropUnlabelled(db, target);
  const cuts = split.method === "time" ? await cutsInTime(db, job, of(data.time)) : null;
  const given = split.method === "fixed" ? of(data.side) : null;
  const side = given === null ? sideOf(cuts ?? placeCuts(split)) : await givenSide(db, given, split);
  const counts = await sideCounts(db, side);
  const counted = { side, rows, trainRows: counts[0] ?? 0 };
  const asked = new Set([target, ...candidates(columns, data), ...contextOf(columns, job.named, [])]);
  const profiles = await profileColumns(db, [...asked], counted);
  const profile = profiles.get(target.sql);
  if (profile === undefined) throw new TypeError("the target column was profiled");
  const resolved = await resolveTarget(db, { column: target, profile, data, task: job.task });
  assertStratifiable(split, resolved.spec);
  const weight = of(data.weight);
  if (weight !== null) await assertWeights(db, weight);
  assertSides(counts);
  await assertLevels(db, columns, data);
  const { features, leftOut, warnings } = chooseFeatures({ columns, data, profiles, kept: job.kept });
  const order = split.method === "time" ? "place, h" : "h";
  const { files, ids } = await extractSides(db, {
    features,
    side,
    counts,
    order,
    truth: resolved.truth,
    weight,
    group: split.method === "group" ? of(data.group) : null,
  });
  const names = features.map(({ column }) => column.name);
  const context = contextOf(columns, job.named, names);
  const shown = await extractContext(db, { columns: context, profiles, data, side, order });
  const suspects = suspectsOf(files, resolved.spec, data);
  const told = { columns: describe(features, suspects), leftOut: leftOut.map(noted(context)), unlabelled, cuts };
  const warned = [
    ...resolved.warnings,
    ...warnings,
    ...(await copyWarnings(db, job, rows)),
    ...suspects.map(suspicion),
  ];
  const rowIds = { ...idRuleOf({ columns, data }), sides: ids };
  return { ...told, files, rowIds, context: shown, spec: resolved.spec, split, warnings: warned };
}

/** Share of the rows from which on copies of others are told. */
const MANY_COPIES = 0.1;

/**
 * Copies of a row share a side, whatever the rows are: of a table of few different rows a model never sees the answers that it is
 * judged by, and the likely ones look wrong.
 */
async function copyWarnings(db: Database, { data, split }: SnapshotJob, rows: number): Promise<string[]> {
  const goesByCells = (split.method === "hash" || split.method === "stratified") && data.key.length === 0;
  const [row] = goesByCells ? await db.rows("select count(distinct h)::double as n from data") : [];
  const copies = row === undefined ? 0 : rows - Number(row.n);
  if (copies < MANY_COPIES * rows) return [];
  return [
    `${copies} of ${rows} rows are copies of others, and copies share a side of the split, so that sides differ by more than chance; where they are rows of their own, let a column that numbers them be data.key`,
  ];
}

/** Says of a column that is no feature whether gates see it. */
function noted(context: readonly LoadedColumn[]): (column: LeftOut) => LeftOut {
  const names = context.map(({ name }) => name);
  return (column) => (names.includes(column.name) ? { ...column, why: `${column.why}; gates see it` } : column);
}

/** Refuses a value that the recipe's list of levels lacks. */
async function assertLevels(db: Database, columns: readonly LoadedColumn[], { types }: RecipeData): Promise<void> {
  for (const { name, sql, kind } of columns) {
    const given = types[name];
    if (typeof given !== "object") continue;
    const cell = textOf(sql, kind);
    const wrong = `${cell} is not null and ${cell} not in (${given.ordinal.map(literal).join(", ")})`;
    const as = { column: name, type: `ordinal (${given.ordinal.join(", ")})` };
    await assertNone(db, { cell, wrong, code: "DATA_TYPE_MISMATCH", as });
  }
}

/** Throws DATA_LEAK where the recipe refuses suspects. */
function suspectsOf({ train }: SideFiles, spec: TaskSpec, { leaks }: RecipeData): readonly Suspect[] {
  const suspects = leaks === "allow" ? [] : leakSuspects(viewSideFile(train.buffer), spec);
  if (leaks !== "refuse" || suspects.length === 0) return suspects;
  throw new SousError("DATA_LEAK", {
    columns: suspects.map(({ name }) => name).join(", "),
    reasons: suspects.map(({ name, why }) => `${name}: ${why}`).join("; "),
  });
}

function describe(features: readonly Feature[], suspects: readonly Suspect[]): readonly ColumnSummary[] {
  const leaks = new Map(suspects.map(({ name, why }) => [name, why]));
  return features.map((feature) => summarize(feature, leaks));
}

function suspicion({ name, why }: Suspect): string {
  return `${name} may be a leak: ${why}; put it in data.ignore unless it is known when the model predicts, or set data.leaks to allow`;
}

async function cutsInTime(db: Database, { split, cuts }: SnapshotJob, time: LoadedColumn | null): Promise<TimeCuts> {
  await assertTimes(db, time);
  return timeCuts(db, split, { column: time?.name ?? "", kept: cuts });
}

interface Labels {
  readonly rows: number;
  readonly unlabelled: number;
}

/** Deletes the rows without a target, which can neither teach nor judge. */
async function dropUnlabelled(db: Database, target: LoadedColumn): Promise<Labels> {
  const [before] = await db.rows("select count(*)::double as n from data");
  const rows = Number(before?.n);
  if (rows === 0) throw new SousError("DATA_NO_ROWS");
  const unlabelled = await db.run(`delete from data where ${target.sql} is null`);
  if (unlabelled === rows) throw new SousError("DATA_NO_LABELS", { target: target.name, rows });
  return { rows: rows - unlabelled, unlabelled };
}
