/** Recipes named on the command line, by their file or by their name, and what store and log know of them. */
import { existsSync } from "node:fs";
import { SousError } from "../errors.js";
import type { Entry } from "../ledger/entry.js";
import { openLedger } from "../ledger/ledger.js";
import { nearest } from "../nearest.js";
import { foldEntries, type RecipeState, type Version } from "../promotion/champion.js";
import type { Home } from "../reconcile/home.js";
import { openStore, type Store } from "../store/store.js";
import { recipeNamed } from "./located.js";

export interface KnownRecipe {
  readonly name: string;
  readonly home: Home;
  /** Null before the first decision on it. */
  readonly state: RecipeState | null;
  readonly entries: readonly Entry[];
  /** Open for reading, beside a daemon that writes; null where there is none yet. */
  readonly store: Store | null;
}

/**
 * Finds a recipe and calls `look` with what is known of it; the store is open until it has ended.
 * @param given path of a recipe file, or the name of a recipe in the home of `folder`
 * @throws SousError CLI_NO_SUCH_RECIPE with the name that may have been meant, CLI_NOT_A_RECIPE, STORE_…, LEDGER_…
 */
export async function withRecipe<T>(
  given: string,
  folder: string,
  look: (recipe: KnownRecipe) => Promise<T>,
): Promise<T> {
  const { name, home, isFile } = await recipeNamed(given, folder);
  const { entries } = await openLedger(home.ledger, { write: false });
  const { recipes } = foldEntries(entries);
  const store = existsSync(home.store) ? await openStore(home.store, { readonly: true }) : null;
  try {
    const known = [...new Set([...recipes.keys(), ...((await store?.recipeNames()) ?? [])])];
    if (!isFile && !known.includes(name)) throw unknown(name, known);
    return await look({ name, home, state: recipes.get(name) ?? null, entries, store });
  } finally {
    await store?.close();
  }
}

/** As `withRecipe`, for what the log alone tells: the store is opened only of a recipe that the log doesn't know. */
export async function withLogged<T>(
  given: string,
  folder: string,
  look: (recipe: Omit<KnownRecipe, "store">) => Promise<T>,
): Promise<T> {
  const { name, home } = await recipeNamed(given, folder);
  const { entries } = await openLedger(home.ledger, { write: false });
  const state = foldEntries(entries).recipes.get(name);
  return state === undefined ? withRecipe(given, folder, look) : look({ name, home, state, entries });
}

/** @param of as in `v2` */
export function versionNamed({ state }: KnownRecipe, of: string): Version | undefined {
  return state?.versions.find(({ number }) => of === `v${number}`);
}

/** The error for a recipe that nothing is known of. */
export function unknown(name: string, known: readonly string[]): SousError {
  const meant = nearest(name, known);
  const hint = meant === null ? "" : ` Did you mean ${meant}?`;
  return new SousError("CLI_NO_SUCH_RECIPE", { name, hint, known: known.toSorted().join(", ") || "none yet" });
}
