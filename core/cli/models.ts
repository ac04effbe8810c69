/** Whether the files under `models/` are what the log says, for `sous verify`. Changes nothing. */
import { createPublicKey, type KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { SousError } from "../errors.js";
import type { Entry } from "../ledger/entry.js";
import { modelKeyPath } from "../ledger/keys.js";
import { proves } from "../ledger/proof.js";
import { formerModelKeys, keyTerms } from "../ledger/rotation.js";
import { readVerifier, verifierPath } from "../ledger/signer.js";
import type { Verifier } from "../ledger/tlog/note.js";
import { foldEntries } from "../promotion/champion.js";
import type { Provable } from "../promotion/papers.js";
import type { Restored } from "../promotion/versions.js";
import type { Home } from "../reconcile/home.js";
import { openStore } from "../store/store.js";
import { openViews } from "./open.js";

/** What was found of a home's models. */
export interface ModelsFound {
  /** Versions whose files were looked at, over all recipes. */
  readonly versions: number;
  /** The first file that is not what the log says, or null. */
  readonly fault: Restored | null;
}

/**
 * Checks every file of every version against the log, the artifacts and the public model key, recipes by name.
 * @param entries the whole log
 * @throws SousError STORE_…, KEY_INVALID
 */
export async function verifyModels(home: Home, entries: readonly Entry[]): Promise<ModelsFound> {
  const states = [...foldEntries(entries).recipes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const signing = await readSigning(home.keys, entries);
  const store = existsSync(home.store) ? await openStore(home.store, { readonly: true }) : null;
  try {
    const views = openViews(home, { entries: () => entries, store, ...(signing !== null && { signing }) });
    let versions = 0;
    for (const state of states) {
      const fault = await views.firstFault(state);
      if (fault !== null) return { versions, fault };
      versions += state.versions.length;
    }
    return { versions, fault: null };
  } finally {
    await store?.close();
  }
}

/** The public keys of a home; null in one of an earlier `sous`, whose models nothing signed yet. */
async function readSigning(folder: string, entries: readonly Entry[]) {
  const key = await readModelKey(modelKeyPath(folder));
  const verifier = await readVerifier(verifierPath(folder));
  if (key === null) return null;
  const former = formerModelKeys(entries).map((pem) => createPublicKey(pem));
  return {
    keys: { own: null, trusted: [key, ...former] },
    log: verifier === null ? null : provable(entries, verifier),
  };
}

/** Looks at proofs, and makes none. */
function provable(entries: readonly Entry[], verifier: Verifier): Provable {
  const trusted = keyTerms(entries, verifier, verifier.name);
  const isProof = (text: string, seq: number) => {
    const entry = entries[seq - 1];
    return entry !== undefined && proves(text, entry, trusted);
  };
  return { proves: isProof, proof: async () => null };
}

async function readModelKey(path: string): Promise<KeyObject | null> {
  if (!existsSync(path)) return null;
  const pem = await readFile(path);
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new SousError("KEY_INVALID", { path, expected: "public key in SPKI PEM" }, { cause });
  }
}
