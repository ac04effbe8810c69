/** Shadow and probation go on with the rows that have come, and what follows from them is put through. */
import type { SnapshotSummary } from "../data/snapshot.js";
import { fromRecord } from "../errors.js";
import type { DuelOutcome } from "../evaluator/messages.js";
import type { DuelBody, Entry } from "../ledger/entry.js";
import { markFrom, type RecipeState } from "../promotion/champion.js";
import { type OpenDuel, openDuelsOf, outcomeOf, toldOf } from "../promotion/duel.js";
import { followUp } from "../promotion/orders.js";
import type { ReadRecipe } from "../recipe/recipe.js";
import { metricOf } from "../search/space.js";
import { limits } from "../search/trial-job.js";
import { putThrough } from "./orders.js";
import type { Parts } from "./parts.js";

interface Now {
  readonly read: ReadRecipe;
  readonly summary: SnapshotSummary;
  readonly signal: AbortSignal;
}

/** Whether a study on the snapshot may begin: not while a candidate of this very work runs in shadow. */
export type AfterDuel = "go on" | "in shadow" | "interrupted";

export async function fightDuels(parts: Parts, now: Now): Promise<AfterDuel> {
  const { name } = now.read.recipe;
  await putFollowUps(parts, name); // that a crash may have left out
  for (const { purpose } of openFor(parts, now.read)) {
    // what the duel before it changed has another rival now
    const open = openFor(parts, now.read).find((one) => one.purpose === purpose);
    if (open === undefined || open.snapshot === now.summary.digest || !isOfNow(parts, open, now.read)) continue;
    const end = await roundOf(parts, open, now);
    if (end === "interrupted") return end;
    if (end.unsure === null) continue;
    parts.emit({ kind: "notice", message: `${name}: ${purpose}: ${end.unsure}` });
    if (purpose === "shadow") return "go on"; // nothing that comes could ever decide it
  }
  const isShadowed = openFor(parts, now.read).some((one) => one.purpose === "shadow" && isOfNow(parts, one, now.read));
  return isShadowed ? "in shadow" : "go on";
}

function openFor({ standing, ledger }: Parts, { recipe }: ReadRecipe): readonly OpenDuel[] {
  return openDuelsOf(standing.now().recipes.get(recipe.name), recipe, ledger.entries);
}

/** A candidate of another recipe than that of now is given up for those that it finds. */
function isOfNow({ ledger }: Parts, { purpose, of }: OpenDuel, { workDigest }: ReadRecipe): boolean {
  const entry = ledger.entries[of - 1];
  return purpose === "probation" || (entry?.kind === "decision" && entry.recipe.workDigest === workDigest);
}

/** One arrival: judged, logged and put through. */
async function roundOf(
  parts: Parts,
  open: OpenDuel,
  { read, summary, signal }: Now,
): Promise<DuelOutcome | "interrupted"> {
  const { recipe } = read;
  const { name: metric } = metricOf(recipe, parts.descriptors, summary.spec.task);
  for (const version of parts.standing.now().recipes.get(recipe.name)?.versions ?? [])
    if (version.model === open.a || version.model === open.b) await parts.views.provideModel(version);
  const { a, b, alpha, known } = open;
  const before = open.last?.progress ?? null;
  const job = { kind: "duel", snapshot: summary.digest, known, a, b, metric, alpha, before } as const;
  const result = await parts.evaluator.run(job, { ...limits(recipe), signal });
  if (result.status === "failed") throw fromRecord(result.error);
  if (result.status !== "done") return "interrupted";
  const { outcome } = result;
  if (outcome.unsure !== null || outcome.arrived === 0) return outcome;
  await parts.turns.take(recipe.name, async () => {
    const state = parts.standing.now().recipes.get(recipe.name);
    // A person may have decided, or put another version back, while the models ran.
    const isStill = (one: OpenDuel) => one.of === open.of && one.a === open.a && one.last?.seq === open.last?.seq;
    if (state === undefined || !openFor(parts, read).some(isStill)) return;
    tell(parts, await parts.ledger.append(bodyOf(open, { state, metric, summary, outcome })));
  });
  await putFollowUps(parts, recipe.name);
  return outcome;
}

interface Found {
  readonly state: RecipeState;
  readonly metric: string;
  readonly summary: SnapshotSummary;
  readonly outcome: Extract<DuelOutcome, { readonly unsure: null }>;
}

function bodyOf(open: OpenDuel, { state, metric, summary, outcome }: Found): DuelBody {
  const { purpose, of, a, b, alpha, most } = open;
  const { arrived, known, progress, inference } = outcome;
  const end = outcomeOf(outcome, most);
  const pair = { purpose, of, a, b, metric, alpha, most };
  const seen = { snapshot: summary.digest, arrived, known, progress, inference };
  return { kind: "duel", recipe: markFrom(state), ...pair, ...seen, outcome: end, reason: toldOf(open, outcome, end) };
}

function tell({ emit }: Parts, entry: Entry): void {
  if (entry.kind !== "duel") return;
  const { recipe, purpose, outcome, reason, seq } = entry;
  emit({ kind: "duel", name: recipe.name, purpose, outcome, reason, seq });
}

/** What rounds decided becomes so, once: the log says whether it has. */
function putFollowUps(parts: Parts, recipe: string): Promise<void> {
  const { standing, ledger } = parts;
  return parts.turns.take(recipe, async () => {
    for (const seq of standing.now().recipes.get(recipe)?.duels.values() ?? []) {
      const round = ledger.entries[seq - 1];
      const state = standing.now().recipes.get(recipe);
      const body = state && round?.kind === "duel" ? followUp(round, state, ledger.entries) : null;
      if (body) await putThrough(parts, body);
    }
  });
}
