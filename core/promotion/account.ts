/**
 * Whose looks count together. Every holdout has an account of the looks at it, whichever recipe looked. A holdout that
 * grew out of another one by fewer rows than it had is mostly the same rows: it goes on with its account, or a row a day
 * would buy a fresh alpha a day. Rows that no look has seen are a holdout by themselves; a look at them counts as one at all
 * the rows that they have become a part of, too.
 */
import type { DecisionBody } from "../ledger/entry.js";
import type { Spent } from "./alpha.js";

export interface Account {
  /** Rows of the holdout that opened it. */
  readonly rows: number;
  /** In the order in which they were taken, by recipe, holdout and number. */
  readonly looks: ReadonlyMap<string, Spent>;
}

/** A fold over the ledger's decisions. Accounts are named by the digest of the holdout that opened them. */
export interface Accounts {
  readonly named: ReadonlyMap<string, Account>;
  /** By digest of a holdout. */
  readonly ofHoldout: ReadonlyMap<string, string>;
  /** The one that a recipe looked at last, by its name. */
  readonly ofRecipe: ReadonlyMap<string, string>;
}

export const NO_ACCOUNTS: Accounts = Object.freeze({ named: new Map(), ofHoldout: new Map(), ofRecipe: new Map() });

export interface Holdout {
  /** Name of the recipe that looks at it. */
  readonly recipe: string;
  /** SHA-256 (hex) of the confirm side. */
  readonly digest: string;
  /** Of the confirm side. */
  readonly rows: number;
  /** It is the part of the confirm side that no look of the recipe has seen. */
  readonly isFresh?: boolean;
}

/** Growth from which most rows are fresh, as a multiple of what the account was opened with. */
const FRESH = 2;

/** The account that a look at a holdout is charged to; an empty one where it opens its own. */
export function accountFor(accounts: Accounts, holdout: Holdout): Account {
  return accounts.named.get(nameFor(accounts, holdout)) ?? { rows: holdout.rows, looks: new Map() };
}

/** The number that the next look will have, from 1. */
export function nextLook({ looks }: Account): number {
  return looks.size + 1;
}

/** Rows that a holdout has to have for an account of its own. */
export function freshFrom({ rows }: Account): number {
  return FRESH * rows;
}

/** Accounts that decisions are charged to, one after the other; those that it began with are left as they were. */
export class AccountDraft implements Accounts {
  readonly named: Map<string, Account>;
  readonly ofHoldout: Map<string, string>;
  readonly ofRecipe: Map<string, string>;
  /** Looks of accounts that were copied already, so that a long log costs one copy and not one an entry. */
  readonly #own = new Map<string, Map<string, Spent>>();

  constructor({ named, ofHoldout, ofRecipe }: Accounts) {
    this.named = new Map(named);
    this.ofHoldout = new Map(ofHoldout);
    this.ofRecipe = new Map(ofRecipe);
  }

  charge({ recipe, data, evidence, ...entry }: DecisionBody): void {
    const isFresh = data.since !== undefined;
    const holdout = { recipe: recipe.name, digest: data.holdout, rows: evidence.rows, isFresh };
    const { alpha, decision } = entry;
    const against = entry.multiplicity?.against ?? (evidence.champion === null ? "baseline" : "champion");
    // An approval carries the look that it approves once more, and takes its place. Two recipes may look at once.
    const key = `${holdout.recipe}:${holdout.digest}:${entry.look}`;
    const name = nameFor(this, holdout);
    const whole = isFresh ? this.ofRecipe.get(recipe.name) : undefined;
    this.#looksOf(name, holdout).set(key, { against, alpha, promoted: decision === "PROMOTED" });
    // What was earned on fresh rows is no merit of those that had been looked at before.
    if (whole !== undefined) this.#looksOf(whole, holdout).set(key, { against, alpha, promoted: false });
    if (isFresh) return;
    this.ofHoldout.set(holdout.digest, name);
    this.ofRecipe.set(holdout.recipe, name);
  }

  /** What is left of it: plain maps, as they would be if one had folded all at once. */
  done(): Accounts {
    const { named, ofHoldout, ofRecipe } = this;
    return { named, ofHoldout, ofRecipe };
  }

  #looksOf(name: string, holdout: Holdout): Map<string, Spent> {
    const owned = this.#own.get(name);
    if (owned !== undefined) return owned;
    const account = this.named.get(name) ?? { rows: holdout.rows, looks: new Map() };
    const looks = new Map(account.looks);
    this.#own.set(name, looks);
    this.named.set(name, { ...account, looks });
    return looks;
  }
}

function nameFor({ named, ofHoldout, ofRecipe }: Accounts, { recipe, digest, rows, isFresh }: Holdout): string {
  if (isFresh) return digest;
  const own = ofHoldout.get(digest);
  if (own !== undefined) return own;
  const last = ofRecipe.get(recipe);
  const opened = last === undefined ? undefined : named.get(last);
  return last === undefined || opened === undefined || rows >= freshFrom(opened) ? digest : last;
}
