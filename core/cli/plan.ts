import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Params } from "hyperparameter-js";
import { Artifacts } from "../artifacts/artifacts.js";
import { keptKinds, words } from "../data/kept-kind.js";
import type { ColumnSummary, LeftOut, SideSummary, SnapshotSummary } from "../data/snapshot.js";
import { fromRecord, SousError } from "../errors.js";
import { openLedger } from "../ledger/ledger.js";
import type { ColumnType } from "../plugin/index.js";
import { foldEntries } from "../promotion/champion.js";
import { type Prospect, prospectOf } from "../promotion/prospect.js";
import { writeDuration } from "../quantities.js";
import { formatRecipeErrors } from "../recipe/format.js";
import { gateColumns } from "../recipe/gate-columns.js";
import { readRecipe } from "../recipe/read.js";
import type { ReadRecipe } from "../recipe/recipe.js";
import { RecipeRejected } from "../recipe/rejected.js";
import { renderYaml } from "../recipe/render.js";
import { nameIn } from "../reconcile/home.js";
import { studyOpening } from "../reconcile/opening.js";
import { takeOrigin } from "../reconcile/origin.js";
import { outcomeOf, searched } from "../search/result.js";
import { composeSpace, learnersOf, metricOf, splitParams } from "../search/space.js";
import type { Store } from "../store/store.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { interruption } from "./interrupt.js";
import { locateRecipe } from "./located.js";
import { short } from "./narrator.js";
import { type Kit, lookIntoStore, openKit } from "./open.js";
import { table } from "./table.js";

/** Seconds for reading the data. */
const DEADLINE = 1800;

