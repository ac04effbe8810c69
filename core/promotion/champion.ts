/** What the ledger says of each recipe. The champion is never stored: it is this fold (DESIGN §5). */
import { digestOf } from "../artifacts/digest.js";
import {
  type Decision,
  type DecisionBody,
  type DrillBody,
  type Entry,
  type Header,
  type RecipeMark,
  type RollbackBody,
  RUNNING,
} from "../ledger/entry.js";
import type { PromotionEntry } from "../provenance/statement.js";
import { AccountDraft, type Accounts, NO_ACCOUNTS } from "./account.js";
import { type Measured, measuredIn } from "./power.js";

/** A promoted version, as its ledger line names it. */
export interface Version {
  readonly name: string;
  /** 1, 2, 3 … within the recipe's name. */
  readonly number: number;
  /** SHA-256 (hex) of the ONNX file. */
  readonly model: string;
  /** SHA-256 (hex) of `recipe.json`, which is the recipe's digest. */
  readonly recipe: string;
  /** SHA-256 (hex) of `evidence.json`, which is the canonical JSON of the decision without its header. */
  readonly evidence: string;
  /** Of the ledger line that promoted it. */
  readonly seq: number;
  /** The study that it serves until the end of; null for one that a whole study found. */
  readonly until: string | null;
  /** The number of the version that served before it was promoted. */
  readonly from: number | null;
}

/** A decision in short; the whole of it is the ledger line `seq`. */
interface Decided {
  readonly seq: number;
  readonly time: string;
  readonly decision: Decision;
  readonly reason: string;
  /** The study that it judged. */
  readonly study: string;
}

export interface RecipeState {
  readonly name: string;
  /** Retired: the recipe's file was gone when the ledger last spoke of it. */
  readonly state: "active" | "retired";
  readonly path: string;
  readonly digest: string;
  readonly workDigest: string;
  readonly champion: Version | null;
  /** Every version ever promoted, oldest first. */
  readonly versions: readonly Version[];
  readonly last: Decided | null;
  /** The last decision when it waits for a person, or null. */
  readonly pending: Decided | null;
  /** How sure the last comparison with a champion was; null before the first. */
  readonly measured: Measured | null;
  /** Line of the last decision on each pair of work and data, by `workKey`. */
  readonly decided: ReadonlyMap<string, number>;
  /**
   * Models that were taken out of service, by their digests, with the line that did so: they come back by the word of a
   * person alone.
   */
  readonly barred: ReadonlyMap<string, number>;
  /** Line of the last round of each duel, by the line of the decision that it is about. */
  readonly duels: ReadonlyMap<number, number>;
  /** The last drill; null before the first. */
  readonly drilled: (Pick<DrillBody, "version" | "outcome"> & Pick<Header, "seq" | "time">) | null;
}

export interface Standing {
  /** Number of the last entry folded in; 0: none. */
  readonly seq: number;
  /** By recipe name. */
  readonly recipes: ReadonlyMap<string, RecipeState>;
  /** Looks taken so far, whichever recipe looked. */
  readonly accounts: Accounts;
}

export const NOTHING_DECIDED: Standing = Object.freeze({ seq: 0, recipes: new Map(), accounts: NO_ACCOUNTS });

/** Names one piece of work: a recipe, as far as it changes anything, on one snapshot. */
export function workKey(workDigest: string, snapshot: string): string {
  return `${workDigest}:${snapshot}`;
}

/**
 * What a finalist of a study has to be better than. Not what serves only until that study ends: it was the first model of
 * the same search, and has no more right to stay than any other of its trials.
 */
export function rivalOf(state: RecipeState | undefined, study: string): Version | null {
  const champion = state?.champion ?? null;
  return champion?.until === study ? null : champion;
}

/** Whether a study that runs may put its first model into service: nothing serves, and it has not been tried yet. */
export function wantsEarly(state: RecipeState | undefined, study: string): boolean {
  return !state?.champion && state?.last?.study !== study;
}

/** The recipe as the log last knew it, for lines on what it already knows. */
export function markFrom({ name, digest, workDigest, path }: RecipeState): RecipeMark {
  return { name, digest, workDigest, path };
}

/** The number that the next promoted version of a recipe will have, from 1. */
export function nextNumber(state: RecipeState | undefined): number {
  return (state?.versions.at(-1)?.number ?? 0) + 1;
}

/** The decision that an entry carries, without the header: the content of `evidence.json`. */
export function bodyOf(entry: Header & DecisionBody): DecisionBody {
  const { seq: _seq, time: _time, previous: _previous, digest: _digest, ...body } = entry;
  return body;
}

