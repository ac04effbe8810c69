import { canonicalJson } from "../json.js";
import type { Entry } from "../ledger/entry.js";
import { follow } from "../ledger/follow.js";
import { formatEntry } from "../ledger/format.js";
import { openLedger } from "../ledger/ledger.js";
import { findHome } from "../reconcile/home.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import { interruption } from "./interrupt.js";
import { unknown } from "./known.js";

export interface LogOptions {
  readonly json: boolean;
  readonly recipe?: string;
  readonly follow: boolean;
  readonly home: string;
}

/** `sous log`: the promotion log, oldest entry first. */
export async function log(options: LogOptions, console: Console): Promise<number> {
  const { ledger: folder } = findHome(options.home);
  const show = (entry: Entry) => {
    if (options.recipe !== undefined && !concerns(entry, options.recipe)) return;
    console.line(options.json ? canonicalJson(entry) : `${formatEntry(entry, { color: !console.plain })}\n`);
  };
  if (options.follow) {
    for await (const entry of follow(folder, AbortSignal.any([interruption(), console.gone]))) show(entry);
    return EXIT.ok;
  }
  const { entries } = await openLedger(folder, { write: false });
  if (options.recipe !== undefined) requireKnown(entries, options.recipe);
  for (const entry of entries) show(entry);
  if (entries.length === 0 && !options.json) console.line("The log has no entries yet.");
  return EXIT.ok;
}

function concerns(entry: Entry, recipe: string): boolean {
  return "recipe" in entry && entry.recipe.name === recipe;
}

function requireKnown(entries: readonly Entry[], name: string): void {
  const names = [...new Set(entries.flatMap((entry) => ("recipe" in entry ? [entry.recipe.name] : [])))];
  if (!names.includes(name)) throw unknown(name, names);
}
