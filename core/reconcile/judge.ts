/**
 * The finalist meets the confirm side, once, and the outcome is a ledger line, whatever it is. The order is fixed by what
 * a crash may leave behind: version folder, ledger line, pointer (core/promotion/versions.ts).
 */

import type { SnapshotSummary } from "../data/snapshot.js";
import { fromRecord, SousError } from "../errors.js";
import type { ConfirmJob, ConfirmOutcome, TrialOutcome } from "../evaluator/messages.js";
import { canonicalJson } from "../json.js";
import { type DecisionBody, type Entry, type RecipeMark, RUNNING } from "../ledger/entry.js";
import { nextNumber, type RecipeState, rivalOf, type Standing, type Version } from "../promotion/champion.js";
import { decide, UNCHANGED } from "../promotion/decide.js";
import { probationTerms } from "../promotion/duel.js";
import { type Plan, type Prospect, prospectOf } from "../promotion/prospect.js";
import type { PromotionBody } from "../promotion/versions.js";
import type { ReadRecipe } from "../recipe/recipe.js";
import { type Again, makeFinalistAgain, modelMade } from "../search/again.js";
import { HOLDOUT, resamplingOf } from "../search/resampling.js";
import type { Finalist } from "../search/result.js";
import { metricOf } from "../search/space.js";
import { limits } from "../search/trial-job.js";
import { codeOf, dataOf, resourcesOf } from "./circumstances.js";
import type { Parts } from "./parts.js";
import type { StudyEnd } from "./study.js";

export interface Case {
  readonly read: ReadRecipe;
  readonly mark: RecipeMark;
  readonly summary: SnapshotSummary;
  readonly end: StudyEnd;
  readonly finalist: Finalist;
}

/**
 * Judges, decides and, where the evidence holds, promotes. Where a person puts another version into service meanwhile, the
 * look is logged without a verdict, and the finalist meets what serves now. Null when the signal ended it before the look.
 */
export async function judge(parts: Parts, one: Case, signal: AbortSignal): Promise<Entry | null> {
  const baseline = await fitBaseline(parts, one, signal);
  if (baseline === null || !(await provideCandidate(parts, one, signal))) return null;
  for (;;) {
    const seen = await lookOnce(parts, one, { baseline, signal });
    if (seen === null) return null;
    const { entry, isCurrent } = await parts.turns.take(one.read.recipe.name, () => record(parts, one, seen));
    if (isCurrent) return entry;
  }
}

interface Seen extends Omit<Look, "state"> {
  /** What the candidate was judged against. */
  readonly rival: Version | null;
}

async function lookOnce(
  parts: Parts,
  one: Case,
  { baseline, signal }: { readonly baseline: TrialOutcome; readonly signal: AbortSignal },
): Promise<Seen | null> {
  const standing = parts.standing.now();
  const rival = rivalOf(standing.recipes.get(one.read.recipe.name), one.end.study.id);
  const known = knownAt(parts, standing.recipes.get(one.read.recipe.name));
  const fresh = known === null ? null : await arrivalsSince(known, parts, { one, signal });
  const prospect = prospectFor(parts, one, { standing, rival, fresh });
  if (rival !== null) await parts.views.provideModel(rival);
  const job = confirmJob(one, { rival, baseline, prospect, known });
  const evidence = await confirmFinalist(parts, job, { one, signal });
  return evidence && { evidence: heard(evidence, prospect), prospect, since: job.since, rival };
}

/** The look becomes a line of the log. */
async function record(parts: Parts, one: Case, { rival, ...seen }: Seen) {
  const { recipe } = one.read;
  const state = parts.standing.now().recipes.get(recipe.name);
  const isCurrent = rivalOf(state, one.end.study.id)?.model === rival?.model;
  const body = decisionBody(parts, one, { ...seen, state });
  if (!isCurrent) return { entry: await parts.ledger.append(outdated(body, state)), isCurrent };
  if (body.version !== null) await parts.views.writeVersion(body as PromotionBody, recipe, state);
  // what a person approves later is the recipe of now
  if (body.decision === "PENDING") await parts.artifacts.put(Buffer.from(canonicalJson(recipe)));
  return { entry: await parts.ledger.append(body), isCurrent };
}

