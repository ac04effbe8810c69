/**
 * Whether what the log says of duels follows from the lines before it, for `sous verify`. The models' answers are not asked for
 * again: rows may be gone by then. Sentences are not compared, which a later `sous` may word in another way.
 */
import { canonicalJson } from "../json.js";
import type { DecisionBody, DuelBody, Entry, Header, RollbackBody } from "../ledger/entry.js";
import type { Recipe } from "../recipe/recipe.js";
import { type Bets, decidedBy, eValue, mostFrom, openDuel } from "../statistics/betting.js";
import { foldEntries, NOTHING_DECIDED, type RecipeState } from "./champion.js";
import { type OpenDuel, openDuelsOf, outcomeOf } from "./duel.js";
import { followUp, type OrderedBody } from "./orders.js";

/** A line that doesn't follow from those before it. */
export interface Unfounded {
  readonly seq: number;
  readonly kind: Entry["kind"];
  /** A clause: why. */
  readonly reason: string;
}

/** The first line on a duel, or on what a duel decided, that the lines before it don't bear out; null: none. */
export function firstUnfounded(entries: readonly Entry[]): Unfounded | null {
  let standing = NOTHING_DECIDED;
  for (const entry of entries) {
    if (!isClaim(entry)) continue;
    standing = foldEntries(entries.slice(standing.seq, entry.seq - 1), standing);
    const state = standing.recipes.get(entry.recipe.name);
    const reason = entry.kind === "duel" ? faultOfRound(entry, state, entries) : faultOfEnding(entry, state, entries);
    if (reason !== null) return { seq: entry.seq, kind: entry.kind, reason };
  }
  return null;
}

type Ending = Header & (DecisionBody | RollbackBody);

function isClaim(entry: Entry): entry is (Header & DuelBody) | Ending {
  if (entry.kind === "duel") return true;
  const isEnding = entry.kind === "rollback" || (entry.kind === "decision" && entry.answers !== undefined);
  return isEnding && entry.actor.kind === "auto";
}

/** What became of a duel is exactly what its last round decides. */
function faultOfEnding(entry: Ending, state: RecipeState | undefined, entries: readonly Entry[]): string | null {
  const of = entry.kind === "decision" ? entry.answers : state?.champion?.seq;
  const round = entries[(state?.duels.get(of ?? 0) ?? 0) - 1];
  const due = state !== undefined && round?.kind === "duel" ? followUp(round, state, entries) : null;
  if (due === null) return "no round of a duel had decided it";
  const { seq, time, previous, digest } = entry;
  const isDue = unworded({ ...due, seq, time, previous, digest }) === unworded(entry);
  return isDue ? null : `it is not what line ${round?.seq} had decided`;
}

function unworded(line: Header & OrderedBody): string {
  return canonicalJson({ ...line, reason: "", actor: { ...line.actor, reason: "" } });
}

interface Claim {
  readonly round: Header & DuelBody;
  /** The duel as it stood before. */
  readonly open: OpenDuel;
  readonly opening: Entry | undefined;
}

interface Rule {
  readonly reason: string;
  holds(claim: Claim): boolean;
}