/** `sous plan <recipe>`: what a run would do, without training anything. */
export async function plan(given: string, console: Console): Promise<number> {
  const { home, path } = locateRecipe(given);
  // A plan leaves nothing behind, and may run beside a daemon, so its snapshot lies in a folder of its own.
  const folder = await mkdtemp(join(tmpdir(), "sous-plan-"));
  const kit = await openKit(home, (text) => console.error(text), folder);
  try {
    const read = await readRecipe(short(path), { descriptors: kit.descriptors, roots: kit.configuration.roots });
    section(console, `Recipe ${read.recipe.name}`, [renderYaml(read.recipe).trimEnd(), `digest: ${read.digest}`]);
    const summary = await readData(kit, read);
    section(console, "Columns", columnLines(summary));
    section(console, "Split", splitLines(summary, read));
    section(console, "Evidence", await evidenceLines(kit, read, { summary, folder }));
    if (read.recipe.base) section(console, "Base", await originLines(kit, read, { summary, folder }));
    section(console, "Opening", await openingLines(kit, read, summary));
    section(console, "Cost", await costLines(kit, read, summary));
    for (const warning of summary.warnings) console.line(`warning: ${warning}`);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof RecipeRejected)) throw error;
    console.error(formatRecipeErrors(error));
    return EXIT.invalid;
  } finally {
    await kit.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function section(console: Console, title: string, lines: readonly string[]): void {
  console.line(`${title}\n${"─".repeat(title.length)}`);
  for (const line of lines) console.line(line);
  console.line();
}

async function readData(kit: Kit, { recipe, path }: ReadRecipe): Promise<SnapshotSummary> {
  const { data, task, split, budget, gates } = recipe;
  // what a run would go on from, so that a plan says what it will do
  const newest = (await lookIntoStore(kit.home, (store) => store.newestSnapshot(recipe.name)))?.summary;
  const job = {
    kind: "snapshot",
    folder: dirname(path),
    roots: kit.configuration.roots,
    data,
    named: gateColumns(gates, kit.descriptors),
    task,
    split,
    cuts: newest?.cuts ?? null,
    kept: keptKinds(newest),
    memory: budget.memory,
  } as const;
  const result = await kit.evaluator.run(job, { deadline: DEADLINE, memory: budget.memory, signal: interruption() });
  if (result.status === "done") return result.outcome.summary;
  if (result.status === "failed") throw fromRecord(result.error);
  throw new SousError("EVALUATOR_CLOSED", { job: "snapshot" });
}

function columnLines({ columns, leftOut, spec, rows }: SnapshotSummary): readonly string[] {
  const share = (missing: number | null) => (missing === null ? "" : `${((100 * missing) / rows).toFixed(1)} %`);
  const lines = [...columns, ...leftOut].map((column) => {
    const { name, kind, missing, distinct, why } = column;
    return [name, kind === null ? "" : words(kind), offered(column), share(missing), `${distinct ?? ""}`, why];
  });
  const classes = spec.classes.length > 0 ? `: ${spec.classes.join(", ")}` : "";
  return [
    `target ${spec.target}, ${spec.task}${classes}`,
    ...table(["column", "kind", "learners get", "missing", "distinct", "why"], lines),
  ];
}

/** What learners get of a column. */
function offered(column: ColumnSummary | LeftOut): string {
  if (!("type" in column)) return "nothing";
  return `${OFFERED[column.type]}${column.ordered ? " in order" : ""}`;
}

const OFFERED: Readonly<Record<ColumnType, string>> = {
  numeric: "numbers",
  boolean: "0 and 1",
  date: "days",
  categorical: "levels",
  text: "texts",
};

function splitLines({ sides, spec, unlabelled, rows }: SnapshotSummary, { recipe }: ReadRecipe): readonly string[] {
  const lines = Object.entries(sides).map(([side, summary]) => [
    side,
    `${summary.rows}`,
    shareLine(summary, spec.classes),
  ]);
  const missing = unlabelled > 0 ? [`${unlabelled} of ${rows + unlabelled} rows have no target and are left out`] : [];
  return [
    `method ${recipe.split.method}, seed ${recipe.split.seed}`,
    ...table(["side", "rows", "target"], lines),
    ...missing,
  ];
}

function shareLine({ rows, classCounts, targetMean, targetStd }: SideSummary, classes: readonly string[]): string {
  if (targetMean !== null && targetStd !== null)
    return `mean ${targetMean.toPrecision(4)}, deviation ${targetStd.toPrecision(4)}`;
  const shares = classCounts.map(
    (count, code) => `${classes[code]} ${((100 * count) / Math.max(1, rows)).toFixed(1)} %`,
  );
  return shares.slice(0, 6).join(", ") + (shares.length > 6 ? ", …" : "");
}

interface Planned {
  readonly summary: SnapshotSummary;
  /** Of the plan's own artifacts. */
  readonly folder: string;
}

async function evidenceLines(kit: Kit, { recipe }: ReadRecipe, planned: Planned): Promise<readonly string[]> {
  const { summary } = planned;
  const { entries } = await openLedger(kit.home.ledger, { write: false });
  const standing = foldEntries(entries);
  const metric = metricOf(recipe, kit.descriptors, summary.spec.task);
  const champion = standing.recipes.get(recipe.name)?.champion ?? null;
  const against = champion === null ? "baseline" : "champion";
  const { alpha } = recipe.promotion;
  const last = entries[(standing.recipes.get(recipe.name)?.last?.seq ?? 0) - 1];
  const known = last?.kind === "decision" ? last.evidence.known : undefined;
  const fresh = known === undefined ? null : await freshSince(known, kit, planned);
  const prospect = prospectOf(standing, { recipe: recipe.name, alpha, against, summary, metric, fresh });
  return [
    `metric ${metric.name}; gates ${recipe.gates.map(({ kind }) => kind).join(", ")}; promotion ${recipe.promotion.mode}`,
    champion === null
      ? "no champion yet: the first one must beat the baseline"
      : `champion: version ${champion.number}`,
    ...prospectLines(prospect, alpha),
  ];
}

/** The confirm rows that no look has seen; null: it can't be told. */
async function freshSince(known: string, { evaluator, home }: Kit, { summary, folder }: Planned) {
  const bytes = await new Artifacts(home.artifacts).find(known);
  if (bytes === null) return null;
  await new Artifacts(folder).put(bytes);
  const job = { kind: "arrivals", snapshot: summary.digest, known } as const;
  const result = await evaluator.run(job, { deadline: DEADLINE, memory: 2 ** 31, signal: interruption() });
  return result.status === "done" && result.outcome.unsure === null ? result.outcome : null;
}

function prospectLines({ part, look, allowance, smallest, exhausted }: Prospect, alpha: number): readonly string[] {
  const { rows } = part.side;
  const may = `it may risk alpha ${allowance.alpha.toPrecision(3)} of ${alpha}, and ${allowance.left.toPrecision(3)} is left for later ones`;
  const effect =
    smallest === null
      ? "the smallest effect that it can resolve is not known for this metric"
      : `smallest effect that ${rows} rows can resolve with 80 % power: ${smallest.effect.toPrecision(3)} (${smallest.assumption})`;
  return [
    part.isFresh
      ? `look ${look} at the ${rows} confirm rows that came since the last look, against the ${allowance.against}; ${may}`
      : `look ${look} at this confirm set, against the ${allowance.against}; ${may}`,
    exhausted === null ? effect : exhausted.reason,
  ];
}

/** What the base is, and which of the learners go on from it. */
async function originLines(
  { evaluator, configuration, descriptors }: Kit,
  read: ReadRecipe,
  { summary, folder }: { readonly summary: SnapshotSummary; readonly folder: string },
): Promise<readonly string[]> {
  const ports = { artifacts: new Artifacts(folder), evaluator, roots: configuration.roots, signal: interruption() };
  const taken = await takeOrigin(read, summary.digest, ports);
  const { path, digest } = read.recipe.base ?? {};
  const learners = learnersOf(composeSpace(read.recipe, descriptors, summary));
  const able = (name: string) => descriptors.learners.find((known) => known.name === name)?.continues === true;
  const listed = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));
  return [
    `${path}, ${taken?.bytes} bytes, SHA-256 ${digest?.slice(0, 12)}, takes ${taken?.columns.join(", ")}`,
    `go on from it: ${listed(learners.filter(able))}`,
    `begin from nothing: ${listed(learners.filter((name) => !able(name)))}`,
    "rows that it has learned from make it look better than it is: give a base new rows",
  ];
}