/** @throws TypeError where the entry promotes nothing, which no version names */
export function promotionOf(entry: Entry): PromotionEntry {
  if (entry.kind === "decision" && entry.version !== null) return { ...entry, version: entry.version };
  throw new TypeError(`log entry ${entry.seq} promotes nothing`);
}

/** Folds entries, in order, into a standing; `from` is left as it was. */
export function foldEntries(entries: Iterable<Entry>, from: Standing = NOTHING_DECIDED): Standing {
  const draft: Draft = { recipes: new Map(from.recipes), accounts: new AccountDraft(from.accounts), own: new Map() };
  let seq = from.seq;
  for (const entry of entries) {
    seq = entry.seq;
    if (entry.kind === "decision") takeDecision(draft, entry);
    else if (entry.kind === "rollback") takeRollback(draft, entry);
    else if (entry.kind === "drill") takeDrill(draft, entry);
    else if (entry.kind === "duel") ownState(draft, entry.recipe.name).duels.set(entry.of, entry.seq);
    else if (entry.kind === "retired") takeRetirement(draft, entry.recipe.name);
    else if (entry.kind === "returned") takeReturn(draft, entry.recipe);
  }
  return { seq, recipes: draft.recipes, accounts: draft.accounts.done() };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface OwnState extends Mutable<Omit<RecipeState, keyof OwnLists>>, OwnLists {}

interface OwnLists {
  readonly versions: Version[];
  readonly decided: Map<string, number>;
  readonly barred: Map<string, number>;
  readonly duels: Map<number, number>;
}

/** `own` has the states that this fold has copied already, so that a long log costs one copy and not one an entry. */
interface Draft {
  readonly recipes: Map<string, RecipeState>;
  readonly accounts: AccountDraft;
  readonly own: Map<string, OwnState>;
}

function ownState(draft: Draft, name: string): OwnState {
  const owned = draft.own.get(name);
  if (owned) return owned;
  const state = copyState(name, draft.recipes.get(name));
  draft.own.set(name, state);
  draft.recipes.set(name, state);
  return state;
}

function copyState(name: string, known: RecipeState | undefined): OwnState {
  const nothing = { champion: null, last: null, pending: null, measured: null, drilled: null };
  const empty = { state: "active", path: "", digest: "", workDigest: "", ...nothing };
  const rest = known ?? (empty as Omit<RecipeState, "name" | keyof OwnLists>);
  const { versions = [], decided, barred, duels } = known ?? {};
  const lists = { versions: [...versions], decided: new Map(decided), barred: new Map(barred), duels: new Map(duels) };
  return { ...rest, name, ...lists };
}

function takeDecision(draft: Draft, entry: Header & DecisionBody): void {
  const { recipe, data } = entry;
  const state = ownState(draft, recipe.name);
  const { seq, time, decision, reason, search } = entry;
  const decided = { seq, time, decision, reason, study: search.study };
  Object.assign(state, { state: "active", path: recipe.path, digest: recipe.digest, workDigest: recipe.workDigest });
  state.last = decided;
  state.pending = entry.decision === "PENDING" ? decided : null;
  if (search.ended !== RUNNING) state.decided.set(workKey(recipe.workDigest, data.snapshot), entry.seq);
  draft.accounts.charge(entry);
  state.measured = measuredIn(entry) ?? state.measured;
  if (entry.version !== null) takeVersion(state, entry, entry.version);
}

function takeVersion(
  state: OwnState,
  entry: Header & DecisionBody,
  version: NonNullable<DecisionBody["version"]>,
): void {
  const promoted: Version = {
    name: state.name,
    number: version.number,
    model: version.model,
    recipe: entry.recipe.digest,
    evidence: digestOf(bodyOf(entry)),
    seq: entry.seq,
    until: entry.search.ended === RUNNING ? entry.search.study : null,
    from: version.from,
  };
  state.versions.push(promoted);
  state.champion = promoted;
  state.barred.delete(promoted.model);
}

function takeRollback(draft: Draft, { seq, recipe, from, to }: Header & RollbackBody): void {
  const state = ownState(draft, recipe.name);
  const [left, back] = [from, to].map((number) => state.versions.find((version) => version.number === number));
  if (left !== undefined) state.barred.set(left.model, seq);
  if (back === undefined) return;
  state.champion = back;
  state.barred.delete(back.model);
}

function takeDrill(draft: Draft, { seq, time, recipe, version, outcome }: Header & DrillBody): void {
  ownState(draft, recipe.name).drilled = { seq, time, version, outcome };
}

function takeRetirement(draft: Draft, name: string): void {
  const state = ownState(draft, name);
  state.state = "retired";
  state.pending = null;
}

function takeReturn(draft: Draft, { name, path }: RecipeMark): void {
  Object.assign(ownState(draft, name), { state: "active", path });
}
