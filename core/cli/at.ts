import { SousError } from "../errors.js";
import type { Entry } from "../ledger/entry.js";
import { formatEntry } from "../ledger/format.js";
import { momentIn } from "../ledger/moment.js";
import { proofIn } from "../ledger/prove.js";
import { readVerifier, verifierPath } from "../ledger/signer.js";
import { foldEntries, type Version } from "../promotion/champion.js";
import type { Console } from "./console.js";
import { EXIT } from "./exit.js";
import type { KnownRecipe } from "./known.js";
import { type NamedRecipe, recipeNamed } from "./located.js";

export interface AtOptions {
  readonly json: boolean;
  readonly home: string;
}

/** What served at a time: the version, the line of the log that put it there, and the proof that the line is in the log. */
interface Served {
  readonly version: Version | null;
  /** The line that put the version into service, or the last one on the recipe where nothing served; null: none yet. */
  readonly entry: Entry | null;
  readonly proof: string | null;
}

/** `sous at <time> <recipe>`: what served then, and why. */
export async function at(
  [time, given]: readonly [time: string, recipe: string],
  options: AtOptions,
  console: Console,
): Promise<number> {
  const moment = momentOf(time);
  const named = await recipeNamed(given, options.home);
  const served = (await servedByRoster(named, moment)) ?? (await servedByLog(given, options.home, moment));
  if (options.json) console.line(JSON.stringify({ recipe: named.name, time: moment, ...served }, null, 2));
  else show(named.name, { moment, ...served }, console);
  return served.version === null ? EXIT.noChampion : EXIT.ok;
}

/** By the few lines that the roster points to, each of them proved; null where it can't tell. */
async function servedByRoster({ name, home }: NamedRecipe, moment: string): Promise<Served | null> {
  const known = await readVerifier(verifierPath(home.keys));
  const found = known === null ? null : await momentIn({ folder: home.ledger, known, recipe: name, moment });
  if (found === null) return null;
  const version = foldEntries(found.entries).recipes.get(name)?.champion ?? null;
  return { version, entry: found.entries.at(-1) ?? null, proof: found.proof };
}

async function servedByLog(given: string, folder: string, moment: string): Promise<Served> {
  const { withRecipe } = await import("./known.js"); // with the store, which answers by the roster have no use for
  return withRecipe(given, folder, (known) => servedAt(known, moment));
}

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,3})?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * In UTC unless it says otherwise. A day, a minute and a second are taken to their ends.
 * @throws SousError CLI_BAD_TIME
 */
export function momentOf(given: string): string {
  const [, day = "", minute = "23:59", second = ":59", fraction = ".999", zone = "Z"] = MOMENT.exec(given) ?? [];
  const moment = new Date(`${day}T${minute}${second}${fraction}${zone}`);
  if (!Number.isNaN(moment.getTime())) return moment.toISOString();
  throw new SousError("CLI_BAD_TIME", { given });
}

/** Of the lines up to the last one that was written by then: lines order, and their times are a record. */
async function servedAt({ name, home, entries }: KnownRecipe, moment: string): Promise<Served> {
  const until = entries.findLastIndex(({ time }) => time <= moment) + 1;
  const past = entries.slice(0, until);
  const version = foldEntries(past).recipes.get(name)?.champion ?? null;
  const isOf = (entry: Entry) => "recipe" in entry && entry.recipe.name === name;
  const entry = past.findLast((one) => isOf(one) && (version === null || puts(one, version))) ?? null;
  return { version, entry, proof: entry === null ? null : await proofIn(home.ledger, entry.seq) };
}

/** Whether the line put the version into service. */
function puts(entry: Entry, { number }: Version): boolean {
  return entry.kind === "rollback"
    ? entry.to === number
    : entry.kind === "decision" && entry.version?.number === number;
}

function show(name: string, { moment, version, entry, proof }: Served & { moment: string }, console: Console): void {
  const what = version === null ? "nothing" : `version ${version.number}, model ${version.model}`;
  console.line(`${name} at ${moment}: ${what}`);
  if (entry === null) return;
  console.line();
  console.line(formatEntry(entry, { color: !console.plain }));
  if (proof === null) return;
  console.line();
  console.line(proof);
}