/** The trials that a study of now would begin with. */
async function openingLines(kit: Kit, { recipe, path }: ReadRecipe, summary: SnapshotSummary) {
  const space = composeSpace(recipe, kit.descriptors, summary);
  const request = { recipe, path: nameIn(kit.home, path), summary, space, descriptors: kit.descriptors };
  const opening =
    (await lookIntoStore(kit.home, (store) => studyOpening(store, request))) ?? (await studyOpening(null, request));
  const lines = opening.map(({ params, from }, trial) => {
    const { learner, own } = splitParams(params);
    return [`${trial}`, learner, from, paramsText(own)];
  });
  return lines.length === 0
    ? ["none: the sampler proposes from the first trial on"]
    : table(["trial", "learner", "from", "parameters"], lines);
}

function paramsText(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${typeof value === "number" ? Number(value.toPrecision(3)) : value}`)
    .join(", ");
}

/** What the budget allows at most, and what it will come to if trials go on as they did. */
async function costLines(kit: Kit, { recipe }: ReadRecipe, summary: SnapshotSummary): Promise<readonly string[]> {
  const { budget } = recipe;
  const space = composeSpace(recipe, kit.descriptors, summary);
  const width = Math.min(budget.threads, kit.configuration.workers);
  const worst = (budget.trials * budget.per_trial_wall) / width;
  const cap = Math.min(worst, budget.wall ?? Number.POSITIVE_INFINITY);
  const typical = await lookIntoStore(kit.home, (store) => trialSeconds(store, recipe.name));
  const guess = typical === null ? null : Math.max(1, Math.round((typical * budget.trials) / width));
  return [
    `${budget.trials} trials over ${Object.keys(space).length} parameters, ${width} at a time, each at most ${writeDuration(budget.per_trial_wall)}`,
    ensembleLine(recipe.search.ensemble.size),
    `at most ${writeDuration(Math.ceil(cap))} in all, ${Math.round(budget.memory / 2 ** 20)} MiB`,
    guess === null || typical === null
      ? "what a trial takes is known once a study of this recipe has run"
      : `about ${writeDuration(guess)} by the last study, whose trials took ${typical.toPrecision(2)} s each`,
  ];
}

function ensembleLine(size: number): string {
  if (size === 0) return "no ensemble: the best trial is the finalist";
  return `then an ensemble of at most ${size} of their models, which is the finalist where it is better by more than noise`;
}

/** Mean seconds of the complete trials of the recipe's newest study; null where there is none. */
async function trialSeconds(store: Store, name: string): Promise<number | null> {
  const [study] = await store.studiesOf(name);
  const trials = study === undefined ? [] : await store.trialStorage(study.id).load();
  const seconds = searched(trials).flatMap((trial) => outcomeOf(trial)?.seconds ?? []);
  return seconds.length === 0 ? null : seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
}
