/**
 * A home: the folder in which one daemon lives. Everything it keeps has its place here, so that a home can be copied,
 * backed up and moved as a folder.
 */
import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

/** The daemon's own configuration file; optional. Its folder is the home. */
export const CONFIGURATION = "sous.yaml";

export interface Home {
  /** Absolute. */
  readonly folder: string;
  /** For people: the champions, their versions, and the promotion log. */
  readonly models: string;
  readonly ledger: string;
  /** The private keys that sign the log and the models, and their public halves. Not for copies that others see. */
  readonly keys: string;
  /** For `sous`: what it can make again (artifacts) and what it has learned (store). */
  readonly state: string;
  readonly artifacts: string;
  readonly store: string;
  readonly status: string;
  /** What people order while a daemon runs. */
  readonly orders: string;
}

export function homeAt(folder: string): Home {
  const absolute = resolve(folder);
  const state = join(absolute, ".sous");
  return {
    folder: absolute,
    models: join(absolute, "models"),
    ledger: join(absolute, "ledger"),
    keys: join(absolute, "keys"),
    state,
    artifacts: join(state, "artifacts"),
    store: join(state, "store.sqlite"),
    status: join(state, "status.json"),
    orders: join(state, "orders"),
  };
}

/**
 * The home that a folder belongs to: the nearest folder at or above it with a `sous.yaml` or an earlier daemon's
 * `.sous`; else the parent of a folder named `recipes`; else the folder itself.
 */
export function findHome(folder: string): Home {
  const absolute = resolve(folder);
  for (let at = absolute; ; at = dirname(at)) {
    if (existsSync(join(at, CONFIGURATION)) || existsSync(join(at, ".sous"))) return homeAt(at);
    if (dirname(at) === at) break;
  }
  return homeAt(basename(absolute) === "recipes" ? dirname(absolute) : absolute);
}

/** The name of a recipe's file in a home: its path from there, with "/" on every platform. */
export function nameIn(home: Home, path: string): string {
  return relative(home.folder, path).split(sep).join("/");
}

/** Folders that recipes are never looked for in. */
export function ownFolders(home: Home): readonly string[] {
  return [home.models, home.ledger, home.keys, home.state];
}