function outdated(body: DecisionBody, state: RecipeState | undefined): DecisionBody {
  const serves = state?.champion ? `version ${state.champion.number} was put into service` : "the champion went";
  const reason = `Not decided: ${serves} while the finalist was judged; it is judged again.`;
  return { ...body, decision: "INCONCLUSIVE", reason, version: null };
}

function prospectFor(
  { descriptors }: Parts,
  { read, summary }: Case,
  { standing, rival, fresh }: Pick<Plan, "fresh"> & { readonly standing: Standing; readonly rival: Version | null },
): Prospect {
  const { recipe } = read;
  return prospectOf(standing, {
    recipe: recipe.name,
    alpha: recipe.promotion.alpha,
    against: rival === null ? "baseline" : "champion",
    summary,
    metric: metricOf(recipe, descriptors, summary.spec.task),
    ...(fresh && { fresh }),
  });
}

/** The confirm rows that no look of the recipe has seen; null: it can't be told, and the whole side is looked at. */
async function arrivalsSince(
  known: string,
  { evaluator, artifacts }: Parts,
  { one, signal }: { readonly one: Case; readonly signal: AbortSignal },
): Promise<NonNullable<Plan["fresh"]> | null> {
  if ((await artifacts.find(known)) === null) return null;
  const job = { kind: "arrivals", snapshot: one.summary.digest, known } as const;
  const result = await evaluator.run(job, { ...limits(one.read.recipe), signal });
  if (result.status === "failed") throw fromRecord(result.error);
  return result.status === "done" && result.outcome.unsure === null ? result.outcome : null;
}

/** An exhausted holdout is scored and not tested: whatever a gate said of it could not be believed. */
function heard(evidence: ConfirmOutcome, { exhausted }: Prospect): ConfirmOutcome {
  return exhausted === null ? evidence : { ...evidence, gates: [exhausted] };
}

/** The model that every first champion must beat. It is quickly made and always the same, so it is made when needed. */
async function fitBaseline(parts: Parts, one: Case, signal: AbortSignal): Promise<TrialOutcome | null> {
  const { task } = one.summary.spec;
  const learner = parts.descriptors.learners.find((known) => known.baseline && known.tasks.includes(task));
  if (learner === undefined) throw new SousError("PROMOTION_NO_BASELINE", { task });
  const job = {
    kind: "trial",
    snapshot: one.summary.digest,
    resampling: HOLDOUT,
    learner: learner.name,
    params: {},
    seed: one.read.recipe.search.seed,
    metric: one.end.study.metric,
    secondary: [],
  } as const;
  const result = await parts.evaluator.run(job, { ...limits(one.read.recipe), signal });
  if (result.status === "failed") throw fromRecord(result.error);
  return result.status === "done" ? result.outcome : null;
}

/**
 * The finalist's model, made again where it was forgotten: a recipe whose gates were edited has its study judged anew.
 * False when the signal ended it.
 */
async function provideCandidate(parts: Parts, one: Case, signal: AbortSignal): Promise<boolean> {
  const { outcome, learner } = one.finalist;
  if ((await parts.artifacts.find(outcome.model)) !== null) return true;
  const options = { ...limits(one.read.recipe), signal };
  const result = await makeFinalistAgain(againOf(parts, one), { evaluator: parts.evaluator, options });
  if (result.status === "failed") throw fromRecord(result.error);
  if (result.status !== "done") return false;
  const got = modelMade(result);
  if (got === outcome.model) return true;
  throw new SousError("PROMOTION_NOT_REPRODUCED", { learner, expected: outcome.model, got });
}

function againOf({ store }: Parts, { finalist, end, summary, read }: Case): Again {
  const { metric, direction, id } = end.study;
  const { recipe } = read;
  const place = { snapshot: summary.digest, recipe, metric, resampling: resamplingOf(recipe, summary) };
  return { ...place, direction, finalist, trials: () => store.trialStorage(id).load() };
}

/** The rows that were known at the recipe's last look. */
function knownAt({ ledger }: Parts, state: RecipeState | undefined): string | null {
  const last = state?.last ? ledger.entries[state.last.seq - 1] : undefined;
  return last?.kind === "decision" ? (last.evidence.known ?? null) : null;
}

