/** A recipe's data, read, typed, split and kept under their digest. DuckDB is loaded here, so only a worker's task calls this. */
import { Artifacts } from "../artifacts/artifacts.js";
import { SousError } from "../errors.js";
import type { Places, SnapshotJob, SnapshotOutcome } from "../evaluator/messages.js";
import type { Source } from "../plugin/index.js";
import { type Database, withDatabase } from "./database.js";
import { extractSides } from "./extract.js";
import { memoryError, readingError } from "./failures.js";
import { assertColumns, beyondWarnings, chooseFeatures, summarize } from "./features.js";
import { assertUnchanged, findFiles } from "./files.js";
import { keepSnapshot, type Taken } from "./keep.js";
import { describeScan, type LoadedColumn, loadData } from "./load.js";
import { chooseReader } from "./reader.js";
import { assertSplit, assertStratifiable, assertTimes, cutsOf, orderOf, placeOf, sideOf } from "./split.js";
import { resolveTarget } from "./target.js";

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
  const settings = { memory: job.memory / 2, scratch: places.artifacts, files: paths };
  const taken = await withDatabase(settings, async (db) => {
    const columns = await read(db, job, async () => source.scan(paths, options));
    return take(db, job, columns);
  }).catch((error: unknown) => {
    throw memoryError(error, job) ?? error;
  });
  await assertUnchanged(files, job.folder);
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
    await loadData(db, incoming, { place: placeOf({ ...job, columns }), order: orderOf(columns) });
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
  const unlabelled = await dropUnlabelled(db, target);
  if (split.method === "time") await assertTimes(db, of(data.time));
  const cuts = await cutsOf(db, split, job.cuts);
  const resolved = await resolveTarget(db, target, job);
  assertStratifiable(split, resolved.spec);
  const { features, leftOut } = await chooseFeatures(db, columns, data);
  const files = await extractSides(db, {
    features,
    side: sideOf(cuts),
    order: split.method === "time" ? "place, h" : "h",
    truth: resolved.truth,
    weight: of(data.weight),
    group: split.method === "group" ? of(data.group) : null,
  });
  const told = { columns: features.map(summarize), leftOut, unlabelled, cuts: split.method === "time" ? cuts : null };
  return { ...told, files, spec: resolved.spec, split, warnings: [...resolved.warnings, ...beyondWarnings(features)] };
}

/** Deletes the rows without a target, which can neither teach nor judge, and returns how many there were. */
async function dropUnlabelled(db: Database, target: LoadedColumn): Promise<number> {
  const [before] = await db.rows("select count(*)::double as n from data");
  const rows = Number(before?.n);
  if (rows === 0) throw new SousError("DATA_NO_ROWS");
  const dropped = await db.run(`delete from data where ${target.sql} is null`);
  if (dropped === rows) throw new SousError("DATA_NO_LABELS", { target: target.name, rows });
  return dropped;
}
