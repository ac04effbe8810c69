import type { SnapshotSummary } from "../data/snapshot.js";
import type { DuelBody, Entry } from "../ledger/entry.js";
import { openLedger } from "../ledger/ledger.js";
import { foldEntries, type RecipeState, type Standing } from "../promotion/champion.js";
import { type Prospect, prospectOf } from "../promotion/prospect.js";
import { findHome } from "../reconcile/home.js";
import { type RecipeStatus, readStatus } from "../reconcile/status.js";
import { type Holder, lockHolder } from "../store/lock.js";
import type { Store } from "../store/store.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { lookIntoStore } from "./open.js";
import { table } from "./table.js";

interface Row {
  readonly recipe: string;
  readonly phase: string;
  readonly champion: number | null;
  readonly metric: string | null;
  readonly score: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly decision: string | null;
  readonly decided: string | null;
  /** What the next look at its confirm side may risk, and what would then be left for later ones; null: not known. */
  readonly alpha: number | null;
  readonly alphaLeft: number | null;
  /** The smallest gain over what serves that the next look can show, in the metric's unit. */
  readonly smallest: number | null;
  readonly exhausted: boolean;
  readonly trials: RecipeStatus["trials"];
  readonly errors: RecipeStatus["errors"];
  /** What a person should know of its data. */
  readonly warnings: readonly string[];
  /** Shadow and probation that are open, with how they stand; those that no row has come for yet are not there. */
  readonly duels: readonly { readonly purpose: DuelBody["purpose"]; readonly of: number; readonly reason: string }[];
}

/** `sous status`: each recipe, what serves for it, and what is being done; beside a running daemon or without one. */
export async function status(
  options: { readonly json: boolean; readonly home: string },
  console: Console,
): Promise<number> {
  const home = findHome(options.home);
  const { entries } = await openLedger(home.ledger, { write: false });
  const holder = await lockHolder(home.state);
  const live = (await readStatus(home.status))?.recipes ?? {};
  const standing = foldEntries(entries);
  const names = [...new Set([...standing.recipes.keys(), ...Object.keys(live)])].sort();
  // what serves is in the log: a store that is older, busy or damaged takes away no more than what is said of the data
  const summaries = await lookIntoStore(home, (store) => summariesOf(store, names)).catch(() => null);
  const rows = names.map((name) => {
    return rowOf(name, { standing, live: live[name], entries, summary: summaries?.get(name) ?? null });
  });
  if (options.json)
    console.line(
      JSON.stringify({ home: home.folder, daemon: holder, entries: entries.length, recipes: rows }, null, 2),
    );
  else show(rows, holder, console);
  return EXIT.ok;
}

/** The newest snapshot of each recipe. */
async function summariesOf(
  store: Store,
  names: readonly string[],
): Promise<ReadonlyMap<string, SnapshotSummary | null>> {
  const found = names.map(async (name) => [name, (await store.newestSnapshot(name))?.summary ?? null] as const);
  return new Map(await Promise.all(found));
}

interface Known {
  readonly standing: Standing;
  readonly live: RecipeStatus | undefined;
  readonly entries: readonly Entry[];
  readonly summary: SnapshotSummary | null;
}

/** Of the next look, if the recipe is as it was at the last one; null where an older sous took that. */
function prospectFor(state: RecipeState | undefined, { standing, entries, summary }: Known): Prospect | null {
  const last = state?.last ? entries[state.last.seq - 1] : undefined;
  if (last?.kind !== "decision" || last.multiplicity === undefined || summary === null) return null;
  const { recipe, metric: name, shape, multiplicity } = last;
  return prospectOf(standing, {
    recipe: recipe.name,
    alpha: multiplicity.of,
    against: state?.champion ? "champion" : "baseline",
    summary,
    metric: { name, ...(shape !== undefined && { shape }) },
  });
}

function rowOf(recipe: string, known: Known): Row {
  const { standing, live, entries, summary } = known;
  const state = standing.recipes.get(recipe);
  const prospect = prospectFor(state, known);
  const promoted = state?.champion ? entries[state.champion.seq - 1] : undefined;
  const decision = promoted?.kind === "decision" ? promoted : undefined;
  const score = decision?.evidence.candidate.scores[decision.metric];
  return {
    recipe,
    phase: live?.phase ?? (state?.state === "retired" ? "retired" : "settled"),
    champion: state?.champion?.number ?? null,
    metric: decision?.metric ?? null,
    score: score?.point ?? null,
    low: score?.low ?? null,
    high: score?.high ?? null,
    decision: state?.last?.decision ?? null,
    decided: state?.last?.time ?? null,
    trials: live?.trials ?? null,
    alpha: prospect?.allowance.alpha ?? null,
    alphaLeft: prospect?.allowance.left ?? null,
    smallest: prospect?.smallest?.effect ?? null,
    exhausted: prospect !== null && prospect.exhausted !== null,
    errors: live?.errors ?? [],
    warnings: summary?.warnings ?? [],
    duels: duelsOf(state, entries),
  };
}

function duelsOf(state: RecipeState | undefined, entries: readonly Entry[]): Row["duels"] {
  const about = [state?.champion?.seq, state?.pending?.seq].flatMap((of) => state?.duels.get(of ?? 0) ?? []);
  return about.flatMap((seq) => {
    const entry = entries[seq - 1];
    if (entry?.kind !== "duel" || entry.outcome !== "open") return [];
    const { purpose, of, reason } = entry;
    return [{ purpose, of, reason }];
  });
}

function show(rows: readonly Row[], holder: Holder | null, console: Console): void {
  console.line(holder === null ? "no daemon is running here" : `daemon ${holder.pid}, since ${holder.since}`);
  if (rows.length === 0) console.line("no recipe has been seen yet");
  const head = ["recipe", "phase", "champion", "confirm score", "last decision", "next alpha", "resolves", ""];
  for (const line of table(head, rows.map(cells))) console.line(line);
  for (const { recipe, duels } of rows)
    for (const { purpose, of, reason } of duels) console.line(`${recipe}: ${purpose} of log entry ${of}: ${reason}`);
  for (const { recipe, warnings } of rows)
    for (const warning of warnings) console.line(`warning: ${recipe}: ${warning}`);
}

function cells(row: Row): readonly string[] {
  const { score, low, high } = row;
  const shown =
    score === null || low === null || high === null
      ? ""
      : `${row.metric} ${score.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
  const decided = row.decision === null ? "" : `${row.decision} ${row.decided?.slice(0, 16).replace("T", " ")}`;
  const trials = row.trials === null ? "" : `${row.trials.done}/${row.trials.total} trials`;
  const trouble = row.errors[0] === undefined ? trials : `${row.errors[0].code}: ${row.errors[0].message}`;
  return [
    row.recipe,
    row.phase,
    row.champion === null ? "none" : `v${row.champion}`,
    shown,
    decided,
    ...outlook(row),
    trouble,
  ];
}

/** What the next look may risk with what is left after it, and the smallest gain that it can show. */
function outlook({ alpha, alphaLeft, smallest, exhausted }: Row): readonly [string, string] {
  if (exhausted) return ["exhausted", ""];
  const risk = alpha === null || alphaLeft === null ? "" : `${alpha.toPrecision(2)} (${alphaLeft.toPrecision(2)} left)`;
  return [risk, smallest === null ? "" : smallest.toPrecision(2)];
}
