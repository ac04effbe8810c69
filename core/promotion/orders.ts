/** What a person's order makes of a recipe: the ledger line that carries it out, or the reason why it can't be. */
import { SousError } from "../errors.js";
import type { Actor, DecisionBody, Entry, Inference, RollbackBody } from "../ledger/entry.js";
import { nextNumber, type RecipeState, type Version } from "./champion.js";

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

export type Order = AnswerOrder | RollbackOrder;

/** By kind: what is appended to the log. @param entries the whole log */
export function bodyFor(
  order: Order,
  state: RecipeState | undefined,
  entries: readonly Entry[],
): DecisionBody | RollbackBody {
  return order.kind === "rollback" ? rollbackBody(order, state) : answerBody(order, state, entries);
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
  const { seq: _seq, time: _time, previous: _previous, digest: _digest, ...body } = entry;
  const model = entry.evidence.candidate.digest;
  const promoted = { number: nextNumber(state), model, from: state?.champion?.number ?? null };
  const approves = order.kind === "approve";
  return {
    ...body,
    decision: approves ? "PROMOTED" : "REJECTED",
    reason: `${approves ? "Approved" : "Rejected"} by ${order.person}: ${order.reason}`,
    actor: actorOf(order),
    answers: seq,
    order: order.id,
    version: approves ? promoted : null,
  };
}

function rollbackBody(order: RollbackOrder, state: RecipeState | undefined): RollbackBody {
  const { recipe, to, inference, id, reason } = order;
  const { number, model } = targetOf(recipe, state, to);
  const { name, digest, workDigest, path, champion } = state as RecipeState & { readonly champion: Version };
  return {
    kind: "rollback",
    recipe: { name, digest, workDigest, path },
    from: champion.number,
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