const RULES: readonly Rule[] = [
  {
    reason: "it names other models than the one that served and the one that was to prove itself",
    holds: ({ round, open }) => round.a === open.a && round.b === open.b,
  },
  {
    reason: "it may risk another alpha than its recipe had",
    holds: ({ round: { alpha, purpose }, opening }) => {
      const { multiplicity, probation } = opening?.kind === "decision" ? opening : {};
      const of = purpose === "shadow" ? multiplicity?.of : probation?.alpha; // older entries say neither
      return alpha > 0 && alpha < 1 && (of ?? alpha) === alpha;
    },
  },
  {
    reason: "it ends after other rows than its recipe had",
    holds: ({ round: { most, purpose }, opening }) => {
      const of = purpose === "probation" && opening?.kind === "decision" ? opening.probation?.rows : undefined;
      return isCount(most) && (of ?? most) === most;
    },
  },
  { reason: "its snapshot had been seen before", holds: ({ round, open }) => round.snapshot !== open.snapshot },
  {
    reason: "its rows are not those of the round before and those that arrived",
    holds: ({ round: { arrived, progress }, open }) =>
      isCount(arrived) && arrived > 0 && progress.rows === (open.last?.progress.rows ?? 0) + arrived,
  },
  {
    reason: "its rows count in another way than in the round before",
    holds: ({ round: { progress }, open }) => {
      const { loss, scale } = open.last?.progress ?? progress;
      return progress.loss === loss && canonicalJson(progress.scale) === canonicalJson(scale);
    },
  },
  {
    reason: "so many units, or so much gain, can't be made of the rows that arrived",
    holds: (claim) => {
      const { units, sum } = made(claim);
      return isCount(units) && units <= claim.round.arrived && Math.abs(sum) <= units + ROUNDING;
    },
  },
  {
    reason: "its bets are none that such a gain can have made of those of the round before",
    holds: (claim) => {
      const { units, sum } = made(claim);
      const { bets } = claim.round.progress;
      const before = claim.open.last?.progress.bets ?? openDuel();
      return isGrown(before.forB, bets.forB, { units, sum }) && isGrown(before.forA, bets.forA, { units, sum: -sum });
    },
  },
  {
    reason: "its bets had not grown so far",
    // The bet that decides is the last one, so that what it has now is the most that it ever had.
    holds: ({ round: { alpha, progress }, open }) => {
      const winner = decidedBy(progress.bets, alpha);
      if (winner === null) return true;
      const side = winner === "B" ? "forB" : "forA";
      const now = progress.bets[side];
      return now.peak === Math.max(open.last?.progress.bets[side].peak ?? 1, eValue(now));
    },
  },
  {
    reason: "its outcome doesn't follow from its bets, its alpha and its rows",
    holds: ({ round: { alpha, most, outcome, progress } }) =>
      outcome === outcomeOf({ progress, winner: decidedBy(progress.bets, alpha) }, most),
  },
];

function faultOfRound(
  round: Header & DuelBody,
  state: RecipeState | undefined,
  entries: readonly Entry[],
): string | null {
  const isIts = ({ purpose, of }: OpenDuel) => purpose === round.purpose && of === round.of;
  const open = openDuelsOf(state, recipeOf(round), entries).find(isIts);
  if (open === undefined) return `no ${round.purpose} of line ${round.of} was open`;
  if (!isWhole(round.progress)) return "it doesn't say where the duel stands";
  const opening = entries[round.of - 1];
  return RULES.find(({ holds }) => !holds({ round, open, opening }))?.reason ?? null;
}

/** A line that was signed by another program may lack anything. */
function isWhole(progress: Partial<DuelBody["progress"]> | undefined): boolean {
  const { forA, forB } = progress?.bets ?? {};
  return [forA, forB].every((bets) => Array.isArray(bets?.capital) && Number.isFinite(bets?.peak));
}

/** As far as the round tells it. */
function recipeOf({ alpha, most }: DuelBody): Pick<Recipe, "promotion"> {
  const promotion = {
    mode: "auto",
    early: false,
    alpha,
    shadow: { rows: most },
    probation: { alpha, rows: most },
  } as const;
  return { promotion };
}

/** Sums and products of so many doubles, in whatever order. */
const ROUNDING = 1e-6;

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** By this round alone. */
function made({ round, open }: Claim): { readonly units: number; readonly sum: number } {
  const { units, gain } = open.last?.progress ?? { units: 0, gain: 0 };
  return { units: round.progress.units - units, sum: round.progress.gain - gain };
}

function isGrown(before: Bets, now: Bets, by: { readonly units: number; readonly sum: number }): boolean {
  const most = mostFrom(before, by);
  const isPossible = now.capital.every((value, at) => value >= 0 && value <= (most[at] as number) * (1 + ROUNDING));
  const isPeak = now.peak >= before.peak && now.peak >= eValue(now);
  return now.mean === before.mean && now.capital.length === most.length && isPossible && isPeak;
}
