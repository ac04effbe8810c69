/** A recipe's data, read, typed, split and kept under their digest. DuckDB is loaded here, so only a worker's task calls this. */
import { Artifacts } from "../artifacts/artifacts.js";
import { SousError } from "../errors.js";
import type { Places, SnapshotJob, SnapshotOutcome } from "../evaluator/messages.js";
import type { Source } from "../plugin/index.js";
import type { LoadedColumn } from "./column.js";
import { type Database, withDatabase } from "./database.js";
import { extractSides } from "./extract.js";
import { memoryError, readingError } from "./failures.js";
import { assertColumns, beyondWarnings, candidates, chooseFeatures, summarize } from "./features.js";
import { assertUnchanged, findFiles } from "./files.js";
import { keepSnapshot, type Taken } from "./keep.js";
import { describeScan, loadData } from "./load.js";
import { profileColumns } from "./profile.js";
import { chooseReader } from "./reader.js";
import type { TimeCuts } from "./snapshot.js";
import { assertSplit, assertStratifiable, assertTimes, placeCuts, sideOf, timeCuts } from "./split.js";
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
      job.data,
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
  const profiles = await profileColumns(db, [target, ...candidates(columns, data)], rows);
  const profile = profiles.get(target.sql);
  if (profile === undefined) throw new TypeError("the target column was profiled");
  const resolved = await resolveTarget(db, { column: target, profile, data, task: job.task });
  assertStratifiable(split, resolved.spec);
  const { features, leftOut } = chooseFeatures(columns, data, profiles);
  const files = await extractSides(db, {
    features,
    side: sideOf(cuts ?? placeCuts(split)),
    order: split.method === "time" ? "place, h" : "h",
    truth: resolved.truth,
    weight: of(data.weight),
    group: split.method === "group" ? of(data.group) : null,
  });
  const told = { columns: features.map(summarize), leftOut, unlabelled, cuts };
  return { ...told, files, spec: resolved.spec, split, warnings: [...resolved.warnings, ...beyondWarnings(features)] };
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
