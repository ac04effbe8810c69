import { Artifacts } from "../artifacts/artifacts.js";
import { fromRecord, SousError } from "../errors.js";
import type { ColumnImportance, ImportanceJob, ImportanceOutcome } from "../evaluator/messages.js";
import type { Version } from "../promotion/champion.js";
import { findImportance, importanceJob, keepImportance, versionJob } from "../promotion/explanation.js";
import type { ModelViews } from "../promotion/versions.js";
import { isKept } from "../reconcile/data.js";
import { outcomeOf } from "../search/result.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { interruption } from "./interrupt.js";
import { type KnownRecipe, versionNamed, withRecipe } from "./known.js";
import { openKit, openViews } from "./open.js";
import { table } from "./table.js";

/** Seconds and bytes that the importance may take; the rows and permutations of a job keep it far below. */
const LIMITS = { deadline: 1800, memory: 2 ** 32 };

/** Characters of the longest bar. */
const WIDTH = 24;

export interface ExplainOptions {
  readonly json: boolean;
  /** `v2`, or the number of a trial of the newest study; the champion by default. */
  readonly of?: string;
  readonly home: string;
}

interface Subject {
  readonly title: string;
  readonly job: ImportanceJob;
  /** Null for a trial. */
  readonly version: Version | null;
}

/**
 * `sous explain <recipe>`: what a model owes to each of its columns. A command of its own beside `leaderboard`, which
 * only reads: this one runs the model, and adds what it found to the version's card.
 */
export async function explain(given: string, options: ExplainOptions, console: Console): Promise<number> {
  return withRecipe(given, options.home, async (known) => {
    const subject = await subjectOf(known, options.of);
    const outcome = await answerTo(subject, known, console);
    if (outcome === null) return EXIT.interrupted;
    if (options.json) console.line(JSON.stringify({ recipe: known.name, ...subject.job, ...outcome }, null, 2));
    else show(subject, outcome, console);
    return EXIT.ok;
  });
}

async function subjectOf(known: KnownRecipe, of: string | undefined): Promise<Subject> {
  const version = of === undefined ? known.state?.champion : versionNamed(known, of);
  if (version) return await versionSubject(known, version);
  const trial = await trialSubject(known, of);
  if (trial !== null) return trial;
  throw new SousError("CLI_NO_SUCH_MODEL", { name: known.name, given: of ?? "in service" });
}

/** On the data that it was made with, or where those are gone on the newest that are kept: no row changes side. */
async function versionSubject({ name, home, entries, store }: KnownRecipe, version: Version): Promise<Subject> {
  const entry = entries[version.seq - 1];
  if (entry?.kind !== "decision") throw new TypeError(`log entry ${version.seq} promotes nothing`);
  const own = versionJob(entry, version.model);
  const newest = (await store?.newestSnapshot(name))?.digest;
  const artifacts = new Artifacts(home.artifacts);
  const isOwn = (await isKept(artifacts, own.snapshot)) || (await findImportance(artifacts, own)) !== null;
  const job = isOwn || newest === undefined ? own : { ...own, snapshot: newest };
  return { title: `version ${version.number}${isOwn ? "" : ", on newer data"}`, job, version };
}

async function trialSubject({ name, store }: KnownRecipe, of: string | undefined): Promise<Subject | null> {
  const [study] = (await store?.studiesOf(name)) ?? [];
  if (of === undefined || store === null || study === undefined) return null;
  const trials = await store.trialStorage(study.id).load();
  const trial = trials.find(({ number, state }) => `${number}` === of && state === "complete");
  const outcome = trial === undefined ? null : outcomeOf(trial);
  if (outcome === null) return null;
  const { snapshot, metric, seed } = study;
  return { title: `trial ${of}`, job: importanceJob({ snapshot, model: outcome.model, metric, seed }), version: null };
}

/** What was found before, or is found now and kept; null where Ctrl-C ended it. */
async function answerTo(subject: Subject, known: KnownRecipe, console: Console): Promise<ImportanceOutcome | null> {
  const { job, version } = subject;
  const artifacts = new Artifacts(known.home.artifacts);
  const views = openViews(known.home, { entries: () => known.entries, store: known.store });
  const kept = await findImportance(artifacts, job);
  const outcome = kept ?? (await measure(subject, { known, artifacts, views, console }));
  if (outcome === null) return null;
  if (kept === null) await keepImportance(artifacts, job, outcome);
  if (version !== null) await views.restoreCard(version);
  return outcome;
}

interface Bench {
  readonly known: KnownRecipe;
  readonly artifacts: Artifacts;
  readonly views: ModelViews;
  readonly console: Console;
}

async function measure({ job, version }: Subject, bench: Bench): Promise<ImportanceOutcome | null> {
  const { known, artifacts, console } = bench;
  const { name, home } = known;
  if (!(await isKept(artifacts, job.snapshot))) throw new SousError("CLI_DATA_FORGOTTEN", { name });
  if (version !== null) await bench.views.provideModel(version);
  else if ((await artifacts.find(job.model)) === null) throw new SousError("CLI_MODEL_FORGOTTEN", { name });
  const kit = await openKit(home, (text) => console.error(text));
  try {
    const result = await kit.evaluator.run({ ...job, kind: "importance" }, { ...LIMITS, signal: interruption() });
    if (result.status === "failed") throw fromRecord(result.error);
    return result.status === "done" ? result.outcome : null;
  } finally {
    await kit.close();
  }
}

function show({ title, job }: Subject, outcome: ImportanceOutcome, console: Console): void {
  const { rows, score, columns, groups, alike, direction } = outcome;
  console.line(
    `${title}: ${job.metric} ${score.toFixed(4)} on ${rows} rows of the select side, which most models have learned from too`,
  );
  console.line(
    `by how much it gets ${direction === "minimize" ? "larger" : "smaller"} when a column is permuted, mean and deviation of ${job.repeats}:`,
  );
  console.line();
  const most = Math.max(...columns.map(({ mean }) => mean));
  const cells = (one: ColumnImportance) => [
    one.columns.join(" + "),
    one.mean.toFixed(4),
    `± ${one.deviation.toFixed(4)}`,
    "█".repeat(Math.max(0, Math.round((WIDTH * one.mean) / most)) || 0),
  ];
  for (const line of table(["column", "mean", "", ""], columns.map(cells))) console.line(line);
  if (groups.length === 0) return;
  console.line();
  console.line(
    "columns that stand for each other, each of which matters more than it seems to alone; permuted as one:",
  );
  for (const line of table(["columns", "mean", "", ""], groups.map(cells))) console.line(line);
  for (const { columns: pair, strength, measure } of alike)
    console.line(`  ${pair.join(" and ")}: ${measure} ${strength.toFixed(2)}`);
}
