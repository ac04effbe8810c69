/**
 * Two models on rows that came after both were made: a challenger in shadow beside the champion, or a champion on
 * probation beside the one it replaced. Bets may be looked at after every row (statistics/betting.ts). Pure: the log has the
 * state after each arrival, and the next one goes on from there.
 */
import type { DuelProgress } from "../evaluator/messages.js";
import type { Measuring } from "../evaluator/row-losses.js";
import type { DuelBody, Entry, Header, ProbationTerms } from "../ledger/entry.js";
import type { Recipe } from "../recipe/recipe.js";
import { type Duel, decidedBy, eValue, observe, openDuel } from "../statistics/betting.js";
import type { RecipeState } from "./champion.js";

/** Of a recipe that says nothing: what the mirrored bets may risk, and rows after which there is no more to be learned. */
const PROBATION = { alpha: 0.01, rows: 10_000 };
const SHADOW = { rows: 10_000 };

type Purpose = DuelBody["purpose"];
type Promoting = Pick<Recipe, "promotion">;

/** A duel that is open, as recipe and log have it. */
export interface OpenDuel {
  readonly purpose: Purpose;
  /** Line of the decision that opened it, and its blob of rows that were known then. */
  readonly of: number;
  /** Digests: of what serves or served before, and of what is to prove itself. */
  readonly a: string;
  readonly b: string;
  readonly alpha: number;
  /** Rows after which it ends without a winner. */
  readonly most: number;
  /** Blob of the rows that are known: those that do not count. */
  readonly known: string;
  /** The snapshot whose rows were seen last. */
  readonly snapshot: string;
  readonly last: (Header & DuelBody) | null;
}

/** What is to be watched for a recipe now: the champion on probation first. @param entries the whole log */
export function openDuelsOf(
  state: RecipeState | undefined,
  recipe: Promoting,
  entries: readonly Entry[],
): readonly OpenDuel[] {
  if (state === undefined) return [];
  const found = [probationOf(state, recipe, entries), shadowOf(state, recipe, entries)];
  return found.flatMap((terms) => (terms === null ? [] : opened(terms, { state, entries })));
}

type Terms = Pick<OpenDuel, "purpose" | "of" | "a" | "b" | "alpha" | "most">;

function shadowOf(
  { pending, champion }: RecipeState,
  { promotion }: Promoting,
  entries: readonly Entry[],
): Terms | null {
  const entry = pending === null ? undefined : entries[pending.seq - 1];
  if (entry?.kind !== "decision" || entry.waits !== "shadow" || champion === null) return null;
  const models = { a: champion.model, b: entry.evidence.candidate.digest };
  const most = promotion.shadow?.rows ?? SHADOW.rows;
  return { purpose: "shadow", of: entry.seq, ...models, alpha: promotion.alpha, most };
}

/** What a promotion says of its probation, for whoever reads the log. */
export function probationTerms({ promotion }: Promoting): ProbationTerms {
  return { ...PROBATION, ...promotion.probation };
}

/** By the terms of the promotion, which no later edit of the recipe bends; that it be watched at all a recipe may end. */
function probationOf({ champion, versions }: RecipeState, recipe: Promoting, entries: readonly Entry[]): Terms | null {
  const before = versions.find(({ number }) => number === champion?.from);
  if (champion === null || before === undefined || champion.until !== null) return null;
  const now = probationTerms(recipe);
  const decision = entries[champion.seq - 1];
  const { alpha, rows } = (decision?.kind === "decision" ? decision.probation : undefined) ?? now;
  if (rows === 0 || now.rows === 0) return null;
  return { purpose: "probation", of: champion.seq, a: before.model, b: champion.model, alpha, most: rows };
}

