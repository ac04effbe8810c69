/** What a person's order makes of a recipe: the ledger line that carries it out, or the reason why it can't be. */
import { SousError } from "../errors.js";
import type {
  Actor,
  Decision,
  DecisionBody,
  DrillBody,
  Drilled,
  DuelBody,
  Entry,
  Header,
  Inference,
  RollbackBody,
} from "../ledger/entry.js";
import { bodyOf, markFrom, nextNumber, type RecipeState, type Version } from "./champion.js";

interface Told {
  /** Unlike that of any other order. */
  readonly id: string;
  /** The recipe's name. */
  readonly recipe: string;
  /** Who gives it. */
  readonly person: string;
  readonly reason: string;
}

export interface AnswerOrder extends Told {
  readonly kind: "approve" | "reject";
  /** The line of the pending decision that the person has read. */
  readonly pending: number;
}

export interface RollbackOrder extends Told {
  readonly kind: "rollback";
  /** The number of the version that is to serve. */
  readonly to: number;
  readonly inference: Inference;
}

/** A drill that the person has made, to be logged. */
interface DrillOrder extends Told {
  readonly kind: "drill";
  /** The number of the version that was drilled. */
  readonly version: number;
  readonly found: Drilled;
}

export type Order = AnswerOrder | RollbackOrder | DrillOrder;

/** By kind: what is appended to the log. @param entries the whole log */
export function bodyFor(order: Order, state: RecipeState | undefined, entries: readonly Entry[]): OrderedBody {
  switch (order.kind) {
    case "rollback":
      return rollbackBody(order, state);
    case "drill": {
      const version = state?.versions.find(({ number }) => number === order.version);
      if (state === undefined || version === undefined)
        throw new SousError("ORDER_NO_CHAMPION", { recipe: order.recipe });
      return { ...drillBody(state, version, order.found), actor: actorOf(order), order: order.id };
    }
    default:
      return answerBody(order, state, entries);
  }
}

export type OrderedBody = DecisionBody | RollbackBody | DrillBody;

/** What a drill of the daemon is in the log. */
export function drillBody(state: RecipeState, version: Version, found: Drilled): DrillBody {
  const actor = { kind: "auto", name: "sous", reason: "it was time for a drill" } as const;
  return { kind: "drill", recipe: markFrom(state), version: version.number, model: version.model, ...found, actor };
}

/**
 * The line of the decision that waits, or null where none does.
 * @throws SousError ORDER_NOTHING_PENDING
 */
export function pendingOf(recipe: string, state: RecipeState | undefined): number {
  const { pending = null, last = null } = state ?? {};
  if (pending !== null) return pending.seq;
  const known = last === null ? "Nothing was decided on it yet" : `Its last decision is ${last.decision} (${last.seq})`;
  throw new SousError("ORDER_NOTHING_PENDING", { recipe, known });
}

/**
 * The version to go back to: the one named, or the one that served before.
 * @throws SousError ORDER_NO_CHAMPION, ORDER_NO_VERSION
 */
export function targetOf(recipe: string, state: RecipeState | undefined, to: number | null): Version {
  const champion = state?.champion ?? null;
  if (state === undefined || champion === null) throw new SousError("ORDER_NO_CHAMPION", { recipe });
  const wanted = to ?? champion.from;
  const others = state.versions.filter(({ number }) => number !== champion.number);
  const found = others.find(({ number }) => number === wanted);
  if (found !== undefined) return found;
  const known = others.map(({ number }) => number).join(", ") || "none";
  throw new SousError("ORDER_NO_VERSION", { recipe, version: wanted ?? "before it", serves: champion.number, known });
}

function answerBody(order: AnswerOrder, state: RecipeState | undefined, entries: readonly Entry[]): DecisionBody {
  const seq = pendingOf(order.recipe, state);
  const entry = entries[seq - 1];
  if (seq !== order.pending || entry?.kind !== "decision")
    throw new SousError("ORDER_OUTDATED", { recipe: order.recipe, meant: order.pending, pending: seq });
  const approves = order.kind === "approve";
  return {
    ...answered(entry, state, approves ? "PROMOTED" : "REJECTED"),
    reason: `${approves ? "Approved" : "Rejected"} by ${order.person}: ${order.reason}`,
    actor: actorOf(order),
    order: order.id,
  };
}

/** The line that answers a pending decision and carries its look once more, but for the reason and whose it is. */
function answered(
  entry: Header & DecisionBody,
  state: RecipeState | undefined,
  decision: Exclude<Decision, "PENDING">,
): DecisionBody {
  const { waits: _waits, ...body } = bodyOf(entry);
  const model = entry.evidence.candidate.digest;
  const promoted = { number: nextNumber(state), model, from: state?.champion?.number ?? null };
  return { ...body, decision, answers: entry.seq, version: decision === "PROMOTED" ? promoted : null };
}

const BY_DUEL = { b: "PROMOTED", a: "REJECTED", ended: "INCONCLUSIVE" } as const;

/**
 * What follows from a duel's last round; null: nothing, since it is open, or was put through already.
 * @param entries the whole log
 */
export function followUp(round: Header & DuelBody, state: RecipeState, entries: readonly Entry[]): OrderedBody | null {
  if (round.outcome === "open") return null;
  const actor: Actor = { kind: "auto", name: "sous", reason: `the ${round.purpose} was decided by line ${round.seq}` };
  const opening = entries[round.of - 1];
  if (round.purpose === "shadow") {
    if (state.pending?.seq !== round.of || opening?.kind !== "decision") return null;
    const decision = BY_DUEL[round.outcome];
    const told = { PROMOTED: "Promoted after its shadow", REJECTED: "Rejected after its shadow" };
    const title = decision === "INCONCLUSIVE" ? "Not promoted, for want of evidence" : told[decision];
    return { ...answered(opening, state, decision), reason: `${title}. ${round.reason}`, actor };
  }
  const { champion } = state;
  const back = state.versions.find(({ number }) => number === champion?.from);
  if (round.outcome !== "a" || champion?.seq !== round.of || back?.model !== round.a) return null;
  const { inference } = round;
  const between = { from: champion.number, to: back.number, model: back.model };
  return { kind: "rollback", recipe: markFrom(state), ...between, reason: round.reason, actor, inference };
}

function rollbackBody(order: RollbackOrder, state: RecipeState | undefined): RollbackBody {
  const { recipe, to, inference, id, reason } = order;
  const { number, model } = targetOf(recipe, state, to);
  const known = state as RecipeState & { readonly champion: Version };
  return {
    kind: "rollback",
    recipe: markFrom(known),
    from: known.champion.number,
    to: number,
    model,
    reason,
    actor: actorOf(order),
    inference,
    order: id,
  };
}

function actorOf({ person, reason }: Order): Actor {
  return { kind: "person", name: person, reason };
}