interface Rivals {
  readonly rival: Version | null;
  readonly baseline: TrialOutcome;
  readonly prospect: Prospect;
  readonly known: string | null;
}

function confirmJob(one: Case, { rival, baseline, prospect, known }: Rivals): ConfirmJob {
  const { recipe } = one.read;
  return {
    kind: "confirm",
    snapshot: one.summary.digest,
    ...(one.summary.context !== undefined && { context: one.summary.context }),
    metric: one.end.study.metric,
    secondary: recipe.secondary_metrics,
    candidate: one.finalist.outcome.model,
    champion: rival?.model ?? null,
    baseline: baseline.model,
    parity: one.finalist.outcome.parity,
    gates: prospect.exhausted === null ? recipe.gates : [],
    alpha: prospect.allowance.alpha,
    seed: recipe.search.seed,
    known,
    since: prospect.part.isFresh ? known : null,
  };
}

async function confirmFinalist(
  parts: Parts,
  job: ConfirmJob,
  { one, signal }: { readonly one: Case; readonly signal: AbortSignal },
): Promise<ConfirmOutcome | null> {
  parts.emit({ kind: "confirming", name: one.read.recipe.name, trial: one.finalist.trial });
  const result = await parts.evaluator.run(job, { ...limits(one.read.recipe), signal });
  if (result.status === "failed") throw fromRecord(result.error);
  return result.status === "done" ? result.outcome : null;
}

interface Look {
  readonly evidence: ConfirmOutcome;
  readonly since: string | null;
  readonly prospect: Prospect;
  readonly state: RecipeState | undefined;
}

function decisionBody(parts: Parts, one: Case, { evidence, prospect, since, state }: Look): DecisionBody {
  const isChampion = one.finalist.outcome.model === state?.champion?.model;
  const isBarred = state?.barred.has(one.finalist.outcome.model) === true;
  const asked = one.read.recipe.promotion.mode;
  const isShadow = asked === "shadow" && state?.champion;
  const own = asked === "shadow" && !isShadow ? "auto" : asked; // nothing serves that it could run beside
  const mode = isBarred ? "barred" : one.end.result.ended === RUNNING ? "early" : own;
  const { decision, reason } = isChampion ? UNCHANGED : decide(evidence.gates, mode, prospect.outlook);
  const { finalist, end, summary } = one;
  const promoted = { number: nextNumber(state), model: finalist.outcome.model, from: state?.champion?.number ?? null };
  return {
    kind: "decision",
    decision,
    reason,
    recipe: one.mark,
    code: codeOf(parts.descriptors),
    data: { ...dataOf(summary, one.read), ...(since && { holdout: prospect.part.digest, since }) },
    search: {
      study: end.study.id,
      trials: end.result.counts,
      work: end.result.work,
      seed: end.study.seed,
      ended: end.result.ended,
      finalist: {
        trial: finalist.trial,
        learner: finalist.learner,
        params: finalist.params,
        selectScore: finalist.outcome.score,
      },
    },
    resources: resourcesOf(finalist.outcome),
    metric: end.study.metric,
    ...(prospect.shape !== undefined && { shape: prospect.shape }),
    evidence,
    look: prospect.look,
    // What can't end in a promotion risks no false one.
    ...chargeOf(prospect, prospect.exhausted === null && !isChampion),
    actor: { kind: "auto", name: "sous", reason: "every gate of the recipe was heard" },
    ...((decision === "PENDING" || decision === "PROMOTED") && { probation: probationTerms(one.read.recipe) }),
    ...(decision === "PENDING" && mode === "shadow" && { waits: "shadow" }),
    version: decision === "PROMOTED" ? promoted : null,
  };
}

function chargeOf({ allowance }: Prospect, isRisked: boolean): Pick<DecisionBody, "alpha" | "multiplicity"> {
  const { of, alpha, against, left } = allowance;
  const remains = isRisked ? left : left + alpha;
  return { alpha: isRisked ? alpha : 0, multiplicity: { scheme: "lord++", of, against, left: remains } };
}

/** The name, digests and place of a recipe, as the ledger keeps them. */
export function markOf(name: string, { recipe, digest, workDigest }: ReadRecipe): RecipeMark {
  return { name: recipe.name, digest, workDigest, path: name };
}