/** None where it has ended, and where the decision is of an earlier `sous`, which kept no ids of rows. */
function opened(
  terms: Terms,
  { state, entries }: { readonly state: RecipeState; readonly entries: readonly Entry[] },
): readonly OpenDuel[] {
  const decision = entries[terms.of - 1];
  if (decision?.kind !== "decision" || decision.evidence.known === undefined) return [];
  const newest = entries[(state.duels.get(terms.of) ?? 0) - 1];
  // A person may have put another version into service meanwhile: then the pair is another, and begins anew.
  const last = newest?.kind === "duel" && newest.a === terms.a ? newest : null;
  if (last !== null && last.outcome !== "open") return [];
  // What was promoted by a shadow is on probation for rows that the shadow had no part of.
  const shadow = entries[(state.duels.get(decision.answers ?? 0) ?? 0) - 1];
  const since = last ?? (shadow?.kind === "duel" ? shadow : null);
  const { known, snapshot } = since ?? { known: decision.evidence.known, snapshot: decision.data.snapshot };
  return [{ ...terms, known, snapshot, last }];
}

/** What an arrival of rows does to a duel. */
export interface Round {
  readonly progress: DuelProgress;
  readonly winner: "A" | "B" | null;
}

export function begun(measuring: Measuring): DuelProgress {
  return { ...measuring, bets: openDuel(), rows: 0, units: 0, gain: 0 };
}

export interface Fresh {
  /** Rows that arrived. */
  readonly rows: number;
  /** Loss of A less that of B, in the order in which they count. */
  readonly values: readonly number[];
  readonly waiting: Measuring["waiting"];
}

/** The bets after an arrival; those after the one that decides are not made any more. */
export function fought(before: DuelProgress, { rows, values, waiting }: Fresh, alpha: number): Round {
  let bets: Duel = before.bets;
  let { units, gain } = before;
  let winner = decidedBy(bets, alpha);
  for (const value of values) {
    if (winner !== null) break;
    bets = observe(bets, value);
    units += 1;
    gain += value;
    winner = decidedBy(bets, alpha);
  }
  return { progress: { ...before, waiting, bets, rows: before.rows + rows, units, gain }, winner };
}

/** What a round means for the duel. */
export function outcomeOf({ progress, winner }: Round, most: number): DuelBody["outcome"] {
  if (winner !== null) return winner === "A" ? "a" : "b";
  return progress.rows >= most ? "ended" : "open";
}

const TITLES: Readonly<Record<Purpose, readonly [string, string]>> = {
  shadow: ["the champion", "the challenger in shadow"],
  probation: ["the version before", "the champion on probation"],
};

/** One sentence with numbers. */
export function toldOf(
  duel: Pick<OpenDuel, "purpose" | "alpha" | "most">,
  { progress }: Round,
  outcome: DuelBody["outcome"],
): string {
  const { rows, units, gain, bets, loss } = progress;
  const [a, b] = TITLES[duel.purpose];
  const mean = units === 0 ? 0 : gain / units;
  const seen = `${rows.toLocaleString("en-US")} rows that came later`;
  const less = mean === 0 ? "as much" : `${number(Math.abs(mean))} ${mean < 0 ? "more" : "less"}`;
  const measured = `${b} has ${less} loss (${LOSSES[loss]}) ${mean === 0 ? "as" : "than"} ${a}`;
  const needs = `1/alpha = ${number(1 / duel.alpha)}`;
  const [forA, forB] = [bets.forA, bets.forB].map((one) => number(eValue(one)));
  switch (outcome) {
    case "b":
      return `On ${seen} ${measured}: the bets on it have grown to ${forB}, beyond ${needs}.`;
    case "a":
      return `On ${seen} ${measured}: the bets against it have grown to ${forA}, beyond ${needs}.`;
    case "ended":
      return `On ${seen} ${measured}, and the bets stand at ${forB} for it and ${forA} against it where ${needs} would decide: after ${number(duel.most)} rows nothing is shown.`;
    default:
      return `On ${seen} ${measured}; the bets stand at ${forB} for it and ${forA} against it, and ${needs} decides.`;
  }
}

const LOSSES: Readonly<Record<Measuring["loss"], string>> = {
  error: "errors a row",
  class_error: "errors a row, rare classes counting more",
  probability: "Brier score",
  pairs: "wrongly ordered pairs",
  absolute: "absolute error in units of its bound",
  squared: "squared error in units of its bound",
};

function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(2)));
}
